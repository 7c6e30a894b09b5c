-- Notes a write, or adds what another part of it has done. Where the parts have not kept the same columns, the table having
-- been changed between them, nothing tells any more what the rows' values are of.
INSERT INTO upsertd_log (log_id, step, at, client, api, entity, table_name, operation, clause, columns, created, updated, deleted, undoes)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
ON CONFLICT (log_id, step) DO UPDATE SET
    created = created + excluded.created,
    updated = updated + excluded.updated,
    deleted = deleted + excluded.deleted,
    columns = CASE WHEN columns IS excluded.columns THEN columns END
