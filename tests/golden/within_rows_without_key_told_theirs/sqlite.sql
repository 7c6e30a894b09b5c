-- shape 0: insert
INSERT INTO "tblCustomers" ("VendorName", "City", "RowGuid", "DateEntered") VALUES (?1, ?2, ?3, ?4) RETURNING "CustomerId", ("City" COLLATE NOCASE IN (?5, ?6)) IS TRUE;
-- shape 0: a row that is there is Updated
--   row 0, shape 0: 'New', 'Rome', 00112233-4455-6677-8899-aabbccddeeff, 2026-01-31 13:45:59.123
