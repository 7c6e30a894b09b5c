-- shape 0: change
UPDATE "tblCustomers" SET "VendorName" = ?2, "VendorCode" = NULL, "City" = NULL, "CreditLimit" = NULL, "CreditUsed" = NULL, "IsActive" = NULL, "Rating" = NULL, "Notes" = NULL, "Logo" = NULL, "LastContact" = NULL WHERE "CustomerId" = ?1;
-- shape 0: a row that is there is Updated
-- no insert: No row has this key, and one cannot be inserted with it: column 'CustomerId' is an identity that the database counts. Leave it out to have a row inserted, or have the entity declared with caller_keys.
--   row 0, shape 0: 1, 'Acme'
