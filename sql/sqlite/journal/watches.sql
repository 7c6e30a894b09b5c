-- The triggers by which this connection watches tables.
SELECT name FROM sqlite_temp_schema WHERE type = 'trigger' AND name LIKE 'upsertd\_note\_%' ESCAPE '\'
