-- select
SELECT "City", COUNT(*) FROM "tblCustomers" GROUP BY "City" COLLATE UPSERTD_CI ORDER BY COUNT(*) DESC, "City" COLLATE UPSERTD_CI LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
