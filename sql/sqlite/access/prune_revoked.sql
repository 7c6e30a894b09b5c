DELETE FROM upsertd_revoked WHERE until < ?1
