-- A table's columns.
SELECT name FROM pragma_table_xinfo(?1, 'main')
