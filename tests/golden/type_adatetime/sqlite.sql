-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ADateTime" = ?1 LIMIT ?2);
--   ?1 datetime = 2026-02-28 23:59:59.997
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ADateTime" = ?1 WHERE "ADateTime" = ?2;
--   ?1 datetime = 2026-02-28 23:59:59.997
--   ?2 datetime = 2026-02-28 23:59:59.997
-- insert
INSERT INTO "tblTypes" ("ADateTime") VALUES (?1);
--   ?1 datetime = 2026-02-28 23:59:59.997
