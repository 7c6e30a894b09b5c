-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEncodings" WHERE "Latin" COLLATE UPSERTD_CI = ?1 AND "Latin" COLLATE UPSERTD_CI IN (?2, ?3) AND "Latin" COLLATE UPSERTD_CI BETWEEN ?4 AND ?5 LIMIT ?6);
--   ?1 varchar(20) = 'Ωmega'
--   ?2 varchar(20) = 'abc'
--   ?3 varchar(20) = 'Ω'
--   ?4 varchar(20) = 'a'
--   ?5 varchar(20) = 'Ω'
--   ?6 bigint = 501
-- update
UPDATE "tblEncodings" SET "Wide" = ?1 WHERE "Latin" COLLATE UPSERTD_CI = ?2 AND "Latin" COLLATE UPSERTD_CI IN (?3, ?4) AND "Latin" COLLATE UPSERTD_CI BETWEEN ?5 AND ?6;
--   ?1 nvarchar(20) = 'x'
--   ?2 varchar(20) = 'Ωmega'
--   ?3 varchar(20) = 'abc'
--   ?4 varchar(20) = 'Ω'
--   ?5 varchar(20) = 'a'
--   ?6 varchar(20) = 'Ω'
