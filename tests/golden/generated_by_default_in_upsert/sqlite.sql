-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblSessions" WHERE "UserName" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 nvarchar(50) = 'ann'
--   ?2 bigint = 501
-- update
UPDATE "tblSessions" SET "UserName" = ?1 WHERE "UserName" COLLATE NOCASE = ?2;
--   ?1 nvarchar(50) = 'ann'
--   ?2 nvarchar(50) = 'ann'
-- insert
INSERT INTO "tblSessions" ("UserName") VALUES (?1) RETURNING "SessionId";
--   ?1 nvarchar(50) = 'ann'
