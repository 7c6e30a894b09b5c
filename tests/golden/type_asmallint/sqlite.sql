-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ASmallInt" = ?1 LIMIT ?2);
--   ?1 smallint = -32768
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ASmallInt" = ?1 WHERE "ASmallInt" = ?2;
--   ?1 smallint = -32768
--   ?2 smallint = -32768
-- insert
INSERT INTO "tblTypes" ("ASmallInt") VALUES (?1);
--   ?1 smallint = -32768
