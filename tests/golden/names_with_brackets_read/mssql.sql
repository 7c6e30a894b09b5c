-- select
SELECT [Nr. ]] [1]]], [Straße 'a' "b"; --], [@P1 ? ]]]]] FROM [my ]] schema.x].[Kunden ]] "der" 'Größe' Ω] WHERE [Nr. ]] [1]]] = @P1 ORDER BY [Kunden ]] "der" 'Größe' Ω].[@P1 ? ]]]]] DESC, [Kunden ]] "der" 'Größe' Ω].[Nr. ]] [1]]] OFFSET @P2 ROWS FETCH NEXT @P3 ROWS ONLY;
--   @P1 int = 3
--   @P2 bigint = 0
--   @P3 bigint = 100
