-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEncodings" WHERE "Latin" COLLATE NOCASE = ?1 AND "Padded" COLLATE NOCASE <> ?2 AND "Wide" COLLATE NOCASE = ?3 LIMIT ?4);
--   ?1 varchar(20) = '0123456789012345678901234567890'
--   ?2 char(8) = '0123456789'
--   ?3 nvarchar(20) = '0123456789012345678901234567890'
--   ?4 bigint = 501
-- update
UPDATE "tblEncodings" SET "Wide" = ?1 WHERE "Latin" COLLATE NOCASE = ?2 AND "Padded" COLLATE NOCASE <> ?3 AND "Wide" COLLATE NOCASE = ?4;
--   ?1 nvarchar(20) = 'x'
--   ?2 varchar(20) = '0123456789012345678901234567890'
--   ?3 char(8) = '0123456789'
--   ?4 nvarchar(20) = '0123456789012345678901234567890'
