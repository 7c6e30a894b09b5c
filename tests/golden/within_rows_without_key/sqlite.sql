-- shape 0: insert
INSERT INTO "tblTypes" ("ANVarChar", "AnInt") VALUES (?1, ?2) RETURNING ("ANVarChar" COLLATE NOCASE = ?3 AND "AnInt" < ?4) IS TRUE;
-- shape 0: a row that is there is Updated
-- shape 1: insert
INSERT INTO "tblTypes" ("ANVarChar") VALUES (?1) RETURNING ("ANVarChar" COLLATE NOCASE = ?2 AND "AnInt" < ?3) IS TRUE;
-- shape 1: a row that is there is Updated
--   row 0, shape 0: 'mine', 1
--   row 1, shape 1: 'yours'
