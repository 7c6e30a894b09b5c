-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblForeign" WHERE "Wide" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 varchar(8000) = 'w'
--   ?2 bigint = 501
-- update
UPDATE "tblForeign" SET "Body" = ?1 WHERE "Wide" COLLATE NOCASE = ?2;
--   ?1 text = 'x'
--   ?2 varchar(8000) = 'w'
-- insert
INSERT INTO "tblForeign" ("Body") VALUES (?1) RETURNING "Id";
--   ?1 text = 'x'
