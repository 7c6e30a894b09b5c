-- shape 0: change
UPDATE "tblShares" SET "Share" = ?3 WHERE "CountryCode" = ?1 AND "CustomerId" = ?2 RETURNING "CustomerId", "CountryCode";
-- shape 0: a row that is there is Updated
-- no insert: No row can be inserted: 'OwnerGuid' must have a value, has no default and cannot be set by callers; the table needs a default.
--   row 0, shape 0: 'NO', 1, 0.50
