==== Sqlite
name_taken: The configuration declares 'people'; its table is not made or renamed here.
protected_column: Column 'PasswordHash' is protected or named by the configuration; it is not renamed, altered or dropped here.
protected_column: Column 'PasswordHash' is protected or named by the configuration; it is not renamed, altered or dropped here.
protected_column: Column 'PasswordHash' is protected or named by the configuration; it is not renamed, altered or dropped here.
protected_column: Column 'email' is protected or named by the configuration; it is not renamed, altered or dropped here.
==== Mssql
name_taken: The configuration declares 'people'; its table is not made or renamed here.
protected_column: Column 'PasswordHash' is protected or named by the configuration; it is not renamed, altered or dropped here.
protected_column: Column 'PasswordHash' is protected or named by the configuration; it is not renamed, altered or dropped here.
protected_column: Column 'PasswordHash' is protected or named by the configuration; it is not renamed, altered or dropped here.
protected_column: Column 'email' is protected or named by the configuration; it is not renamed, altered or dropped here.
