-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "CreditLimit" BETWEEN ?1 AND ?2 LIMIT ?3);
--   ?1 decimal(12,2) = 10.00
--   ?2 decimal(12,2) = 20.00
--   ?3 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "CreditLimit" BETWEEN ?2 AND ?3;
--   ?1 nvarchar(60) = 'Rome'
--   ?2 decimal(12,2) = 10.00
--   ?3 decimal(12,2) = 20.00
