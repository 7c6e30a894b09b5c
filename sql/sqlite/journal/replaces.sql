-- Whether rows of a table may give way to others: that fires no trigger.
SELECT 1 FROM main.sqlite_schema
WHERE tbl_name = ?1 COLLATE NOCASE AND type = 'table' AND sql LIKE '%replace%'
   OR type = 'trigger' AND sql LIKE '%replace%'
LIMIT 1
