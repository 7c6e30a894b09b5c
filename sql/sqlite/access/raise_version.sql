-- Comes before every change, in its transaction.
UPDATE upsertd_access SET version = version + 1 WHERE id = 1
