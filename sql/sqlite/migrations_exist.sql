-- A row when the database has had any migration.
SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'upsertd_migrations'
