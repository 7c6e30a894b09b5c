-- select
SELECT "Id", "Body", "Remark", "Doc", "Anything", "Place", "Node", "Wide", "Price", "Fee" FROM "tblForeign" ORDER BY "Id" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
