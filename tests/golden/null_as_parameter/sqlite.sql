-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "VendorName" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 nvarchar(100) = 'Acme'
--   ?2 bigint = 501
-- update
UPDATE "tblCustomers" SET "VendorName" = ?1, "City" = ?2, "CreditLimit" = ?3, "Rating" = ?4, "LastContact" = ?5, "Logo" = ?6 WHERE "VendorName" COLLATE NOCASE = ?7;
--   ?1 nvarchar(100) = 'Acme'
--   ?2 nvarchar(60) = NULL
--   ?3 decimal(12,2) = NULL
--   ?4 tinyint = NULL
--   ?5 date = NULL
--   ?6 varbinary(max) = NULL
--   ?7 nvarchar(100) = 'Acme'
-- insert
INSERT INTO "tblCustomers" ("VendorName", "City", "CreditLimit", "Rating", "LastContact", "Logo", "RowGuid", "DateEntered") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING "CustomerId";
--   ?1 nvarchar(100) = 'Acme'
--   ?2 nvarchar(60) = NULL
--   ?3 decimal(12,2) = NULL
--   ?4 tinyint = NULL
--   ?5 date = NULL
--   ?6 varbinary(max) = NULL
--   ?7 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   ?8 datetime2(3) = 2026-01-31 13:45:59.123
