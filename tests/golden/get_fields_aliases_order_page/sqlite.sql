-- select
SELECT "VendorName", "CreditLimit" FROM "tblCustomers" WHERE "IsActive" = ?1 ORDER BY "VendorName" COLLATE UPSERTD_CI DESC, "City" COLLATE UPSERTD_CI DESC, "CustomerId" LIMIT ?2 OFFSET ?3;
--   ?1 bit = true
--   ?2 bigint = 10
--   ?3 bigint = 20
