-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ABigInt" = ?1 LIMIT ?2);
--   ?1 bigint = 9223372036854775807
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ABigInt" = ?1 WHERE "ABigInt" = ?2;
--   ?1 bigint = 9223372036854775807
--   ?2 bigint = 9223372036854775807
-- insert
INSERT INTO "tblTypes" ("ABigInt") VALUES (?1);
--   ?1 bigint = 9223372036854775807
