-- select
SELECT "Place", "Sensor", "TakenAt" FROM "tblReadings" ORDER BY "Place" COLLATE UPSERTD_CI, "Sensor", "TakenAt", rowid LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
