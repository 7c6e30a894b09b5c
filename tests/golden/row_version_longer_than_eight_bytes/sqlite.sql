-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblForeign" WHERE "Stamp" = ?1 AND "Stamp" IN (?2, ?3) AND "Stamp" BETWEEN ?4 AND ?5 LIMIT ?6);
--   ?1 rowversion = [00, 00, 00, 00, 00, 00, 07, d1, 00]
--   ?2 rowversion = [00, 00, 00, 00, 00, 00, 07, d1]
--   ?3 rowversion = [00, 00, 00, 00, 00, 00, 07, d1, 00]
--   ?4 rowversion = [00]
--   ?5 rowversion = [00, 00, 00, 00, 00, 00, 07, d1, 00]
--   ?6 bigint = 501
-- update
UPDATE "tblForeign" SET "Body" = ?1 WHERE "Stamp" = ?2 AND "Stamp" IN (?3, ?4) AND "Stamp" BETWEEN ?5 AND ?6;
--   ?1 text = 'x'
--   ?2 rowversion = [00, 00, 00, 00, 00, 00, 07, d1, 00]
--   ?3 rowversion = [00, 00, 00, 00, 00, 00, 07, d1]
--   ?4 rowversion = [00, 00, 00, 00, 00, 00, 07, d1, 00]
--   ?5 rowversion = [00]
--   ?6 rowversion = [00, 00, 00, 00, 00, 00, 07, d1, 00]
