-- insert
INSERT INTO "tblCountries" ("CountryCode", "CountryName") VALUES (?1, ?2) RETURNING "CountryCode";
--   ?1 nchar(2) = 'GR'
--   ?2 nvarchar(60) = 'Ελλάδα'
