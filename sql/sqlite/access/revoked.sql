SELECT token_id, until
FROM upsertd_revoked
WHERE version > ?1
