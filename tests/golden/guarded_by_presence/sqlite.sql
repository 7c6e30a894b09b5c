-- look
SELECT 1 FROM "tblCountries" WHERE "CountryCode" COLLATE NOCASE = ?1 LIMIT ?2;
--   ?1 nchar(2) = 'GR'
--   ?2 bigint = 2
-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCountries" WHERE "CountryCode" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 nchar(2) = 'GR'
--   ?2 bigint = 501
-- update
UPDATE "tblCountries" SET "CountryName" = ?1 WHERE "CountryCode" COLLATE NOCASE = ?2;
--   ?1 nvarchar(60) = 'Greece'
--   ?2 nchar(2) = 'GR'
-- no insert: An insert needs 'CountryCode' and Tuples lack it; add it.
