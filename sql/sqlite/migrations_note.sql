INSERT INTO upsertd_migrations (number, name) VALUES (?1, ?2)
