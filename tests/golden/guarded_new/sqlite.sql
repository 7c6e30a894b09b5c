-- insert
INSERT INTO "tblCustomers" ("VendorName", "RowGuid", "DateEntered") VALUES (?1, ?2, ?3) RETURNING "CustomerId";
--   ?1 nvarchar(100) = 'Acme'
--   ?2 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   ?3 datetime2(3) = 2026-01-31 13:45:59.123
