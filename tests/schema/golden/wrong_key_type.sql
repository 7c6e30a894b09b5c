==== Sqlite
key_type_unfit: Column 'id' is varchar(max), which cannot be in a primary key; use an integer or a text.
==== Mssql
key_type_unfit: Column 'id' is varchar(max), which cannot be in a primary key; use an integer or a text.
