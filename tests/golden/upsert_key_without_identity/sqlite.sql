-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCountries" WHERE "CountryCode" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 nchar(2) = 'IT'
--   ?2 bigint = 501
-- update
UPDATE "tblCountries" SET "CountryCode" = ?1, "CountryName" = ?2 WHERE "CountryCode" COLLATE NOCASE = ?3;
--   ?1 nchar(2) = 'IT'
--   ?2 nvarchar(60) = 'Italy'
--   ?3 nchar(2) = 'IT'
-- insert
INSERT INTO "tblCountries" ("CountryCode", "CountryName") VALUES (?1, ?2) RETURNING "CountryCode";
--   ?1 nchar(2) = 'IT'
--   ?2 nvarchar(60) = 'Italy'
