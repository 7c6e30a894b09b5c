-- look
SELECT 1 FROM "tblCountries" WHERE "CountryCode" = ?1 LIMIT ?2;
--   ?1 nchar(2) = 'GR'
--   ?2 bigint = 2
-- insert
INSERT INTO "tblCountries" ("CountryCode", "CountryName") VALUES (?1, ?2) RETURNING "CountryCode";
--   ?1 nchar(2) = 'GR'
--   ?2 nvarchar(60) = 'Greece'
