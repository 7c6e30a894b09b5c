-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEncodings" WHERE "Latin" COLLATE NOCASE = ?1 AND "Greek" COLLATE NOCASE = ?2 AND "Utf8" COLLATE NOCASE = ?3 AND "Dos" COLLATE NOCASE = ?4 AND "Long" COLLATE NOCASE = ?5 AND "Padded" COLLATE NOCASE = ?6 LIMIT ?7);
--   ?1 varchar(20) = 'abc'
--   ?2 varchar(20) = 'abc'
--   ?3 varchar(20) = 'abc'
--   ?4 varchar(20) = 'abc'
--   ?5 varchar(max) = 'abc'
--   ?6 char(8) = 'abc'
--   ?7 bigint = 501
-- update
UPDATE "tblEncodings" SET "Wide" = ?1 WHERE "Latin" COLLATE NOCASE = ?2 AND "Greek" COLLATE NOCASE = ?3 AND "Utf8" COLLATE NOCASE = ?4 AND "Dos" COLLATE NOCASE = ?5 AND "Long" COLLATE NOCASE = ?6 AND "Padded" COLLATE NOCASE = ?7;
--   ?1 nvarchar(20) = 'x'
--   ?2 varchar(20) = 'abc'
--   ?3 varchar(20) = 'abc'
--   ?4 varchar(20) = 'abc'
--   ?5 varchar(20) = 'abc'
--   ?6 varchar(max) = 'abc'
--   ?7 char(8) = 'abc'
