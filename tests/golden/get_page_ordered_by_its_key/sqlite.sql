-- select
SELECT "Share" FROM "tblShares" ORDER BY "CountryCode" COLLATE UPSERTD_CI DESC, "CustomerId" DESC, "CountryCode" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
