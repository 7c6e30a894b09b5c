SELECT version FROM upsertd_access WHERE id = 1
