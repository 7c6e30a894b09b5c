-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "VendorCode" COLLATE NOCASE = ?1 AND "City" COLLATE NOCASE = ?2 LIMIT ?3);
--   ?1 varchar(20) = 'A'
--   ?2 nvarchar(60) = 'Rome'
--   ?3 bigint = 501
-- update
UPDATE "tblCustomers" SET "VendorName" = ?1, "City" = ?2 WHERE "VendorCode" COLLATE NOCASE = ?3 AND "City" COLLATE NOCASE = ?4 RETURNING ("City" COLLATE NOCASE = ?5) IS TRUE;
--   ?1 nvarchar(100) = 'New'
--   ?2 nvarchar(60) = 'Rome'
--   ?3 varchar(20) = 'A'
--   ?4 nvarchar(60) = 'Rome'
--   ?5 nvarchar(60) = 'Rome'
-- insert
INSERT INTO "tblCustomers" ("VendorName", "City", "RowGuid", "DateEntered") VALUES (?1, ?2, ?3, ?4) RETURNING "CustomerId", ("City" COLLATE NOCASE = ?5) IS TRUE;
--   ?1 nvarchar(100) = 'New'
--   ?2 nvarchar(60) = 'Rome'
--   ?3 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   ?4 datetime2(3) = 2026-01-31 13:45:59.123
--   ?5 nvarchar(60) = 'Rome'
