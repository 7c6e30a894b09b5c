-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AFloat" = ?1 LIMIT ?2);
--   ?1 float = 1e300
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AFloat" = ?1 WHERE "AFloat" = ?2;
--   ?1 float = 1e300
--   ?2 float = 1e300
-- insert
INSERT INTO "tblTypes" ("AFloat") VALUES (?1);
--   ?1 float = 1e300
