-- select
SELECT [Place], [Sensor], [TakenAt] FROM [dbo].[tblReadings] ORDER BY [tblReadings].[Place], [tblReadings].[Sensor], [tblReadings].[TakenAt] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 0
--   @P2 bigint = 100
