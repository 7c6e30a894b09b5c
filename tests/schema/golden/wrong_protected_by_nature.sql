==== Sqlite
unknown_column: There is no column 'guid'.
protected_column: Column 'DateEntered' is protected or named by the configuration; it is not renamed, altered or dropped here.
protected_column: Column 'guid' is protected or named by the configuration; it is not renamed, altered or dropped here.
==== Mssql
unknown_column: There is no column 'guid'.
protected_column: Column 'DateEntered' is protected or named by the configuration; it is not renamed, altered or dropped here.
protected_column: Column 'guid' is protected or named by the configuration; it is not renamed, altered or dropped here.
