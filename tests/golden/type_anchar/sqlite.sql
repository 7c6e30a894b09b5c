-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ANChar" COLLATE UPSERTD_CI = ?1 LIMIT ?2);
--   ?1 nchar(4) = 'äöü'
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ANChar" = ?1 WHERE "ANChar" COLLATE UPSERTD_CI = ?2;
--   ?1 nchar(4) = 'äöü'
--   ?2 nchar(4) = 'äöü'
-- insert
INSERT INTO "tblTypes" ("ANChar") VALUES (?1);
--   ?1 nchar(4) = 'äöü'
