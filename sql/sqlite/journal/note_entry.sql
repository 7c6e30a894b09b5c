-- Notes what is no write of rows.
INSERT INTO upsertd_log (log_id, step, at, client, api, entity, table_name, operation, created, updated, deleted)
VALUES (unhex(?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0, 0)
