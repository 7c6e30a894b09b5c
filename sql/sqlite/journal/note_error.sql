-- Notes a request that failed.
INSERT OR IGNORE INTO upsertd_log_errors (log_id, at, client, api, entity, operation, status, code, message, detail)
VALUES (unhex(?1), ?2, nullif(?3, ''), ?4, nullif(?5, ''), ?6, ?7, ?8, ?9, nullif(?10, ''))
