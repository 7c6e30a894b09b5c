-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblForeign" WHERE "Picture" = ?1 AND "Picture" > ?2 LIMIT ?3);
--   ?1 image = [00, 01, 02]
--   ?2 image = [00]
--   ?3 bigint = 501
-- update
UPDATE "tblForeign" SET "Body" = ?1 WHERE "Picture" = ?2 AND "Picture" > ?3;
--   ?1 text = 'x'
--   ?2 image = [00, 01, 02]
--   ?3 image = [00]
