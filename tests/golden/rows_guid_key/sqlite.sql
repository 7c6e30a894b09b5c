-- shape 0: find
SELECT 1 FROM "tblCustomers" WHERE "RowGuid" = ?1 LIMIT 2;
-- shape 0: change
UPDATE "tblCustomers" SET "VendorName" = ?2 WHERE "RowGuid" = ?1;
-- shape 0: insert
INSERT INTO "tblCustomers" ("RowGuid", "VendorName", "DateEntered") VALUES (?1, ?2, ?3);
-- shape 0: a row that is there is Updated
--   row 0, shape 0: 00000000-0000-0000-0000-000000000001, 'By GUID', 2026-01-31 13:45:59.123
