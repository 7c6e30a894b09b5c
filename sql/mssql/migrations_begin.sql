-- Opens the transaction that the numbered files in migrations/ are run in. Whoever else migrates this database waits
-- here, for a minute at most. The lock goes with the transaction.
SET NOCOUNT, XACT_ABORT ON;
BEGIN TRANSACTION;
DECLARE @lock int;
EXEC @lock = sp_getapplock @Resource = N'upsertd migrate', @LockMode = 'Exclusive', @LockTimeout = 60000;
IF @lock < 0
    THROW 50000, N'another process has been migrating for a minute', 1;
IF OBJECT_ID(N'dbo.upsertd_migrations', N'U') IS NULL
    CREATE TABLE dbo.upsertd_migrations (
        number int NOT NULL CONSTRAINT PK_upsertd_migrations PRIMARY KEY,
        name nvarchar(100) NOT NULL,
        applied_at datetime2(0) NOT NULL CONSTRAINT DF_upsertd_migrations_applied_at DEFAULT SYSUTCDATETIME()
    );
