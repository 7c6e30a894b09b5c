-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ATinyInt" = ?1 LIMIT ?2);
--   ?1 tinyint = 255
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ATinyInt" = ?1 WHERE "ATinyInt" = ?2;
--   ?1 tinyint = 255
--   ?2 tinyint = 255
-- insert
INSERT INTO "tblTypes" ("ATinyInt") VALUES (?1);
--   ?1 tinyint = 255
