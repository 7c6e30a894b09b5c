-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AnOther" IS NULL LIMIT ?1);
--   ?1 bigint = 501
-- update
UPDATE "tblTypes" SET "AnInt" = ?1 WHERE "AnOther" IS NULL;
--   ?1 int = 1
