==== Sqlite
unknown_column: There is no column 'PasswordHash'.
unknown_column: There is no column 'PasswordHash'.
name_taken: The configuration declares 'people'; its table is not made or renamed here.
==== Mssql
unknown_column: There is no column 'PasswordHash'.
unknown_column: There is no column 'PasswordHash'.
name_taken: The configuration declares 'people'; its table is not made or renamed here.
