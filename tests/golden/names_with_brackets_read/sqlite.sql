-- select
SELECT "Nr. ] [1]", "Straße 'a' ""b""; --", "@P1 ? ]]" FROM "Kunden ] ""der"" 'Größe' Ω" WHERE "Nr. ] [1]" = ?1 ORDER BY "@P1 ? ]]" COLLATE UPSERTD_CI DESC, "Nr. ] [1]" LIMIT ?2 OFFSET ?3;
--   ?1 int = 3
--   ?2 bigint = 100
--   ?3 bigint = 0
