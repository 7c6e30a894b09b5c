-- count, 1 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "Kunden ] ""der"" 'Größe' Ω" WHERE "@P1 ? ]]" COLLATE NOCASE = ?1 AND "Straße 'a' ""b""; --" COLLATE NOCASE = ?2 LIMIT ?3);
--   ?1 nvarchar(40) = '@P2'
--   ?2 nvarchar(40) = '?1'
--   ?3 bigint = 501
-- update
UPDATE "Kunden ] ""der"" 'Größe' Ω" SET "Straße 'a' ""b""; --" = ?1, "@P1 ? ]]" = ?2 WHERE "@P1 ? ]]" COLLATE NOCASE = ?3 AND "Straße 'a' ""b""; --" COLLATE NOCASE = ?4;
--   ?1 nvarchar(40) = 'Weg ] 'x''
--   ?2 nvarchar(40) = NULL
--   ?3 nvarchar(40) = '@P2'
--   ?4 nvarchar(40) = '?1'
-- insert
INSERT INTO "Kunden ] ""der"" 'Größe' Ω" ("Straße 'a' ""b""; --", "@P1 ? ]]") VALUES (?1, ?2) RETURNING "Nr. ] [1]";
--   ?1 nvarchar(40) = 'Weg ] 'x''
--   ?2 nvarchar(40) = NULL
