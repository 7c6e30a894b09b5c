-- select
SELECT "Latin", COUNT(*) FROM "tblEncodings" GROUP BY "Latin" COLLATE UPSERTD_CI ORDER BY COUNT(*) DESC, "Latin" COLLATE UPSERTD_CI LIMIT ?1 OFFSET ?2;
--   ?1 bigint = 100
--   ?2 bigint = 0
