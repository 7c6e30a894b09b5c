-- shape 0: insert
INSERT INTO "tblCountries" ("CountryCode", "CountryName") VALUES (?1, ?2);
-- shape 0: a row that is there is Updated
--   row 0, shape 0: 'NO', 'Norway'
