-- A row for each trigger of one table.
SELECT 1
FROM main.sqlite_schema
WHERE type = 'trigger'
  AND tbl_name = ?1 COLLATE NOCASE
