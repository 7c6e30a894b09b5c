-- What the database says of its tables and views, in one round trip: six results, joined by the reader.
-- INFORMATION_SCHEMA gives names and types, sys.* what it does not tell. Both show what the login may see.

-- 1. The database: its version, the code page of its collation.
SELECT CAST(@@VERSION AS nvarchar(400)) AS version,
       CAST(COLLATIONPROPERTY(CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS nvarchar(128)), 'CodePage') AS int) AS code_page;

-- 2. Tables and views, without the vendor's own and this program's (upsertd_…). Not writable are history tables
--    of temporal ones, external tables, and memory-optimized tables, which take no lock hints.
SELECT o.object_id,
       SCHEMA_NAME(o.schema_id) AS schema_name,
       o.name AS table_name,
       CASE WHEN o.type = 'V' OR t.temporal_type = 1 OR t.is_memory_optimized = 1 OR t.is_external = 1
            THEN 1 ELSE 0 END AS read_only
FROM sys.objects AS o
LEFT JOIN sys.tables AS t ON t.object_id = o.object_id
WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0 AND o.name NOT LIKE N'upsertd[_]%'
ORDER BY CASE WHEN SCHEMA_NAME(o.schema_id) = SCHEMA_NAME() THEN 0 ELSE 1 END, SCHEMA_NAME(o.schema_id), o.name;

-- 3. Columns as they are declared.
SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, c.DATA_TYPE,
       CAST(c.CHARACTER_MAXIMUM_LENGTH AS int) AS length,
       CAST(c.NUMERIC_PRECISION AS int) AS numeric_precision,
       CAST(c.NUMERIC_SCALE AS int) AS numeric_scale,
       CAST(c.DATETIME_PRECISION AS int) AS datetime_precision,
       c.IS_NULLABLE
FROM INFORMATION_SCHEMA.COLUMNS AS c
ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION;

-- 4. Columns' habits. A period column of a temporal table is generated always.
SELECT c.object_id, c.name,
       CASE WHEN c.is_identity = 1 THEN 1 ELSE 0 END AS is_identity,
       CASE WHEN c.is_computed = 1 OR c.generated_always_type > 0 THEN 1 ELSE 0 END AS is_computed,
       CASE WHEN c.default_object_id <> 0 THEN 1 ELSE 0 END AS has_default,
       CASE WHEN f.parent_object_id IS NULL THEN 0 ELSE 1 END AS is_foreign,
       CAST(COLLATIONPROPERTY(c.collation_name, 'CodePage') AS int) AS code_page
FROM sys.columns AS c
JOIN sys.objects AS o ON o.object_id = c.object_id AND o.type IN ('U', 'V') AND o.is_ms_shipped = 0
LEFT JOIN (SELECT DISTINCT parent_object_id, parent_column_id FROM sys.foreign_key_columns) AS f
       ON f.parent_object_id = c.object_id AND f.parent_column_id = c.column_id;

-- 5. Key columns of unique indexes, the primary key's among them.
SELECT i.object_id, i.index_id, i.name AS index_name,
       CASE WHEN i.is_primary_key = 1 THEN 1 ELSE 0 END AS is_primary_key,
       CASE WHEN i.has_filter = 1 THEN COALESCE(i.filter_definition, N'?') END AS filter,
       c.name AS column_name
FROM sys.indexes AS i
JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
JOIN sys.objects AS o ON o.object_id = i.object_id AND o.type IN ('U', 'V') AND o.is_ms_shipped = 0
WHERE i.is_unique = 1 AND i.is_disabled = 0 AND i.is_hypothetical = 0 AND k.is_included_column = 0
ORDER BY i.object_id, i.index_id, k.key_ordinal;

-- 6. Tables with triggers, and whether one of them runs instead of the statement.
SELECT t.parent_id, MAX(CASE WHEN t.is_instead_of_trigger = 1 THEN 1 ELSE 0 END) AS instead
FROM sys.triggers AS t
WHERE t.parent_class = 1 AND t.is_disabled = 0
GROUP BY t.parent_id;
