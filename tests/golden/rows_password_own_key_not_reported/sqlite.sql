-- shape 0: find
SELECT 1 FROM "tblTokens" WHERE "UserName" = ?1 LIMIT 2;
-- shape 0: insert
INSERT INTO "tblTokens" ("UserName") VALUES (?1);
-- shape 0: a row that is there is Updated
--   row 0, shape 0: 'ada'
