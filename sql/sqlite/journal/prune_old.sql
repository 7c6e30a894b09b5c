-- The oldest writes, from before a moment.
SELECT lower(hex(log_id)), step FROM upsertd_log WHERE at < ?1 AND log_id < unhex(?2) ORDER BY log_id LIMIT ?3
