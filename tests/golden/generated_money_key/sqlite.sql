-- insert
INSERT INTO "tblBands" ("UpTo", "Label") VALUES (?1, ?2) RETURNING "UpTo";
--   ?1 money = 1000.5000
--   ?2 nvarchar(20) = 'small'
