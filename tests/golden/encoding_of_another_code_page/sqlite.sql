-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEncodings" WHERE "Greek" COLLATE UPSERTD_CI = ?1 AND "Utf8" COLLATE UPSERTD_CI = ?2 AND "Dos" COLLATE UPSERTD_CI = ?3 LIMIT ?4);
--   ?1 varchar(20) = 'αβγ'
--   ?2 varchar(20) = '大阪'
--   ?3 varchar(20) = 'é'
--   ?4 bigint = 501
-- update
UPDATE "tblEncodings" SET "Wide" = ?1 WHERE "Greek" COLLATE UPSERTD_CI = ?2 AND "Utf8" COLLATE UPSERTD_CI = ?3 AND "Dos" COLLATE UPSERTD_CI = ?4;
--   ?1 nvarchar(20) = 'x'
--   ?2 varchar(20) = 'αβγ'
--   ?3 varchar(20) = '大阪'
--   ?4 varchar(20) = 'é'
