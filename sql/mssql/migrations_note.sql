INSERT INTO dbo.upsertd_migrations (number, name) VALUES (@P1, @P2);
