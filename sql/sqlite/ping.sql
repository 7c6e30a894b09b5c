-- Unlike a bare SELECT 1 this looks into the file.
SELECT count(*)
FROM sqlite_schema
