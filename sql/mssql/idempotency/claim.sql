-- Takes the lock of a request for this session, if nobody has it.
DECLARE @taken int;
EXEC @taken = sp_getapplock @Resource = @P1, @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0;
SELECT @taken AS taken;
