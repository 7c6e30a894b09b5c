-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "CreditLimit" < ?1 LIMIT ?2);
--   ?1 decimal(12,2) = 1000.00
--   ?2 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "CreditLimit" < ?2;
--   ?1 nvarchar(60) = 'Rome'
--   ?2 decimal(12,2) = 1000.00
