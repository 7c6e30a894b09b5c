-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "odd ""table""" WHERE "a ""b"" ] c" = ?1 LIMIT ?2);
--   ?1 int = 1
--   ?2 bigint = 501
-- update
UPDATE "odd ""table""" SET "a ""b"" ] c" = ?1, "Größe" = ?2 WHERE "a ""b"" ] c" = ?3;
--   ?1 int = 1
--   ?2 nvarchar(10) = 'x'
--   ?3 int = 1
-- insert
INSERT INTO "odd ""table""" ("a ""b"" ] c", "Größe") VALUES (?1, ?2);
--   ?1 int = 1
--   ?2 nvarchar(10) = 'x'
