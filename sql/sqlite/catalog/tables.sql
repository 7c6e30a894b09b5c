-- Tables and views, without SQLite's own, this program's (upsertd_…) and virtual tables.
SELECT name, type = 'view'
FROM pragma_table_list
WHERE schema = 'main'
  AND type IN ('table', 'view')
  AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND name NOT LIKE 'upsertd\_%' ESCAPE '\'
ORDER BY name COLLATE NOCASE
