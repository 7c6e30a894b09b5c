-- shape 0: find
SELECT "CountryCode" FROM "tblCountries" WHERE "CountryCode" = ?1 LIMIT 2;
-- shape 0: a row that is there is Updated
-- no insert: An insert needs 'CountryName' and the row lacks it; add it.
--   row 0, shape 0: 'NO'
