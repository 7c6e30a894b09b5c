-- The columns of one table; hidden is 2 for VIRTUAL and 3 for STORED generated ones.
SELECT name, type, "notnull", dflt_value, pk, hidden
FROM pragma_table_xinfo(?1, 'main')
ORDER BY cid
