-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEncodings" WHERE "Wide" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 nvarchar(20) = 'x'
--   ?2 bigint = 501
-- update
UPDATE "tblEncodings" SET "Latin" = ?1, "Greek" = ?2, "Utf8" = ?3, "Dos" = ?4, "Padded" = ?5, "Long" = ?6 WHERE "Wide" COLLATE NOCASE = ?7;
--   ?1 varchar(20) = 'Müller €'
--   ?2 varchar(20) = 'αβγ'
--   ?3 varchar(20) = '大阪'
--   ?4 varchar(20) = 'abc'
--   ?5 char(8) = 'Ä'
--   ?6 varchar(max) = 'ß'
--   ?7 nvarchar(20) = 'x'
