-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AGuid" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AnInt" = ?1 WHERE "AGuid" COLLATE NOCASE = ?2;
--   ?1 int = 1
--   ?2 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
