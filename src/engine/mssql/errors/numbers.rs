//! SQL Server's error numbers, each with what it says and the kind it is of. Nothing else knows a number.
//!
//! Source: "Database engine events and errors" of SQL Server's documentation
//! (learn.microsoft.com/sql/relational-databases/errors-events) and, for Azure SQL, "Troubleshoot common
//! connection issues" (learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues).

/// What an error means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Unique,
    ForeignKeyOrCheck,
    Null,
    Truncated,
    Conversion,
    Permission,
    Stale,
    Exists,
    Dependent,
    /// The same transaction may succeed in a moment.
    Transient,
    Unavailable,
    Trigger,
    /// Of this program's own scripts.
    Outside,
    Underway,
    Unexpected,
}

/// A lock did not come free in time.
pub(super) const LOCK_TIMEOUT: u32 = 1222;

/// Thrown by the scripts of this program (`render::mssql`), which chose it so that no trigger is likely to have it too.
const OUTSIDE: u32 = 1_875_001_403;
const UNDERWAY: u32 = 1_875_001_404;

/// From here on numbers are the users' own, of RAISERROR and THROW.
const FIRST_OF_USERS: u32 = 50_000;

#[rustfmt::skip]
const NUMBERS: &[(u32, Kind)] = &[
    (OUTSIDE, Kind::Outside),        // a row would be none of its writer's
    (UNDERWAY, Kind::Underway),      // a request that is not to act twice has its answer
    (2601, Kind::Unique),            // duplicate key row in a unique index
    (2627, Kind::Unique),            // violation of a PRIMARY KEY or UNIQUE constraint
    (547, Kind::ForeignKeyOrCheck),  // conflict with a FOREIGN KEY, REFERENCE or CHECK constraint
    (515, Kind::Null),               // NULL for a column that does not allow it
    (2628, Kind::Truncated),         // string or binary data would be truncated, with the column
    (8152, Kind::Truncated),         // the same before SQL Server 2019
    (220, Kind::Conversion),         // arithmetic overflow for a type
    (232, Kind::Conversion),         // the same, with the value
    (241, Kind::Conversion),         // conversion of a text to a date failed
    (242, Kind::Conversion),         // such a date is out of range
    (244, Kind::Conversion),         // conversion overflowed a small integer
    (245, Kind::Conversion),         // conversion of a text to an integer failed
    (248, Kind::Conversion),         // it overflowed an integer
    (257, Kind::Conversion),         // implicit conversion is not allowed
    (295, Kind::Conversion),         // conversion of a text to smalldatetime failed
    (529, Kind::Conversion),         // explicit conversion is not allowed either
    (6522, Kind::Conversion),        // a CLR type refused
    (8114, Kind::Conversion),        // error converting a type
    (8115, Kind::Conversion),        // arithmetic overflow in a conversion
    (8134, Kind::Conversion),        // divide by zero
    (8169, Kind::Conversion),        // conversion of a text to a GUID failed
    (229, Kind::Permission),         // permission denied on an object
    (230, Kind::Permission),         // on a column
    (262, Kind::Permission),         // in a database
    (300, Kind::Permission),         // on a server or schema
    (916, Kind::Permission),         // the login cannot use the database
    (1913, Kind::Exists),            // an index of the name exists
    (2705, Kind::Exists),            // column names must be unique
    (2714, Kind::Exists),            // an object of the name exists
    (15335, Kind::Exists),           // sp_rename: the new name is in use
    (3726, Kind::Dependent),         // a foreign key refers to the table to be dropped
    (3729, Kind::Dependent),         // something bound to a schema refers to it
    (4922, Kind::Dependent),         // the column is accessed by an object
    (5074, Kind::Dependent),         // an object depends on the column
    (15336, Kind::Dependent),        // sp_rename: an enforced dependency
    (206, Kind::Stale),              // operand type clash: a column's type has changed
    (207, Kind::Stale),              // invalid column name
    (208, Kind::Stale),              // invalid object name
    (271, Kind::Stale),              // the column is computed
    (272, Kind::Stale),              // a row version cannot be updated
    (273, Kind::Stale),              // nor inserted
    (402, Kind::Stale),              // types that do not go together
    (544, Kind::Stale),              // a value for an identity column
    (4413, Kind::Stale),             // a view cannot be used because of binding errors
    (4502, Kind::Stale),             // a view has more column names than columns
    (4902, Kind::Stale),             // cannot find the object
    (3701, Kind::Stale),             // cannot drop what does not exist
    (15248, Kind::Stale),            // sp_rename: no such column
    (15225, Kind::Stale),            // sp_rename: no such object
    (1750, Kind::Stale),             // a constraint could not be made, see the error before
    (3727, Kind::Stale),             // a constraint could not be dropped, see the error before
    (3728, Kind::Stale),             // it is none
    (4924, Kind::Stale),             // the column does not exist
    (8102, Kind::Stale),             // cannot update an identity column
    (13536, Kind::Stale),            // a value for a GENERATED ALWAYS column
    (13537, Kind::Stale),            // cannot update one
    (1204, Kind::Transient),         // out of locks
    (1205, Kind::Transient),         // deadlock victim
    (LOCK_TIMEOUT, Kind::Transient), // lock request time out
    (3960, Kind::Transient),         // update conflict of a snapshot
    (3961, Kind::Transient),         // the schema changed under a snapshot
    (8645, Kind::Transient),         // no memory for the query in time
    (10928, Kind::Transient),        // Azure: resource limit
    (10929, Kind::Transient),        // Azure: resource limit, too busy
    (10936, Kind::Transient),        // Azure: request limit
    (13535, Kind::Transient),        // a temporal row is younger than the transaction
    (40143, Kind::Transient),        // Azure: could not process
    (40197, Kind::Transient),        // Azure: error processing, try again
    (40501, Kind::Transient),        // Azure: busy
    (40540, Kind::Transient),        // Azure: transaction aborted because of a move
    (40613, Kind::Transient),        // Azure: the database is not available now
    (41302, Kind::Transient),        // memory-optimized: write conflict
    (41305, Kind::Transient),        // memory-optimized: repeatable read validation
    (41325, Kind::Transient),        // memory-optimized: serializable validation
    (49918, Kind::Transient),        // Azure: not enough resources
    (49919, Kind::Transient),        // Azure: too many operations
    (49920, Kind::Transient),        // Azure: too many operations
    (701, Kind::Unavailable),        // out of memory
    (911, Kind::Unavailable),        // the database does not exist
    (922, Kind::Unavailable),        // it is being recovered
    (924, Kind::Unavailable),        // it has one user already
    (927, Kind::Unavailable),        // it is being restored
    (941, Kind::Unavailable),        // it has not been recovered
    (942, Kind::Unavailable),        // it is offline
    (945, Kind::Unavailable),        // it has inaccessible files
    (976, Kind::Unavailable),        // a secondary replica takes no connections
    (978, Kind::Unavailable),        // a secondary replica takes readers alone
    (983, Kind::Unavailable),        // the replica's role does not allow it
    (1101, Kind::Unavailable),       // no space for a page
    (1105, Kind::Unavailable),       // the filegroup is full
    (3906, Kind::Unavailable),       // the database is read-only
    (3908, Kind::Unavailable),       // it is in emergency mode
    (3952, Kind::Unavailable),       // it does not allow snapshots
    (4060, Kind::Unavailable),       // cannot open the database
    (4064, Kind::Unavailable),       // cannot open the login's default database
    (5011, Kind::Unavailable),       // no permission to alter it, or it does not exist
    (5063, Kind::Unavailable),       // it is in warm standby
    (6005, Kind::Unavailable),       // SHUTDOWN is in progress
    (9001, Kind::Unavailable),       // its log is not available
    (9002, Kind::Unavailable),       // its log is full
    (18401, Kind::Unavailable),      // login failed: the server is upgrading
    (18452, Kind::Unavailable),      // login failed: untrusted domain
    (18456, Kind::Unavailable),      // login failed
    (18470, Kind::Unavailable),      // login failed: the account is disabled
    (18486, Kind::Unavailable),      // login failed: it is locked out
    (18487, Kind::Unavailable),      // login failed: the password has expired
    (18488, Kind::Unavailable),      // login failed: the password must be changed
    (40544, Kind::Unavailable),      // Azure: the size quota is reached
    (512, Kind::Trigger),            // a subquery in a trigger gave several rows
    (3609, Kind::Trigger),           // the transaction ended in the trigger
    (3616, Kind::Trigger),           // an error in a trigger
    (3930, Kind::Trigger),           // a transaction that cannot be committed
];

/// What a number means; [`Kind::Unexpected`] where nobody has thought about it.
pub(super) fn kind(number: u32) -> Kind {
    match NUMBERS.iter().find(|(known, _)| *known == number) {
        Some((_, kind)) => *kind,
        // XML that is none.
        None if (9400..=9499).contains(&number) => Kind::Conversion,
        None if number >= FIRST_OF_USERS => Kind::Trigger,
        None => Kind::Unexpected,
    }
}
