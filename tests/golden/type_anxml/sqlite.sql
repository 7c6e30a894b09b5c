-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AnXml" IS NULL LIMIT ?1);
--   ?1 bigint = 501
-- update
UPDATE "tblTypes" SET "AnXml" = ?1 WHERE "AnXml" IS NULL;
--   ?1 xml = '<a/>'
-- insert
INSERT INTO "tblTypes" ("AnXml") VALUES (?1);
--   ?1 xml = '<a/>'
