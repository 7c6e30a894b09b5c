-- shape 0: change
UPDATE "tblCountries" SET "CountryName" = ?2 WHERE "CountryCode" = ?1;
-- shape 0: a row that is there is Updated
-- no insert: No row has this key ('CountryCode').
--   row 0, shape 0: 'NO', 'Norway'
