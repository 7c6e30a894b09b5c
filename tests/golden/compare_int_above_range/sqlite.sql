-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "Rating" <= ?1 AND "Rating" <> "Rating" LIMIT ?2);
--   ?1 tinyint = 255
--   ?2 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "Rating" <= ?2 AND "Rating" <> "Rating";
--   ?1 nvarchar(60) = 'Rome'
--   ?2 tinyint = 255
