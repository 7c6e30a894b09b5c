-- A number that changes with the tables.
PRAGMA main.schema_version
