==== Sqlite
name_invalid: A table cannot be called 'SQLite_x': names that begin with 'sqlite_', 'upsertd_' or '#' are kept for other uses; choose another.
==== Mssql
name_invalid: A table cannot be called 'SQLite_x': names that begin with 'sqlite_', 'upsertd_' or '#' are kept for other uses; choose another.
