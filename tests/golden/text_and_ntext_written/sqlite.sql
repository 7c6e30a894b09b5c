-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblForeign" WHERE "Id" = ?1 LIMIT ?2);
--   ?1 decimal(18,0) = 1
--   ?2 bigint = 501
-- update
UPDATE "tblForeign" SET "Body" = ?1, "Remark" = ?2, "Doc" = ?3 WHERE "Id" = ?4;
--   ?1 text = 'Müller'
--   ?2 ntext = 'Ω'
--   ?3 xml = '<a/>'
--   ?4 decimal(18,0) = 1
