-- repeated keys
WITH sent ("CountryCode", upsertd_number) AS (SELECT "CountryCode", 0 FROM "tblCountries" WHERE 0 UNION ALL SELECT value ->> 1, value ->> 0 FROM json_each(?1)) SELECT a.upsertd_number FROM sent AS a WHERE EXISTS (SELECT 1 FROM sent AS b WHERE b.upsertd_number <> a.upsertd_number AND b."CountryCode" = a."CountryCode");
-- shape 0: change
UPDATE "tblCountries" SET "CountryName" = ?2 WHERE "CountryCode" = ?1;
-- shape 0: insert
INSERT INTO "tblCountries" ("CountryCode", "CountryName") VALUES (?1, ?2);
-- shape 0: a row that is there is Updated
--   row 0, shape 0: 'NO', 'Norway'
--   row 1, shape 0: 'no', 'Norge'
