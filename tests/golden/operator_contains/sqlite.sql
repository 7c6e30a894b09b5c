-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE upsertd_like(?1, "VendorName") LIMIT ?2);
--   ?1 nvarchar(100) = '%50\%\_\[x]\\%'
--   ?2 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE upsertd_like(?2, "VendorName");
--   ?1 nvarchar(60) = 'Rome'
--   ?2 nvarchar(100) = '%50\%\_\[x]\\%'
