-- count, 500 allowed of at most 500
SELECT COUNT(*) FROM (SELECT 1 FROM "tblForeign" WHERE "Body" IS NULL AND "Remark" IS NULL AND "Doc" IS NULL AND "Anything" IS NULL AND "Place" IS NULL AND "Node" IS NULL AND "Picture" IS NULL LIMIT ?1);
--   ?1 bigint = 501
-- update
UPDATE "tblForeign" SET "Body" = ?1 WHERE "Body" IS NULL AND "Remark" IS NULL AND "Doc" IS NULL AND "Anything" IS NULL AND "Place" IS NULL AND "Node" IS NULL AND "Picture" IS NULL;
--   ?1 text = 'x'
