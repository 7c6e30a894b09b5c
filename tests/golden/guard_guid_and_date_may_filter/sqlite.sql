-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblCustomers" WHERE "RowGuid" COLLATE NOCASE = ?1 AND "DateEntered" >= ?2 LIMIT ?3);
--   ?1 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   ?2 datetime2(3) = 2026-01-01 00:00:00
--   ?3 bigint = 501
-- update
UPDATE "tblCustomers" SET "City" = ?1 WHERE "RowGuid" COLLATE NOCASE = ?2 AND "DateEntered" >= ?3;
--   ?1 nvarchar(60) = 'Rome'
--   ?2 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   ?3 datetime2(3) = 2026-01-01 00:00:00
