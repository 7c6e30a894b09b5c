==== Sqlite
name_taken: There is a table or view 'WE"IRD] T' already; choose another name.
==== Mssql
name_taken: There is a table or view 'WE"IRD] T' already; choose another name.
