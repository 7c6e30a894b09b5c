-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblSessions" WHERE "SessionId" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 uniqueidentifier = c56a4180-65aa-42ec-a945-5fd21dec0538
--   ?2 bigint = 501
-- update
UPDATE "tblSessions" SET "UserName" = ?1 WHERE "SessionId" COLLATE NOCASE = ?2;
--   ?1 nvarchar(50) = 'ann'
--   ?2 uniqueidentifier = c56a4180-65aa-42ec-a945-5fd21dec0538
-- insert
INSERT INTO "tblSessions" ("UserName") VALUES (?1) RETURNING "SessionId";
--   ?1 nvarchar(50) = 'ann'
