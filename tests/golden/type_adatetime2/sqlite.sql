-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ADateTime2" = ?1 LIMIT ?2);
--   ?1 datetime2(3) = 2026-02-28 23:59:59.999
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ADateTime2" = ?1 WHERE "ADateTime2" = ?2;
--   ?1 datetime2(3) = 2026-02-28 23:59:59.999
--   ?2 datetime2(3) = 2026-02-28 23:59:59.999
-- insert
INSERT INTO "tblTypes" ("ADateTime2") VALUES (?1);
--   ?1 datetime2(3) = 2026-02-28 23:59:59.999
