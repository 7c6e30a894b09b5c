-- select
SELECT "Body", "Remark" FROM "tblForeign" ORDER BY "Remark" COLLATE UPSERTD_CI, "Body" COLLATE UPSERTD_CI, "Id" LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
