-- select
SELECT "CustomerId", "VendorName", "VendorCode", "City", "CreditLimit", "CreditUsed", "CreditAvailable", "IsActive", "Rating", "Notes", "RowGuid", "ParentGuid", "DateEntered", "LastContact" FROM "tblCustomers" ORDER BY "CustomerId" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
