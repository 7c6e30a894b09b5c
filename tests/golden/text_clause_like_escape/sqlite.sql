-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE upsertd_like(?1, "VendorName") AND NOT ("City" IS NULL) LIMIT ?2);
--   ?1 nvarchar(100) = 'A\%[b-d]_%'
--   ?2 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE upsertd_like(?2, "VendorName") AND NOT ("City" IS NULL);
--   ?1 nvarchar(60) = 'Rome'
--   ?2 nvarchar(100) = 'A\%[b-d]_%'
