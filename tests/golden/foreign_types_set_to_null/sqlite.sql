-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblForeign" WHERE "Id" = ?1 LIMIT ?2);
--   ?1 decimal(18,0) = 1
--   ?2 bigint = 501
-- update
UPDATE "tblForeign" SET "Body" = ?1, "Remark" = ?2, "Doc" = ?3, "Anything" = ?4, "Place" = ?5, "Node" = ?6, "Price" = ?7, "Picture" = ?8, "Wide" = ?9 WHERE "Id" = ?10;
--   ?1 text = NULL
--   ?2 ntext = NULL
--   ?3 xml = NULL
--   ?4 sql_variant = NULL
--   ?5 geography = NULL
--   ?6 hierarchyid = NULL
--   ?7 money = NULL
--   ?8 image = NULL
--   ?9 varchar(8000) = NULL
--   ?10 decimal(18,0) = 1
