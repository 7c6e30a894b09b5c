-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ADateTimeOffset" COLLATE UPSERTD_INSTANT = ?1 LIMIT ?2);
--   ?1 datetimeoffset(0) = 2026-02-28 23:59:59+05:30
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ADateTimeOffset" = ?1 WHERE "ADateTimeOffset" COLLATE UPSERTD_INSTANT = ?2;
--   ?1 datetimeoffset(0) = 2026-02-28 23:59:59+05:30
--   ?2 datetimeoffset(0) = 2026-02-28 23:59:59+05:30
-- insert
INSERT INTO "tblTypes" ("ADateTimeOffset") VALUES (?1);
--   ?1 datetimeoffset(0) = 2026-02-28 23:59:59+05:30
