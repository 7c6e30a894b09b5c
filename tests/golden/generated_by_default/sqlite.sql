-- insert
INSERT INTO "tblSessions" ("UserName") VALUES (?1) RETURNING "SessionId";
--   ?1 nvarchar(50) = 'ann'
