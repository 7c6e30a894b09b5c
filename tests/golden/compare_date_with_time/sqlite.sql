-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "LastContact" <= ?1 LIMIT ?2);
--   ?1 date = 2026-01-31
--   ?2 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "LastContact" <= ?2;
--   ?1 nvarchar(60) = 'Rome'
--   ?2 date = 2026-01-31
