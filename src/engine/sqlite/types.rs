//! Declared types → [`SqlType`]. SQLite's own names mean what SQLite means, T-SQL's what T-SQL means;
//! where a name is both, whatever keeps an existing file usable:
//!
//! - `TEXT` is nvarchar(max) and `REAL` a 53-bit float, not T-SQL's types of those names;
//! - `VARCHAR`, `CHAR` and the like without a length have none, where T-SQL would say 1;
//! - `TIMESTAMP` is datetime2(7), not a row version;
//! - `DATETIME` is T-SQL's datetime. SQLite's `CURRENT_TIMESTAMP` is one; a stored value that is finer
//!   is returned as it is, but none so fine can be written or matched: `datetime2` is for those.

use crate::domain::{Length, SqlType};

const ANY_TEXT: SqlType = SqlType::NVarChar(Length::Max);
const ANY_BYTES: SqlType = SqlType::VarBinary(Length::Max);

/// The type that a declaration means; empty for a column without one.
pub(super) fn declared_type(declaration: &str) -> SqlType {
    let name = declaration.trim().to_ascii_lowercase();
    match name.as_str() {
        "" | "text" | "char" | "nchar" | "varchar" | "nvarchar" => ANY_TEXT,
        "binary" | "varbinary" => ANY_BYTES,
        "real" | "numeric" | "decimal" | "dec" => SqlType::Float,
        "bool" | "boolean" => SqlType::Bit,
        "timestamp" => SqlType::DateTime2 { scale: 7 },
        // SQLite gives these names to numbers, as it does every name it does not know, and would turn a
        // text such as '007' into 7: they can be read, but nothing can be written without that risk.
        "string" | "json" | "jsonb" | "any" | "xml" | "sysname" => SqlType::Other(name),
        _ => SqlType::parse(&name).unwrap_or_else(|| by_affinity(&name)),
    }
}

/// SQLite's rules for the affinity of a name it does not know, in their order
/// (<https://www.sqlite.org/datatype3.html>, "Determination Of Column Affinity").
fn by_affinity(name: &str) -> SqlType {
    let has = |part: &str| name.contains(part);
    if has("int") {
        SqlType::BigInt
    } else if has("char") || has("clob") || has("text") {
        ANY_TEXT
    } else if has("blob") {
        ANY_BYTES
    } else {
        // REAL affinity, or NUMERIC: any number.
        SqlType::Float
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_declaration_means_what_its_owner_says() {
        for (declaration, expected) in [
            // SQLite's own.
            ("INTEGER", "bigint"),
            ("TEXT", "nvarchar(max)"),
            ("REAL", "float"),
            ("DOUBLE PRECISION", "float"),
            ("BLOB", "varbinary(max)"),
            ("NUMERIC", "float"),
            ("", "nvarchar(max)"),
            ("BOOLEAN", "bit"),
            ("TIMESTAMP", "datetime2(7)"),
            ("VARCHAR", "nvarchar(max)"),
            ("UNSIGNED BIG INT", "bigint"),
            ("INT(11)", "bigint"),
            ("NATIVE CHARACTER(70)", "nvarchar(max)"),
            ("CLOB", "nvarchar(max)"),
            ("NUMBER(10,2)", "float"),
            ("JSON", "json"),
            ("xml", "xml"),
            ("SYSNAME", "sysname"),
            // T-SQL's.
            ("INT", "int"),
            ("VarChar(50)", "varchar(50)"),
            ("nvarchar(max)", "nvarchar(max)"),
            ("DECIMAL(12, 2)", "decimal(12,2)"),
            ("DATETIME", "datetime"),
            ("uniqueidentifier", "uniqueidentifier"),
            ("varbinary(max)", "varbinary(max)"),
            ("rowversion", "rowversion"),
            // T-SQL's with numbers that T-SQL does not take: as SQLite means them.
            ("VARCHAR(20000)", "nvarchar(max)"),
            ("NUMERIC(60,2)", "float"),
        ] {
            assert_eq!(
                declared_type(declaration).to_string(),
                expected,
                "{declaration}"
            );
        }
    }
}
