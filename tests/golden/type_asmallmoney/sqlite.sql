-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblTypes" WHERE "ASmallMoney" = ?1 LIMIT ?2);
--   ?1 smallmoney = -214748.3648
--   ?2 bigint = 501
-- update
UPDATE "tblTypes" SET "ASmallMoney" = ?1 WHERE "ASmallMoney" = ?2;
--   ?1 smallmoney = -214748.3648
--   ?2 smallmoney = -214748.3648
-- insert
INSERT INTO "tblTypes" ("ASmallMoney") VALUES (?1);
--   ?1 smallmoney = -214748.3648
