-- Notes a change of a row.
INSERT INTO upsertd_log_rows (log_id, step, number, before, after) VALUES (?1, ?2, ?3, ?4, ?5)
