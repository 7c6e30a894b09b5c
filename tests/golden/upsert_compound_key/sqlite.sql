-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblShares" WHERE "CustomerId" = ?1 AND "CountryCode" COLLATE NOCASE = ?2 LIMIT ?3);
--   ?1 bigint = 1
--   ?2 nchar(2) = 'IT'
--   ?3 bigint = 501
-- update
UPDATE "tblShares" SET "CustomerId" = ?1, "CountryCode" = ?2, "Share" = ?3 WHERE "CustomerId" = ?4 AND "CountryCode" COLLATE NOCASE = ?5;
--   ?1 bigint = 1
--   ?2 nchar(2) = 'IT'
--   ?3 decimal(5,2) = 12.50
--   ?4 bigint = 1
--   ?5 nchar(2) = 'IT'
-- no insert: No row can be inserted: 'OwnerGuid' must have a value, has no default and cannot be set by callers; the table needs a default.
