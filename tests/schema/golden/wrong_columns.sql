==== Sqlite
name_taken: Column 'TITLE' is there already (case does not count); choose another name.
default_unfit: Column 'x' cannot be null, and the rows that are there need a value for it; give it a default.
unknown_column: There is no column 'nope'.
name_taken: Column 'score' is there already (case does not count); choose another name.
name_invalid: '' cannot be a name: a name cannot be empty.
unknown_column: There is no column 'nope'.
protected_column: Column 'id' is in the primary key and stays as it is.
protected_column: Column 'id' is in the primary key and stays as it is.
type_unfit: Column 'notes' is ntext; columns of this type are neither made nor changed here.
value_does_not_fit: Column 'score' is float: 'x' is not a number.
==== Mssql
name_taken: Column 'TITLE' is there already (case does not count); choose another name.
default_unfit: Column 'x' cannot be null, and the rows that are there need a value for it; give it a default.
unknown_column: There is no column 'nope'.
name_taken: Column 'score' is there already (case does not count); choose another name.
name_invalid: '' cannot be a name: a name cannot be empty.
unknown_column: There is no column 'nope'.
protected_column: Column 'id' is in the primary key and stays as it is.
protected_column: Column 'id' is in the primary key and stays as it is.
type_unfit: Column 'notes' is ntext; columns of this type are neither made nor changed here.
value_does_not_fit: Column 'score' is float: 'x' is not a number.
