-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AReal" = ?1 LIMIT ?2);
--   ?1 real = 0.10000000149011612
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AReal" = ?1 WHERE "AReal" = ?2;
--   ?1 real = 0.10000000149011612
--   ?2 real = 0.10000000149011612
-- insert
INSERT INTO "tblTypes" ("AReal") VALUES (?1);
--   ?1 real = 0.10000000149011612
