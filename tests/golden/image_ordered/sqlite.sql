-- select
SELECT "Id" FROM "tblForeign" ORDER BY "Picture", "Id" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
