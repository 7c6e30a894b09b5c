//! What the catalog says of tables, the odd ones too.

use super::*;
use crate::domain::{Column, Default, Table, TableKind};

const ODD: &str = r#"
CREATE TABLE parent (id INTEGER PRIMARY KEY, a TEXT, b TEXT, UNIQUE (a, b));
CREATE TABLE alias (ID integer PRIMARY KEY AUTOINCREMENT, v varchar(20) NOT NULL DEFAULT 'x',
    n int DEFAULT NULL, g int GENERATED ALWAYS AS (n * 2) STORED, w int AS (n + 1));
CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, v TEXT);
CREATE TABLE plain_int (id INT PRIMARY KEY, v TEXT);
CREATE TABLE table_key (id INTEGER, v TEXT, PRIMARY KEY (id));
CREATE TABLE no_rowid (id INTEGER PRIMARY KEY, v TEXT) WITHOUT ROWID;
CREATE TABLE compound (b int, a nvarchar(5), PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE strictly (id INTEGER PRIMARY KEY, x ANY, t TEXT NOT NULL) STRICT;
CREATE TABLE "od""d na.me" ("col umn" TEXT, untyped, "sélect" "nvarchar(max)");
CREATE TABLE links (p1 bigint REFERENCES parent, "A" TEXT, B TEXT, free int,
    FOREIGN KEY (a, b) REFERENCES parent (a, b));
CREATE TABLE keys (a int UNIQUE, b int, c TEXT, d TEXT);
CREATE UNIQUE INDEX by_b ON keys (b, c) WHERE b > 0;
CREATE UNIQUE INDEX by_expression ON keys (lower(d));
CREATE INDEX not_unique ON keys (d);
CREATE TRIGGER tr AFTER INSERT ON "KEYS" BEGIN SELECT 1; END;
CREATE VIEW v AS SELECT id AS key, a, upper(b) AS loud, 1 + 1 AS two FROM parent;
CREATE VIEW broken AS SELECT * FROM nowhere;
CREATE TABLE upsertd_log (x int);
CREATE VIRTUAL TABLE words USING fts5 (body);
"#;

async fn tables() -> Vec<Table> {
    Fixture::new(ODD).engine.load_tables(soon()).await.unwrap()
}

fn find<'t>(tables: &'t [Table], name: &str) -> &'t Table {
    let found = tables.iter().find(|t| t.name.as_str() == name);
    found.unwrap_or_else(|| panic!("no table {name}"))
}

fn column<'t>(table: &'t Table, name: &str) -> &'t Column {
    table.column(table.find(name).unwrap())
}

fn names(table: &Table, key: &[crate::domain::ColumnIndex]) -> Vec<String> {
    let names = key
        .iter()
        .map(|i| table.column(*i).name.as_str().to_owned());
    names.collect()
}

#[tokio::test]
async fn tables_and_views_are_listed_without_the_internal_and_the_unusable() {
    let tables = tables().await;
    let names: Vec<&str> = tables.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "alias",
            "compound",
            "descending",
            "keys",
            "links",
            "no_rowid",
            "od\"d na.me",
            "parent",
            "plain_int",
            "strictly",
            "table_key",
            "v"
        ]
    );
    assert_eq!(find(&tables, "v").kind, TableKind::View);
    assert_eq!(find(&tables, "keys").kind, TableKind::Table);
}

#[tokio::test]
async fn only_a_rowid_alias_is_an_identity() {
    let tables = tables().await;
    for (table, default, nullable) in [
        ("alias", Default::Identity, false),
        ("table_key", Default::Identity, false),
        ("strictly", Default::Identity, false),
        ("descending", Default::None, true),
        ("plain_int", Default::None, true),
        ("no_rowid", Default::None, false),
    ] {
        let table = find(&tables, table);
        let id = column(table, "id");
        assert_eq!(
            (id.default, id.nullable),
            (default, nullable),
            "{:?}",
            table.name
        );
        assert_eq!(table.primary_key.len(), 1);
    }
    assert_eq!(column(find(&tables, "alias"), "id").ty, SqlType::BigInt);
}

