==== Sqlite
default_unfit: Column 'id' is bigint and cannot have this default; choose one of its type.
==== Mssql
default_unfit: Column 'id' is bigint and cannot have this default; choose one of its type.
