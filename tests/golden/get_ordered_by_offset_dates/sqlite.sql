-- select
SELECT "ADateTimeOffset" FROM "tblTypes" ORDER BY "ADateTimeOffset" COLLATE UPSERTD_INSTANT, "AGuid" COLLATE NOCASE, rowid LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
