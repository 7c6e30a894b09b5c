-- Notes of a write that its rows are not all there any more: it is one of which they were only counted.
UPDATE upsertd_log SET columns = NULL WHERE log_id = unhex(?1) AND step = ?2
