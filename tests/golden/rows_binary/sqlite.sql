-- shape 0: change
UPDATE "tblCustomers" SET "Logo" = ?2, "CreditLimit" = ?3 WHERE "CustomerId" = ?1;
-- shape 0: a row that is there is Updated
-- no insert: No row has this key, and one cannot be inserted with it: column 'CustomerId' is an identity that the database counts. Leave it out to have a row inserted, or have the entity declared with caller_keys. An insert needs 'VendorName' and the row lacks it; add it.
--   row 0, shape 0: 1, [00, 01, 02], 12.50
