-- script, insert
SET NOCOUNT, XACT_ABORT ON;
SET CONTEXT_INFO 0x00;
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
DECLARE @n int = 0, @a int = 0, @id decimal(38,0);
BEGIN TRANSACTION;
INSERT INTO [dbo].[tblCustomers] ([VendorName], [RowGuid], [DateEntered]) VALUES (@P1, @P2, CAST(@P3 AS datetime2(3)));
SELECT @a = @@ROWCOUNT, @id = SCOPE_IDENTITY();
IF @a = CASE @n WHEN 0 THEN 1 ELSE @n END
BEGIN
SET CONTEXT_INFO 0x01;
COMMIT TRANSACTION;
END
ELSE ROLLBACK TRANSACTION;
SELECT @n AS matched, @a AS affected, @id AS generated;
--   @P1 nvarchar(100) = 'Acme'
--   @P2 uniqueidentifier = 00112233-4455-6677-8899-aabbccddeeff
--   @P3 datetime2(3) = 2026-01-31 13:45:59.123
