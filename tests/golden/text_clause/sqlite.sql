-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "VendorName" COLLATE NOCASE = ?1 AND ("City" COLLATE NOCASE IN (?2, ?3) OR "CreditLimit" > ?4) LIMIT ?5);
--   ?1 nvarchar(100) = 'Acme'
--   ?2 nvarchar(60) = 'Paris'
--   ?3 nvarchar(60) = 'Rome'
--   ?4 decimal(12,2) = 1000.00
--   ?5 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "VendorName" COLLATE NOCASE = ?2 AND ("City" COLLATE NOCASE IN (?3, ?4) OR "CreditLimit" > ?5);
--   ?1 nvarchar(60) = 'Rome'
--   ?2 nvarchar(100) = 'Acme'
--   ?3 nvarchar(60) = 'Paris'
--   ?4 nvarchar(60) = 'Rome'
--   ?5 decimal(12,2) = 1000.00
