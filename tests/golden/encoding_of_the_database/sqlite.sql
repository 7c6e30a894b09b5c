-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEncodings" WHERE "Latin" COLLATE UPSERTD_CI = ?1 AND "Padded" COLLATE UPSERTD_CI IN (?2, ?3) AND "Long" COLLATE UPSERTD_CI BETWEEN ?4 AND ?5 LIMIT ?6);
--   ?1 varchar(20) = 'Müller €'
--   ?2 char(8) = 'Ä'
--   ?3 char(8) = 'Ö'
--   ?4 varchar(max) = 'ä'
--   ?5 varchar(max) = 'ö'
--   ?6 bigint = 501
-- update
UPDATE "tblEncodings" SET "Wide" = ?1 WHERE "Latin" COLLATE UPSERTD_CI = ?2 AND "Padded" COLLATE UPSERTD_CI IN (?3, ?4) AND "Long" COLLATE UPSERTD_CI BETWEEN ?5 AND ?6;
--   ?1 nvarchar(20) = 'x'
--   ?2 varchar(20) = 'Müller €'
--   ?3 char(8) = 'Ä'
--   ?4 char(8) = 'Ö'
--   ?5 varchar(max) = 'ä'
--   ?6 varchar(max) = 'ö'
