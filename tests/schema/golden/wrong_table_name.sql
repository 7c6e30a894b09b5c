==== Sqlite
name_taken: The configuration declares 'people'; its table is not made or renamed here.
==== Mssql
name_taken: The configuration declares 'people'; its table is not made or renamed here.
