-- select
SELECT "Anything", "Node", "Price" FROM "tblForeign" GROUP BY "Anything", "Node", "Price" ORDER BY "Anything", "Node", "Price" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
