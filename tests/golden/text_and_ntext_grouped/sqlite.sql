-- select
SELECT "Body", "Remark", COUNT(*) FROM "tblForeign" GROUP BY "Body" COLLATE UPSERTD_CI, "Remark" COLLATE UPSERTD_CI ORDER BY "Body" COLLATE UPSERTD_CI, "Remark" COLLATE UPSERTD_CI LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
