-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AnInt" = ?1 LIMIT ?2);
--   ?1 int = 2147483647
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AnInt" = ?1 WHERE "AnInt" = ?2;
--   ?1 int = 2147483647
--   ?2 int = 2147483647
-- insert
INSERT INTO "tblTypes" ("AnInt") VALUES (?1);
--   ?1 int = 2147483647
