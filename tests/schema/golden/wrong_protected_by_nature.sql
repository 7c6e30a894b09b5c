==== Sqlite
unknown_column: There is no column 'guid'.
==== Mssql
unknown_column: There is no column 'guid'.
