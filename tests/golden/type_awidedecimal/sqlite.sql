-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AWideDecimal" = ?1 LIMIT ?2);
--   ?1 decimal(38,10) = 0.1234567891
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AWideDecimal" = ?1 WHERE "AWideDecimal" = ?2;
--   ?1 decimal(38,10) = 0.1234567891
--   ?2 decimal(38,10) = 0.1234567891
-- insert
INSERT INTO "tblTypes" ("AWideDecimal") VALUES (?1);
--   ?1 decimal(38,10) = 0.1234567891
