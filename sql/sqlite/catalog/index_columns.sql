-- The key columns of one index in key order; NULL for an expression or the rowid.
SELECT name
FROM pragma_index_xinfo(?1, 'main')
WHERE key
ORDER BY seqno
