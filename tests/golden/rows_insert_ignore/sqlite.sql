-- shape 0: find
SELECT 1 FROM "tblCountries" WHERE "CountryCode" = ?1 LIMIT 2;
-- shape 0: insert
INSERT INTO "tblCountries" ("CountryCode", "CountryName") VALUES (?1, ?2);
-- shape 0: a row that is there is Ignored
--   row 0, shape 0: 'NO', 'Norway'
