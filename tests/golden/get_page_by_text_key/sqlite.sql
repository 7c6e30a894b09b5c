-- select
SELECT "Share" FROM "tblShares" ORDER BY "Share", "CustomerId", "CountryCode" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 10
--   ?2 bigint = 20
