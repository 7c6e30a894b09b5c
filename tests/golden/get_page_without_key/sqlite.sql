-- select
SELECT "a ""b"" ] c", "Größe" FROM "odd ""table""" ORDER BY rowid LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 10
--   ?2 bigint = 20
