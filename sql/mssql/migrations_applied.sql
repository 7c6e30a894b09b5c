-- The numbers of the files in migrations/ that the database has had; no row where it has had none, or where the login
-- may not see them.
IF OBJECT_ID(N'dbo.upsertd_migrations', N'U') IS NULL
    SELECT CAST(0 AS int) AS number WHERE 1 = 0;
ELSE
    EXEC(N'SELECT number FROM dbo.upsertd_migrations ORDER BY number');
