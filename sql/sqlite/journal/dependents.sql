-- What refers to a table in such a way that rows are deleted or changed along with those that they refer to: the table, the
-- number of its foreign key, the column that refers, the column that it refers to.
SELECT l.name, f.id, f."from", coalesce(f."to", (SELECT p.name FROM pragma_table_info(?1, 'main') AS p WHERE p.pk = f.seq + 1)) AS target
FROM pragma_table_list AS l, pragma_foreign_key_list(l.name, 'main') AS f
WHERE l.schema = 'main' AND l.type = 'table' AND f."table" = ?1 COLLATE NOCASE
  AND f.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT') AND target IS NOT NULL
ORDER BY l.name, f.id, f.seq
