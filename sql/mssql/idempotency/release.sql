-- Gives the lock of a request back.
EXEC sp_releaseapplock @Resource = @P1, @LockOwner = 'Session';
