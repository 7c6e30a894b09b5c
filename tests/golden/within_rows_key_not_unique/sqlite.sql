-- shape 0: insert
INSERT INTO "tblTypes" ("AnInt", "ANVarChar") VALUES (?1, ?2) RETURNING ("ANVarChar" COLLATE NOCASE = ?3 AND "AnInt" < ?4) IS TRUE;
-- shape 0: a row that is there is Updated
--   row 0, shape 0: 1, 'mine'
