-- shape 0: change
UPDATE "tblCountries" SET "CountryName" = ?2 WHERE "CountryCode" = ?1 AND ("CountryName" COLLATE NOCASE <> ?3) RETURNING ("CountryName" COLLATE NOCASE <> ?3) IS TRUE;
-- shape 0: insert
INSERT INTO "tblCountries" ("CountryCode", "CountryName") VALUES (?1, ?2) RETURNING ("CountryName" COLLATE NOCASE <> ?3) IS TRUE;
-- shape 0: a row that is there is Updated
--   row 0, shape 0: 'NO', 'Norway'
