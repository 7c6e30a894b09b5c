-- insert
INSERT INTO "tblForeign" ("Body", "Price") VALUES (?1, ?2) RETURNING "Id";
--   ?1 text = 'x'
--   ?2 money = 1.5000
