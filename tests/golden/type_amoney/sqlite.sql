-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "AMoney" = ?1 LIMIT ?2);
--   ?1 money = 92233720368.4775
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "AMoney" = ?1 WHERE "AMoney" = ?2;
--   ?1 money = 92233720368.4775
--   ?2 money = 92233720368.4775
-- insert
INSERT INTO "tblTypes" ("AMoney") VALUES (?1);
--   ?1 money = 92233720368.4775
