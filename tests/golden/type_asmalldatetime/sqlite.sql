-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ASmallDateTime" = ?1 LIMIT ?2);
--   ?1 smalldatetime = 2026-02-28 23:59:00
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ASmallDateTime" = ?1 WHERE "ASmallDateTime" = ?2;
--   ?1 smalldatetime = 2026-02-28 23:59:00
--   ?2 smalldatetime = 2026-02-28 23:59:00
-- insert
INSERT INTO "tblTypes" ("ASmallDateTime") VALUES (?1);
--   ?1 smalldatetime = 2026-02-28 23:59:00
