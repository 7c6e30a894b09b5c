//! The cases, by the names of their files.

use upsertd::domain::{
    Length, Literal, SqlType,
    schema::{
        AlterRequest, ChangeSpec, ColumnSpec, CreateRequest, DefaultSpec, Now, ReferenceSpec,
    },
};

/// A case.
pub struct Case {
    pub name: &'static str,
    pub ask: Ask,
    /// Whether it is journalled, and remembered for when its request is made again.
    pub noted: bool,
}

/// What is asked.
pub enum Ask {
    Create(CreateRequest),
    Alter(&'static str, AlterRequest),
    Drop(&'static str),
    Undo(&'static str),
}

const TEXT: SqlType = SqlType::NVarChar(Length::Max);

fn column(name: &str, ty: SqlType) -> ColumnSpec {
    ColumnSpec {
        name: name.to_owned(),
        ty,
        nullable: true,
        default: None,
        references: None,
    }
}

fn text_default(text: &str) -> DefaultSpec {
    DefaultSpec::Value(Literal::Text(text.to_owned()))
}

fn with_default(name: &str, ty: SqlType, literal: Literal) -> ColumnSpec {
    ColumnSpec {
        default: Some(DefaultSpec::Value(literal)),
        ..column(name, ty)
    }
}

fn now(name: &str, ty: SqlType, now: Now) -> ColumnSpec {
    ColumnSpec {
        default: Some(DefaultSpec::Now(now)),
        ..column(name, ty)
    }
}

fn refers(name: &str, ty: SqlType, table: &str, other: Option<&str>) -> ColumnSpec {
    ColumnSpec {
        references: Some(ReferenceSpec {
            table: table.to_owned(),
            column: other.map(str::to_owned),
        }),
        ..column(name, ty)
    }
}

fn not_null(column: ColumnSpec) -> ColumnSpec {
    ColumnSpec {
        nullable: false,
        ..column
    }
}

fn create(name: &'static str, table: &str, columns: Vec<ColumnSpec>, key: &[&str]) -> Case {
    let request = CreateRequest {
        table: table.to_owned(),
        columns,
        key: key.iter().map(|&k| k.to_owned()).collect(),
    };
    Case {
        name,
        ask: Ask::Create(request),
        noted: false,
    }
}

fn alter(name: &'static str, entity: &'static str, changes: Vec<ChangeSpec>) -> Case {
    Case {
        name,
        ask: Ask::Alter(entity, AlterRequest { changes }),
        noted: false,
    }
}

fn drop_table(name: &'static str, ask: Ask) -> Case {
    Case {
        name,
        ask,
        noted: false,
    }
}

fn noted(case: Case) -> Case {
    Case {
        noted: true,
        ..case
    }
}

fn rename(column: &str, to: &str) -> ChangeSpec {
    ChangeSpec::Rename {
        column: column.to_owned(),
        to: to.to_owned(),
    }
}

fn drop(column: &str) -> ChangeSpec {
    ChangeSpec::Drop {
        column: column.to_owned(),
    }
}

#[allow(clippy::option_option)] // as the request has it
fn change(
    column: &str,
    ty: Option<SqlType>,
    nullable: Option<bool>,
    default: Option<Option<DefaultSpec>>,
) -> ChangeSpec {
    ChangeSpec::Alter {
        column: column.to_owned(),
        ty,
        nullable,
        default,
    }
}

fn rename_table(to: &str) -> ChangeSpec {
    ChangeSpec::RenameTable { to: to.to_owned() }
}

pub fn all() -> Vec<Case> {
    let mut cases = creates();
    cases.extend(wrong_creates());
    cases.extend(alters());
    cases.extend(wrong_alters());
    cases.extend([
        drop_table("drop_table", Ask::Drop("docs")),
        drop_table("drop_table_of_an_odd_name", Ask::Drop("we\"ird] t")),
        drop_table("drop_table_while_it_is_empty", Ask::Undo("docs")),
        noted(create(
            "create_noted",
            "noted",
            vec![column("n", SqlType::Int)],
            &[],
        )),
        noted(alter(
            "alter_noted",
            "docs",
            vec![rename("Title", "Called")],
        )),
        noted(drop_table("drop_noted", Ask::Drop("docs"))),
        noted(drop_table(
            "drop_noted_while_it_is_empty",
            Ask::Undo("docs"),
        )),
    ]);
    cases
}

fn creates() -> Vec<Case> {
    let number = |digits: &str| Literal::Number(digits.to_owned());
    vec![
        create(
            "create_counted_key",
            "t",
            vec![column("id", SqlType::BigInt), column("title", TEXT)],
            &["ID"],
        ),
        create(
            "create_key_of_no_column",
            "t",
            vec![column("title", TEXT)],
            &["id"],
        ),
        create(
            "create_text_key",
            "t",
            vec![column("a", TEXT), column("b", SqlType::Float)],
            &["a"],
        ),
        create(
            "create_compound_key",
            "t",
            vec![
                column("a", TEXT),
                column("b", SqlType::VarBinary(Length::Max)),
                column("c", SqlType::BigInt),
            ],
            &["c", "a", "b"],
        ),
        create(
            "create_without_key",
            "t",
            vec![not_null(column("a", TEXT))],
            &[],
        ),
        create(
            "create_defaults",
            "t",
            vec![
                with_default(
                    "text",
                    TEXT,
                    Literal::Text("it's; DROP TABLE docs --".to_owned()),
                ),
                with_default("lines", TEXT, Literal::Text("a\\\nb".to_owned())),
                with_default("digits", TEXT, number("5")),
                with_default("whole", SqlType::BigInt, number("-9223372036854775808")),
                with_default("fraction", SqlType::Float, number("1.5e300")),
                with_default(
                    "decimal",
                    SqlType::Decimal {
                        precision: 12,
                        scale: 2,
                    },
                    number("1e3"),
                ),
                with_default("bit", SqlType::Bit, Literal::Bool(true)),
                with_default(
                    "bytes",
                    SqlType::VarBinary(Length::Max),
                    Literal::Text("ACf/".to_owned()),
                ),
                with_default("none", TEXT, Literal::Null),
            ],
            &[],
        ),
        create(
            "create_defaults_of_now",
            "t",
            vec![
                now("a", TEXT, Now::Timestamp),
                now("b", TEXT, Now::Date),
                now("c", TEXT, Now::Time),
                now("d", SqlType::BigInt, Now::UnixSeconds),
                not_null(now("e", SqlType::BigInt, Now::UnixMilliseconds)),
            ],
            &[],
        ),
        create(
            "create_references",
            "t",
            vec![
                refers("doc", SqlType::Int, "DOCS", None),
                refers("odd", TEXT, "we\"ird] t", Some("k]e\"y")),
            ],
            &[],
        ),
        create(
            "create_odd_names",
            "q\"]; DROP TABLE docs; --'",
            vec![
                with_default("we\"] '(ird", TEXT, Literal::Text("');--".to_owned())),
                column("@P1 ?1", SqlType::BigInt),
            ],
            &["@P1 ?1"],
        ),
    ]
}

fn wrong_creates() -> Vec<Case> {
    let a = || vec![column("a", TEXT)];
    vec![
        create("wrong_name_taken", "Docs", a(), &[]),
        create("wrong_name_declared", "people", a(), &[]),
        create("wrong_name_of_an_entity", "STAFF", a(), &[]),
        create("wrong_name_reserved", "SQLite_x", a(), &[]),
        create("wrong_name_temporary", "##x", a(), &[]),
        create("wrong_no_columns", "t", Vec::new(), &[]),
        create(
            "wrong_many_things",
            "",
            vec![
                column("a", TEXT),
                column("A", TEXT),
                column("", TEXT),
                column("n\0", TEXT),
                column(&"x".repeat(129), TEXT),
                with_default("d", SqlType::BigInt, Literal::Text("x".to_owned())),
                now("n", SqlType::BigInt, Now::Date),
                refers("r", TEXT, "nope", None),
                refers("s", TEXT, "docs", Some("nope")),
                refers("t", TEXT, "docs", None),
                refers("u", TEXT, "docs", Some("title")),
                refers("v", TEXT, "staff", Some("PasswordHash")),
                column("w", SqlType::Xml),
            ],
            &["a", "zz", "a"],
        ),
        create(
            "wrong_key_with_default",
            "t",
            vec![with_default(
                "id",
                SqlType::BigInt,
                Literal::Number("1".to_owned()),
            )],
            &["id"],
        ),
        create(
            "wrong_key_type",
            "t",
            vec![column("id", SqlType::VarChar(Length::Max))],
            &["id"],
        ),
    ]
}

fn alters() -> Vec<Case> {
    vec![
        alter(
            "add_columns",
            "docs",
            vec![
                ChangeSpec::Add(column("plain", TEXT)),
                ChangeSpec::Add(ColumnSpec {
                    default: Some(text_default("it's")),
                    ..column("with_default", TEXT)
                }),
                ChangeSpec::Add(not_null(ColumnSpec {
                    default: Some(text_default("it's")),
                    ..column("filled", TEXT)
                })),
                ChangeSpec::Add(not_null(now("stamped", TEXT, Now::Timestamp))),
                ChangeSpec::Add(refers("other", SqlType::BigInt, "docs", None)),
            ],
        ),
        alter(
            "rename_and_drop_columns",
            "we\"ird] t",
            vec![
                rename("k]e\"y", "a'b]"),
                rename("V'AL", "v'al"),
                rename("v'al", "w"),
                ChangeSpec::Add(column("v'al", TEXT)),
                drop("w"),
                drop("v'al"),
            ],
        ),
        alter(
            "alter_types",
            "docs",
            vec![
                change("title", Some(SqlType::BigInt), None, None),
                change(
                    "score",
                    Some(SqlType::VarBinary(Length::Max)),
                    Some(false),
                    None,
                ),
                change("code", Some(TEXT), None, Some(Some(text_default("x")))),
            ],
        ),
        alter(
            "alter_nullability",
            "docs",
            vec![
                change("title", None, Some(false), None),
                change("code", None, Some(true), None),
                // As it is.
                change("score", Some(SqlType::Float), Some(true), None),
            ],
        ),
        alter(
            "alter_defaults",
            "docs",
            vec![
                change("title", None, None, Some(Some(text_default("'")))),
                change("score", None, None, Some(None)),
            ],
        ),
        alter(
            "rename_table",
            "we\"ird] t",
            vec![drop("v'al"), rename_table("x]y")],
        ),
        alter("rename_table_in_case", "docs", vec![rename_table("Docs")]),
        alter(
            "rename_guarded_by_type",
            "docs",
            vec![rename("guid", "g"), rename("id", "number")],
        ),
    ]
}

fn wrong_alters() -> Vec<Case> {
    vec![
        alter(
            "wrong_columns",
            "docs",
            vec![
                ChangeSpec::Add(column("TITLE", TEXT)),
                ChangeSpec::Add(not_null(column("x", TEXT))),
                rename("nope", "y"),
                rename("title", "score"),
                rename("title", ""),
                drop("nope"),
                drop("id"),
                change("id", Some(TEXT), None, None),
                change("notes", None, Some(false), None),
                change("score", None, None, Some(Some(text_default("x")))),
            ],
        ),
        alter(
            "wrong_kept_columns",
            "staff",
            vec![
                change("passwordhash", Some(SqlType::BigInt), None, None),
                rename("passwordhash", "open"),
                drop("open"),
                rename("email", "mail"),
                rename_table("humans"),
            ],
        ),
        alter(
            "wrong_protected_by_nature",
            "docs",
            vec![
                rename("DateEntered", "entered"),
                drop("guid"),
                change("guid", Some(TEXT), None, None),
            ],
        ),
        alter("wrong_table_name", "docs", vec![rename_table("people")]),
        alter(
            "wrong_table_name_taken",
            "docs",
            vec![rename_table("WE\"IRD] T")],
        ),
    ]
}
