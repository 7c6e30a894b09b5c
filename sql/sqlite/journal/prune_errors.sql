-- Forgets the oldest failed requests, from before a moment, so many at most.
DELETE FROM upsertd_log_errors WHERE log_id IN
    (SELECT log_id FROM upsertd_log_errors WHERE at < ?1 AND log_id < unhex(?2) ORDER BY log_id LIMIT ?3)
