-- shape 0: change
UPDATE "tblCustomers" SET "City" = ?2 WHERE "CustomerId" = ?1;
-- shape 0: a row that is there is Updated
-- no insert: No row has this key, and one cannot be inserted with it: column 'CustomerId' is an identity that the database counts. Leave it out to have a row inserted, or have the entity declared with caller_keys. An insert needs 'VendorName' and the row lacks it; add it.
-- shape 1: change
UPDATE "tblCustomers" SET "Rating" = ?2, "City" = ?3 WHERE "CustomerId" = ?1;
-- shape 1: a row that is there is Updated
-- no insert: No row has this key, and one cannot be inserted with it: column 'CustomerId' is an identity that the database counts. Leave it out to have a row inserted, or have the entity declared with caller_keys. An insert needs 'VendorName' and the row lacks it; add it.
-- shape 2: change
UPDATE "tblCustomers" SET "City" = ?2 WHERE "CustomerId" = ?1;
-- shape 2: a row that is there is Updated
-- no insert: No row has this key, and one cannot be inserted with it: column 'CustomerId' is an identity that the database counts. Leave it out to have a row inserted, or have the entity declared with caller_keys. An insert needs 'VendorName' and the row lacks it; add it.
--   row 0, shape 0: 1, 'Rome'
--   row 1, shape 1: 2, 5, NULL
--   row 2, shape 2: 3, 'Oslo'
