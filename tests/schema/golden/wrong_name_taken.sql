==== Sqlite
name_taken: There is a table or view 'Docs' already; choose another name.
==== Mssql
name_taken: There is a table or view 'Docs' already; choose another name.
