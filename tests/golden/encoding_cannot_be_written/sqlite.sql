-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEncodings" WHERE "Wide" COLLATE NOCASE = ?1 LIMIT ?2);
--   ?1 nvarchar(20) = 'x'
--   ?2 bigint = 501
-- update
UPDATE "tblEncodings" SET "Latin" = ?1, "Greek" = ?2, "Utf8" = ?3, "Dos" = ?4, "Long" = ?5 WHERE "Wide" COLLATE NOCASE = ?6;
--   ?1 varchar(20) = 'Ωmega'
--   ?2 varchar(20) = 'ü'
--   ?3 varchar(20) = '大阪大阪大阪大'
--   ?4 varchar(20) = 'é'
--   ?5 varchar(max) = 'β'
--   ?6 nvarchar(20) = 'x'
