-- look
SELECT "EmployeeId", "UserName", "Payroll", "CreatedDate", "Version" FROM "tblEmployees" WHERE "EmployeeId" = ?1 LIMIT ?2;
--   ?1 bigint = 5
--   ?2 bigint = 2
-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblEmployees" WHERE "EmployeeId" = ?1 LIMIT ?2);
--   ?1 bigint = 5
--   ?2 bigint = 501
-- update
UPDATE "tblEmployees" SET "UserName" = ?1 WHERE "EmployeeId" = ?2;
--   ?1 nvarchar(50) = 'ann'
--   ?2 bigint = 5
-- no insert: No row can be inserted: 'Payroll' must have a value, has no default and cannot be set by callers; the table needs a default.
