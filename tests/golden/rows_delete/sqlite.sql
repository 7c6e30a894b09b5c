-- shape 0: change
DELETE FROM "tblCountries" WHERE "CountryCode" = ?1;
-- shape 0: a row that is there is Deleted
-- no insert: No row has this key ('CountryCode').
--   row 0, shape 0: 'NO'
