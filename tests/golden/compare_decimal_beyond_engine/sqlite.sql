-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AWideDecimal" <= ?1 AND "AWideDecimal" <> "AWideDecimal" LIMIT ?2);
--   ?1 decimal(38,10) = 12345678901234.5
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AnInt" = ?1 WHERE "AWideDecimal" <= ?2 AND "AWideDecimal" <> "AWideDecimal";
--   ?1 int = 1
--   ?2 decimal(38,10) = 12345678901234.5
