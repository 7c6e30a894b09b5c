-- select
SELECT "VendorName", "City" FROM "tblCustomers" ORDER BY "CustomerId" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
