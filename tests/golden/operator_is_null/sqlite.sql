-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "City" IS NULL LIMIT ?1);
--   ?1 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "City" IS NULL;
--   ?1 nvarchar(60) = 'Rome'
