-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ATime" = ?1 LIMIT ?2);
--   ?1 time(3) = 23:59:59.999
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ATime" = ?1 WHERE "ATime" = ?2;
--   ?1 time(3) = 23:59:59.999
--   ?2 time(3) = 23:59:59.999
-- insert
INSERT INTO "tblTypes" ("ATime") VALUES (?1);
--   ?1 time(3) = 23:59:59.999
