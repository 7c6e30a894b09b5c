-- select
SELECT [a "b" ]] c], [Größe] FROM [dbo].[odd "table"] ORDER BY (SELECT NULL) OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY;
--   @P1 bigint = 20
--   @P2 bigint = 10
