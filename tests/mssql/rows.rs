//! Rows as a server sends them, through the driver to the caller: every type, exactly, in each of its forms on the
//! wire.

use serde_json::{Map, Value, json};

use crate::{
    service::Service,
    setup::{GET, script},
    tds::{
        Column, Reply, TdsPeer,
        tokens::{Done, Token},
    },
};

/// A column, the type that its SELECT gives it, a value there, and the digits or text of the answer.
type Cell = (&'static str, &'static str, Value, &'static str);

fn cells() -> Vec<Cell> {
    vec![
        ("KindId", "int", json!(-2_147_483_648), "-2147483648"),
        ("ABit", "bit", json!(true), "true"),
        ("ATinyInt", "tinyint", json!(255), "255"),
        ("ASmallInt", "smallint", json!(-32768), "-32768"),
        ("AnInt", "int", json!(2_147_483_647), "2147483647"),
        ("ABigInt", "bigint", json!(i64::MIN), "-9223372036854775808"),
        (
            "ADecimal",
            "decimal(38,10)",
            json!("-9999999999999999999999999999.0000000001"),
            "-9999999999999999999999999999.0000000001",
        ),
        // Read as decimals: the driver's money is a float.
        (
            "AMoney",
            "decimal(19,4)",
            json!("922337203685477.5807"),
            "922337203685477.5807",
        ),
        ("ASmallMoney", "decimal(19,4)", json!("-0.5"), "-0.5000"),
        ("AReal", "real", json!(0.1), "0.1"),
        ("AFloat", "float", json!(1e300), "1e300"),
        ("ADate", "date", json!("9999-12-31"), "\"9999-12-31\""),
        (
            "ATime",
            "time(7)",
            json!("23:59:59.9999999"),
            "\"23:59:59.9999999\"",
        ),
        (
            "ADateTime",
            "datetime",
            json!("1753-01-01T00:00:00.007"),
            "\"1753-01-01T00:00:00.007\"",
        ),
        (
            "ASmallDateTime",
            "smalldatetime",
            json!("2079-06-06T23:59:00"),
            "\"2079-06-06T23:59:00\"",
        ),
        (
            "ADateTime2",
            "datetime2(7)",
            json!("0001-01-01T00:00:00.0000001"),
            "\"0001-01-01T00:00:00.0000001\"",
        ),
        (
            "AnOffset",
            "datetimeoffset(7)",
            json!("2024-02-29T00:30:00.0000001+05:30"),
            "\"2024-02-29T00:30:00.0000001+05:30\"",
        ),
        ("AChar", "nvarchar(5)", json!("abc  "), "\"abc  \""),
        (
            "AVarChar",
            "nvarchar(20)",
            json!("Zürich €"),
            "\"Zürich €\"",
        ),
        ("AnNChar", "nchar(5)", json!("abc  "), "\"abc  \""),
        (
            "AnNVarChar",
            "nvarchar(20)",
            json!("Łódź 😀"),
            "\"Łódź 😀\"",
        ),
        ("ALongText", "nvarchar(max)", json!("ž".repeat(10_000)), ""),
        (
            "AnXml",
            "nvarchar(max)",
            json!("<a b=\"c\"/>"),
            r#""<a b=\"c\"/>""#,
        ),
        (
            "AGuid",
            "uniqueidentifier",
            json!("6F9619FF-8B86-D011-B42D-00C04FC964FF"),
            "\"6f9619ff-8b86-d011-b42d-00c04fc964ff\"",
        ),
    ]
}

/// What the service makes of one reply.
async fn get(reply: Reply) -> Vec<Value> {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    peer.play(script().on_sql_containing(GET).reply(reply));
    let fields: Vec<_> = cells().iter().map(|(name, ..)| *name).collect();
    let answer = service.post("Kinds/Get", json!({"Fields": fields})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json().as_array().unwrap().clone()
}

fn values() -> Vec<Value> {
    cells().into_iter().map(|(_, _, value, _)| value).collect()
}

/// The row as a caller gets it.
fn expected() -> Value {
    let read = |(name, _, value, text): Cell| {
        let value = match text {
            "" => value,
            text => serde_json::from_str(text).unwrap(),
        };
        (name.to_owned(), value)
    };
    Value::Object(cells().into_iter().map(read).collect::<Map<_, _>>())
}

fn columns(column: fn(&str, &str) -> Column) -> Vec<Column> {
    let cells = cells();
    cells
        .iter()
        .map(|(name, ty, ..)| column(name, ty))
        .collect()
}

#[tokio::test]
async fn every_type_is_read_exactly() {
    // NOT NULL columns have forms of their own on the wire.
    for column in [Column::new, Column::nullable] {
        let rows = get(Reply::rows(columns(column), json!([values()]))).await;
        assert_eq!(rows, [expected()]);
    }
}

#[tokio::test]
async fn null_is_null_whatever_the_type() {
    let empty = vec![Value::Null; cells().len()];
    let rows = get(Reply::rows(
        columns(Column::nullable),
        json!([empty, values()]),
    ))
    .await;
    let [nothing, all] = &rows[..] else {
        panic!("two rows: {rows:?}");
    };
    assert!(nothing.as_object().unwrap().values().all(Value::is_null));
    assert_eq!(*all, expected());
}

#[tokio::test]
async fn a_row_that_leaves_its_nulls_out_is_read_alike() {
    let mut sparse = values();
    let mut wanted = expected();
    for (at, (name, ..)) in cells().into_iter().enumerate() {
        if at % 3 != 0 {
            sparse[at] = Value::Null;
            wanted[name] = Value::Null;
        }
    }
    let rows = get(Reply::tokens([
        Token::Columns(columns(Column::nullable)),
        Token::NbcRow(sparse),
        Token::Row(values()),
        Token::Done(Done::new(&[], 2)),
    ]))
    .await;
    assert_eq!(rows, [wanted, expected()]);
}

#[tokio::test]
async fn a_row_of_another_width_is_a_defect_and_no_answer() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    let two = [Column::new("Name", "int"), Column::new("Code", "int")];
    peer.play(
        script()
            .on_sql_containing(GET)
            .reply(Reply::rows(two, json!([[1, 2]]))),
    );
    service.get().await.fails(500, "internal_error", &["LogId"]);
}
