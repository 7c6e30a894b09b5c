-- shape 0: find
SELECT 1 FROM "tblCustomers" WHERE "VendorName" = ?1 LIMIT 2;
-- shape 0: change
UPDATE "tblCustomers" SET "City" = ?2 WHERE "VendorName" = ?1;
-- shape 0: insert
INSERT INTO "tblCustomers" ("VendorName", "City", "RowGuid", "DateEntered") VALUES (?1, ?2, ?3, ?4);
-- shape 0: a row that is there is Updated
--   row 0, shape 0: 'Acme', 'Rome', 00112233-4455-6677-8899-aabbccddeeff, 2026-01-31 13:45:59.123
