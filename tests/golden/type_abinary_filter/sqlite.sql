-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ABinary" = ?1 LIMIT ?2);
--   ?1 varbinary(8) = [01, 02, 03]
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AnInt" = ?1 WHERE "ABinary" = ?2;
--   ?1 int = 1
--   ?2 varbinary(8) = [01, 02, 03]
