-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AText" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 text = 'long'
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AText" = ?1 WHERE "AText" COLLATE NOCASE = ?2;
--   ?1 text = 'long'
--   ?2 text = 'long'
-- insert
INSERT INTO "tblTypes" ("AText") VALUES (?1);
--   ?1 text = 'long'
