-- select
SELECT "City", "IsActive" FROM "tblCustomers" GROUP BY "City" COLLATE UPSERTD_CI, "IsActive" ORDER BY "City" COLLATE UPSERTD_CI, "IsActive" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
