-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCountries" WHERE "CountryName" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 nvarchar(60) = 'Greece'
--   ?2 bigint = 501
-- update
UPDATE "tblCountries" SET "CountryCode" = ?1, "CountryName" = ?2 WHERE "CountryName" COLLATE NOCASE = ?3;
--   ?1 nchar(2) = 'GR'
--   ?2 nvarchar(60) = 'Ελλάδα'
--   ?3 nvarchar(60) = 'Greece'
-- insert
INSERT INTO "tblCountries" ("CountryCode", "CountryName") VALUES (?1, ?2) RETURNING "CountryCode";
--   ?1 nchar(2) = 'GR'
--   ?2 nvarchar(60) = 'Ελλάδα'
