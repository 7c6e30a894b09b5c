-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblRates" WHERE "Currency" COLLATE NOCASE = ?1 AND "Day" = ?2 LIMIT ?3);
--   ?1 nchar(3) = 'EUR'
--   ?2 date = 2026-01-31
--   ?3 bigint = 501
-- update
UPDATE "tblRates" SET "Currency" = ?1, "Day" = ?2, "Rate" = ?3 WHERE "Currency" COLLATE NOCASE = ?4 AND "Day" = ?5;
--   ?1 nchar(3) = 'EUR'
--   ?2 date = 2026-01-31
--   ?3 decimal(19,9) = 1.085000000
--   ?4 nchar(3) = 'EUR'
--   ?5 date = 2026-01-31
-- insert
INSERT INTO "tblRates" ("Currency", "Day", "Rate") VALUES (?1, ?2, ?3);
--   ?1 nchar(3) = 'EUR'
--   ?2 date = 2026-01-31
--   ?3 decimal(19,9) = 1.085000000
