-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ABit" = ?1 LIMIT ?2);
--   ?1 bit = true
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ABit" = ?1 WHERE "ABit" = ?2;
--   ?1 bit = true
--   ?2 bit = true
-- insert
INSERT INTO "tblTypes" ("ABit") VALUES (?1);
--   ?1 bit = true
