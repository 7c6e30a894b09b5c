-- insert
INSERT INTO "tblTokens" ("UserName") VALUES (?1);
--   ?1 nvarchar(50) = 'ann'