#[tokio::test]
async fn rows_without_a_primary_key_have_a_number_that_is_no_column() {
    let tables = tables().await;
    let links = find(&tables, "links");
    let number = links.row_number().unwrap();
    assert_eq!(links.find("ROWID"), Some(number));
    assert_eq!(links.row_key(), [number]);
    assert!(links.indices().all(|index| index != number));
    let column = links.column(number);
    assert_eq!(
        (
            column.name.as_str(),
            &column.ty,
            column.default,
            column.nullable
        ),
        ("rowid", &SqlType::BigInt, Default::Identity, false)
    );
    for table in ["alias", "compound", "descending", "no_rowid", "v"] {
        assert_eq!(find(&tables, table).row_number(), None, "{table}");
    }
}

#[tokio::test]
async fn a_row_number_goes_by_a_name_that_no_column_has() {
    let sql = "CREATE TABLE a (RowId TEXT, v TEXT);
               CREATE TABLE b (rowid TEXT, _rowid_ TEXT, oid TEXT);
               CREATE TABLE c (u INTEGER NOT NULL UNIQUE);";
    let tables = Fixture::new(sql).engine.load_tables(soon()).await.unwrap();
    let name = |table: &str| {
        let table = find(&tables, table);
        table
            .row_number()
            .map(|i| table.column(i).name.as_str().to_owned())
    };
    assert_eq!(name("a").as_deref(), Some("_rowid_"));
    assert_eq!(name("b"), None);
    // A key of the table's own comes first.
    let keyed = find(&tables, "c");
    assert_eq!(names(keyed, keyed.row_key()), ["u"]);
    assert!(keyed.row_number().is_some());
}

#[tokio::test]
async fn defaults_and_computed_columns_are_told_apart() {
    let tables = tables().await;
    let table = find(&tables, "alias");
    assert_eq!(column(table, "v").default, Default::Declared);
    assert_eq!(column(table, "v").ty.to_string(), "varchar(20)");
    assert!(!column(table, "v").nullable);
    assert_eq!(column(table, "n").default, Default::None);
    assert_eq!(column(table, "g").default, Default::Computed);
    assert_eq!(column(table, "w").default, Default::Computed);
}

#[tokio::test]
async fn keys_have_their_columns_in_key_order() {
    let tables = tables().await;
    let compound = find(&tables, "compound");
    assert_eq!(names(compound, &compound.primary_key), ["a", "b"]);
    assert!(!column(compound, "a").nullable);
    let keys = find(&tables, "keys");
    assert!(keys.primary_key.is_empty());
    let unique: Vec<_> = keys
        .unique_keys
        .iter()
        .map(|k| {
            let name = k.name.as_ref().map(|n| n.as_str().to_owned());
            (name, names(keys, &k.columns), k.filtered)
        })
        .collect();
    assert_eq!(
        unique,
        [
            (None, vec!["a".to_owned()], false),
            (
                Some("by_b".to_owned()),
                vec!["b".to_owned(), "c".to_owned()],
                true
            ),
        ]
    );
    assert!(keys.has_triggers);
    assert!(!compound.has_triggers);
}

#[tokio::test]
async fn columns_of_foreign_keys_are_marked_however_they_are_spelled() {
    let tables = tables().await;
    let links = find(&tables, "links");
    let marks = ["p1", "A", "B", "free"].map(|c| column(links, c).foreign_key);
    assert_eq!(marks, [true, true, true, false]);
}

#[tokio::test]
async fn odd_names_and_missing_types_are_kept() {
    let tables = tables().await;
    let odd = find(&tables, "od\"d na.me");
    assert_eq!(column(odd, "col umn").ty, TEXT);
    assert_eq!(column(odd, "untyped").ty, TEXT);
    assert_eq!(column(odd, "sélect").ty, TEXT);
    let view = find(&tables, "v");
    assert_eq!(column(view, "key").ty, SqlType::BigInt);
    assert!(view.primary_key.is_empty());
}
