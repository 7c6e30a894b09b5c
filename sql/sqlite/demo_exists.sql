-- A row when the demo has been made.
SELECT 1
FROM sqlite_schema
WHERE type = 'table'
  AND name = 'tblCustomers'
