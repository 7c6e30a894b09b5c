-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEncodings" WHERE "Greek" COLLATE UPSERTD_CI = ?1 LIMIT ?2);
--   ?1 varchar(20) = 'αβγ'
--   ?2 bigint = 501
-- update
UPDATE "tblEncodings" SET "Wide" = ?1 WHERE "Greek" COLLATE UPSERTD_CI = ?2;
--   ?1 nvarchar(20) = 'x'
--   ?2 varchar(20) = 'αβγ'
