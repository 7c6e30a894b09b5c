-- The unique indexes of one table, in the order they were made.
SELECT name, origin = 'pk', partial
FROM pragma_index_list(?1, 'main')
WHERE "unique"
ORDER BY seq DESC
