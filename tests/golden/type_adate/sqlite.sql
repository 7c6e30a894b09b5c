-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ADate" = ?1 LIMIT ?2);
--   ?1 date = 2026-02-28
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ADate" = ?1 WHERE "ADate" = ?2;
--   ?1 date = 2026-02-28
--   ?2 date = 2026-02-28
-- insert
INSERT INTO "tblTypes" ("ADate") VALUES (?1);
--   ?1 date = 2026-02-28
