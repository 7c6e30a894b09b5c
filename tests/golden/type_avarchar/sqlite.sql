-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AVarChar" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 varchar(10) = '0123456789'
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AVarChar" = ?1 WHERE "AVarChar" COLLATE NOCASE = ?2;
--   ?1 varchar(10) = '0123456789'
--   ?2 varchar(10) = '0123456789'
-- insert
INSERT INTO "tblTypes" ("AVarChar") VALUES (?1);
--   ?1 varchar(10) = '0123456789'
