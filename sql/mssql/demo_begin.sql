-- Opens the transaction that the demo is made in. Whoever else makes one in this database waits here, for a
-- minute at most, and then finds the tables (demo_exists.sql). The lock goes with the transaction.
SET NOCOUNT, XACT_ABORT ON;
BEGIN TRANSACTION;
DECLARE @lock int;
EXEC @lock = sp_getapplock @Resource = N'upsertd demo', @LockMode = 'Exclusive', @LockTimeout = 60000;
IF @lock < 0
    THROW 50000, N'another process has been making the demo for a minute', 1;
