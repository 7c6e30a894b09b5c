-- insert
INSERT INTO "tblRates" ("Currency", "Day", "Rate") VALUES (?1, ?2, ?3);
--   ?1 nchar(3) = 'EUR'
--   ?2 date = 2026-01-31
--   ?3 decimal(19,9) = 1.085000000
