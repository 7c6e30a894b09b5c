-- Whether rows of a table may give way to others: that fires no trigger. Blanks aside, for they may be anywhere.
WITH declared (type, tbl_name, text) AS (
    SELECT type, tbl_name, replace(replace(replace(replace(sql, ' ', ''), char(9), ''), char(10), ''), char(13), '')
    FROM main.sqlite_schema
)
SELECT 1 FROM declared
WHERE type = 'table' AND tbl_name = ?1 COLLATE NOCASE AND text LIKE '%onconflictreplace%'
   OR type = 'trigger' AND (text LIKE '%orreplace%' OR text LIKE '%replaceinto%')
LIMIT 1
