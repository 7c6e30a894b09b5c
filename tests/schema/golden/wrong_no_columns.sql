==== Sqlite
columns_missing: A table needs at least one column.
==== Mssql
columns_missing: A table needs at least one column.
