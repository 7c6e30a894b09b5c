-- The columns of one table's foreign keys.
SELECT "from"
FROM pragma_foreign_key_list(?1, 'main')
