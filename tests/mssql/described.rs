//! What the scripted server says of its tables: the six results of the catalog batch, for one table that is
//! written to and one that has a column of every type.

use serde_json::{Value, json};

use crate::tds::{Column, Reply, ResultSet};

/// What a SQL Server says of itself.
pub const SQL_SERVER: &str = "Microsoft SQL Server 2022 (RTM) - 16.0.1000.6 (X64)";
/// What Babelfish says of itself.
pub const BABELFISH: &str = "Babelfish for PostgreSQL with SQL Server Compatibility - 12.0.2000.8";

const PARTS: i64 = 1;
const KINDS: i64 = 2;

/// A column: its name, its type as T-SQL writes it, whether it may be NULL.
type Declared = (&'static str, &'static str, bool);

/// The key is counted, `Code` is unique, `Country` is a foreign key.
pub const PARTS_COLUMNS: &[Declared] = &[
    ("PartId", "int", false),
    ("Code", "nvarchar(20)", false),
    ("Name", "nvarchar(50)", true),
    ("Price", "decimal(12,2)", true),
    ("Country", "nchar(2)", true),
];

/// One column of every type that is served; the key is the caller's own.
pub const KINDS_COLUMNS: &[Declared] = &[
    ("KindId", "int", false),
    ("ABit", "bit", true),
    ("ATinyInt", "tinyint", true),
    ("ASmallInt", "smallint", true),
    ("AnInt", "int", true),
    ("ABigInt", "bigint", true),
    ("ADecimal", "decimal(38,10)", true),
    ("AMoney", "money", true),
    ("ASmallMoney", "smallmoney", true),
    ("AReal", "real", true),
    ("AFloat", "float", true),
    ("ADate", "date", true),
    ("ATime", "time(7)", true),
    ("ADateTime", "datetime", true),
    ("ASmallDateTime", "smalldatetime", true),
    ("ADateTime2", "datetime2(7)", true),
    ("AnOffset", "datetimeoffset(7)", true),
    ("AChar", "char(5)", true),
    ("AVarChar", "varchar(20)", true),
    ("AnNChar", "nchar(5)", true),
    ("AnNVarChar", "nvarchar(20)", true),
    ("ALongText", "nvarchar(max)", true),
    ("AnXml", "xml", true),
    ("AGuid", "uniqueidentifier", true),
    ("ABinary", "varbinary(10)", true),
];

/// The description of both tables, by a server of this version.
pub fn described_by(version: &str) -> Reply {
    describe(version, PARTS_COLUMNS)
}

/// The same, where `Parts` has these columns.
pub fn describe(version: &str, parts: &[Declared]) -> Reply {
    let tables = [("Parts", PARTS, parts), ("Kinds", KINDS, KINDS_COLUMNS)];
    Reply::results([
        ResultSet::new(
            [
                Column::nullable("version", "nvarchar(400)"),
                Column::nullable("code_page", "int"),
            ],
            json!([[version, 1252]]),
        ),
        objects(),
        columns(&tables),
        habits(&tables),
        keys(parts),
        // A database without triggers: a result without rows is a result all the same.
        ResultSet::new(
            [
                Column::new("parent_id", "int"),
                Column::new("instead", "int"),
            ],
            json!([]),
        ),
    ])
}

fn objects() -> ResultSet {
    ResultSet::new(
        [
            Column::new("object_id", "int"),
            Column::nullable("schema_name", "nvarchar(128)"),
            Column::new("table_name", "nvarchar(128)"),
            Column::new("read_only", "int"),
        ],
        json!([[PARTS, "dbo", "Parts", 0], [KINDS, "dbo", "Kinds", 0]]),
    )
}

fn columns(tables: &[(&str, i64, &[Declared])]) -> ResultSet {
    let rows = tables.iter().flat_map(|(table, _, columns)| {
        columns.iter().map(move |(name, ty, nullable)| {
            let (ty, [length, precision, scale, fraction]) = measures(ty);
            let nullable = if *nullable { "YES" } else { "NO" };
            json!([
                "dbo", table, name, ty, length, precision, scale, fraction, nullable
            ])
        })
    });
    ResultSet::new(
        [
            Column::nullable("TABLE_SCHEMA", "nvarchar(128)"),
            Column::new("TABLE_NAME", "nvarchar(128)"),
            Column::nullable("COLUMN_NAME", "nvarchar(128)"),
            Column::nullable("DATA_TYPE", "nvarchar(128)"),
            Column::nullable("length", "int"),
            Column::nullable("numeric_precision", "int"),
            Column::nullable("numeric_scale", "int"),
            Column::nullable("datetime_precision", "int"),
            Column::nullable("IS_NULLABLE", "varchar(3)"),
        ],
        rows.collect(),
    )
}

/// A type's bare name, and its length, precision, scale and fraction of a second.
fn measures(ty: &str) -> (&str, [Option<i64>; 4]) {
    let Some((name, numbers)) = ty.split_once('(') else {
        let precision = (ty == "float").then_some(53);
        return (ty, [None, precision, None, None]);
    };
    let numbers = numbers.trim_end_matches(')').split(',');
    let numbers: Vec<i64> = numbers.map(|n| n.parse().unwrap_or(-1)).collect();
    match (name, numbers.as_slice()) {
        (_, [precision, scale]) => (name, [None, Some(*precision), Some(*scale), None]),
        ("time" | "datetime2" | "datetimeoffset", [n]) => (name, [None, None, None, Some(*n)]),
        (_, [n]) => (name, [Some(*n), None, None, None]),
        other => panic!("no type: {other:?}"),
    }
}

fn habits(tables: &[(&str, i64, &[Declared])]) -> ResultSet {
    let rows = tables.iter().flat_map(|(_, id, columns)| {
        columns.iter().map(move |(name, ty, _)| {
            let counted = i64::from(*name == "PartId");
            let foreign = i64::from(*name == "Country");
            let page = (ty.starts_with("char") || ty.starts_with("varchar")).then_some(1252);
            json!([id, name, counted, 0, 0, foreign, page])
        })
    });
    ResultSet::new(
        [
            Column::new("object_id", "int"),
            Column::nullable("name", "nvarchar(128)"),
            Column::new("is_identity", "int"),
            Column::new("is_computed", "int"),
            Column::new("has_default", "int"),
            Column::new("is_foreign", "int"),
            Column::nullable("code_page", "int"),
        ],
        rows.collect(),
    )
}

fn keys(parts: &[Declared]) -> ResultSet {
    let mut rows = vec![
        json!([PARTS, 1, "PK_Parts", 1, null, "PartId"]),
        json!([KINDS, 1, "PK_Kinds", 1, null, "KindId"]),
    ];
    if parts.iter().any(|(name, ..)| *name == "Code") {
        rows.insert(1, json!([PARTS, 2, "UQ_Parts_Code", 0, null, "Code"]));
    }
    ResultSet::new(
        [
            Column::new("object_id", "int"),
            Column::new("index_id", "int"),
            Column::nullable("index_name", "nvarchar(128)"),
            Column::new("is_primary_key", "int"),
            Column::nullable("filter", "nvarchar(max)"),
            Column::nullable("column_name", "nvarchar(128)"),
        ],
        Value::Array(rows),
    )
}
