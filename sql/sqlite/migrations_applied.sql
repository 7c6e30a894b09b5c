-- The numbers of the files in migrations/ that the database has had.
SELECT number FROM upsertd_migrations ORDER BY number
