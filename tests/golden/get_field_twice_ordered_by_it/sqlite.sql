-- select
SELECT "City", "City", "CustomerId", "CustomerId" FROM "tblCustomers" ORDER BY "City" COLLATE UPSERTD_CI, "CustomerId" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
