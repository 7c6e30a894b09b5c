-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ANVarChar" COLLATE UPSERTD_CI = ?1 LIMIT ?2);
--   ?1 nvarchar(10) = '日本'
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ANVarChar" = ?1 WHERE "ANVarChar" COLLATE UPSERTD_CI = ?2;
--   ?1 nvarchar(10) = '日本'
--   ?2 nvarchar(10) = '日本'
-- insert
INSERT INTO "tblTypes" ("ANVarChar") VALUES (?1);
--   ?1 nvarchar(10) = '日本'
