-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AChar" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 char(4) = 'abcd'
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AChar" = ?1 WHERE "AChar" COLLATE NOCASE = ?2;
--   ?1 char(4) = 'abcd'
--   ?2 char(4) = 'abcd'
-- insert
INSERT INTO "tblTypes" ("AChar") VALUES (?1);
--   ?1 char(4) = 'abcd'
