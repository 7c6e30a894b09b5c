-- look
SELECT "CustomerId", "VendorName", "VendorCode", "City", "CreditLimit", "CreditUsed", "IsActive", "Rating", "Notes", "Logo", "RowGuid", "ParentGuid", "DateEntered", "LastContact" FROM "tblCustomers" WHERE "VendorCode" COLLATE NOCASE = ?1 AND "City" COLLATE NOCASE = ?2 LIMIT ?3;
--   ?1 varchar(20) = 'A'
--   ?2 nvarchar(60) = 'Rome'
--   ?3 bigint = 2
-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "VendorCode" COLLATE NOCASE = ?1 AND "City" COLLATE NOCASE = ?2 LIMIT ?3);
--   ?1 varchar(20) = 'A'
--   ?2 nvarchar(60) = 'Rome'
--   ?3 bigint = 501
-- update
UPDATE "tblCustomers" SET "VendorName" = ?1 WHERE "VendorCode" COLLATE NOCASE = ?2 AND "City" COLLATE NOCASE = ?3;
--   ?1 nvarchar(100) = 'Acme'
--   ?2 varchar(20) = 'A'
--   ?3 nvarchar(60) = 'Rome'
-- insert
INSERT INTO "tblCustomers" ("VendorName", "RowGuid", "DateEntered") VALUES (?1, ?2, ?3) RETURNING "CustomerId";
--   ?1 nvarchar(100) = 'Acme'
--   ?2 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   ?3 datetime2(3) = 2026-01-31 13:45:59.123
