-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ADecimal" = ?1 LIMIT ?2);
--   ?1 decimal(12,2) = 1234567890.12
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ADecimal" = ?1 WHERE "ADecimal" = ?2;
--   ?1 decimal(12,2) = 1234567890.12
--   ?2 decimal(12,2) = 1234567890.12
-- insert
INSERT INTO "tblTypes" ("ADecimal") VALUES (?1);
--   ?1 decimal(12,2) = 1234567890.12
