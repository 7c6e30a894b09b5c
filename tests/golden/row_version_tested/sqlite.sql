-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblForeign" WHERE "Stamp" = ?1 AND "Stamp" > ?2 LIMIT ?3);
--   ?1 rowversion = [00, 00, 00, 00, 00, 00, 07, d1]
--   ?2 rowversion = [00, 00, 00, 00, 00, 00, 07, d0]
--   ?3 bigint = 501
-- update
UPDATE "tblForeign" SET "Body" = ?1 WHERE "Stamp" = ?2 AND "Stamp" > ?3;
--   ?1 text = 'x'
--   ?2 rowversion = [00, 00, 00, 00, 00, 00, 07, d1]
--   ?3 rowversion = [00, 00, 00, 00, 00, 00, 07, d0]
