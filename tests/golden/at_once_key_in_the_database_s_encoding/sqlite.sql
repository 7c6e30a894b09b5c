-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEncodings" WHERE "Code" COLLATE UPSERTD_CI = ?1 LIMIT ?2);
--   ?1 varchar(10) = 'Straße'
--   ?2 bigint = 501
-- update
UPDATE "tblEncodings" SET "Wide" = ?1 WHERE "Code" COLLATE UPSERTD_CI = ?2;
--   ?1 nvarchar(20) = 'x'
--   ?2 varchar(10) = 'Straße'
