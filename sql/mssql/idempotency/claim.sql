-- Takes the lock of a request for this session, if nobody has it.
DECLARE @taken int;
EXEC @taken = sp_getapplock @Resource = @P1, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0;
IF @taken = -999
BEGIN
    -- Babelfish's word for a lock that another has. It forgets the error beneath with the next one that is caught, and
    -- would otherwise stop, all of it, when there are five of them in a session.
    BEGIN TRY
        THROW 50000, N'taken', 1;
    END TRY
    BEGIN CATCH
        SET @taken = -1;
    END CATCH;
END;
SELECT @taken AS taken;
