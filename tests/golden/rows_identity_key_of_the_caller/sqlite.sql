-- shape 0: change
UPDATE "tblCustomers" SET "VendorName" = ?2 WHERE "CustomerId" = ?1;
-- shape 0: insert
INSERT INTO "tblCustomers" ("CustomerId", "VendorName", "RowGuid", "DateEntered") VALUES (?1, ?2, ?3, ?4);
-- shape 0: a row that is there is Updated
--   row 0, shape 0: 7, 'Seven', 00112233-4455-6677-8899-aabbccddeeff, 2026-01-31 13:45:59.123
