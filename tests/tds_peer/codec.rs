//! Every type: what the peer says is what the client reads, and the decoder reads what the encoder wrote.

use proptest::prelude::*;
use serde_json::{Value, json};
use tiberius::ColumnData;

use super::tds::{
    Column, Reply, Script, TdsPeer,
    decode::decode,
    encode::encode,
    tokens::{Done, EnvChange, LoginAck, Message, ReturnValue, Status, Token},
};
use super::{client_of, run};

/// A type, a value, and what the client makes of it.
const VALUES: &[(&str, &str, &str)] = &[
    ("bit", "true", "Bit(Some(true))"),
    ("tinyint", "255", "U8(Some(255))"),
    ("smallint", "-32768", "I16(Some(-32768))"),
    ("int", "-2147483648", "I32(Some(-2147483648))"),
    (
        "bigint",
        "9223372036854775807",
        "I64(Some(9223372036854775807))",
    ),
    ("real", "1.1", "F32(Some(1.1))"),
    ("float", "-1e300", "F64(Some(-1e300))"),
    ("smallmoney", "-0.0001", "F64(Some(-0.0001))"),
    ("money", "4294967296.5000", "F64(Some(4294967296.5))"),
    ("decimal(9,2)", "-12.50", "Numeric(Some(-12.50))"),
    (
        "numeric(19,0)",
        "9999999999999999999",
        "Numeric(Some(9999999999999999999.0))",
    ),
    (
        "decimal(28,28)",
        "0.0000000000000000000000000001",
        "Numeric(Some(0.0000000000000000000000000001))",
    ),
    (
        "decimal(38,4)",
        "-9999999999999999999999999999999999.9999",
        "Numeric(Some(-9999999999999999999999999999999999.9999))",
    ),
    ("date", r#""2024-02-29""#, "Date(Some(Date(738944)))"),
    (
        "time(3)",
        r#""23:59:59.999""#,
        "Time(Some(Time { increments: 86399999, scale: 3 }))",
    ),
    (
        "datetime2(7)",
        r#""0001-01-01T00:00:00.0000001""#,
        "DateTime2(Some(DateTime2 { date: Date(0), time: Time { increments: 1, scale: 7 } }))",
    ),
    (
        "datetimeoffset(0)",
        r#""2024-03-01T00:30:00+05:45""#,
        "DateTimeOffset(Some(DateTimeOffset { datetime2: DateTime2 { date: Date(738944), time: Time { increments: 67500, scale: 0 } }, offset: 345 }))",
    ),
    (
        "datetime",
        r#""1899-12-31T12:00:00.007""#,
        "DateTime(Some(DateTime { days: -1, seconds_fragments: 12960002 }))",
    ),
    (
        "smalldatetime",
        r#""1900-01-02T01:01:00""#,
        "SmallDateTime(Some(SmallDateTime { days: 1, seconds_fragments: 61 }))",
    ),
    ("char(3)", r#""a€ ""#, r#"String(Some("a€ "))"#),
    ("varchar(10)", r#""""#, r#"String(Some(""))"#),
    ("varchar(max)", r#""ÿ""#, r#"String(Some("ÿ"))"#),
    ("nchar(2)", r#""日 ""#, r#"String(Some("日 "))"#),
    ("nvarchar(4000)", r#""😀""#, r#"String(Some("😀"))"#),
    ("nvarchar(max)", r#""""#, r#"String(Some(""))"#),
    ("text", r#""t""#, r#"String(Some("t"))"#),
    ("ntext", r#""ž""#, r#"String(Some("ž"))"#),
    ("image", r#""0x00ff""#, r"Binary(Some([0, 255]))"),
    ("binary(2)", r#""0x0102""#, "Binary(Some([1, 2]))"),
    ("varbinary(max)", r#""0x""#, "Binary(Some([]))"),
    (
        "uniqueidentifier",
        r#""6F9619FF-8B86-D011-B42D-00C04FC964FF""#,
        "Guid(Some(6f9619ff-8b86-d011-b42d-00c04fc964ff))",
    ),
    (
        "xml",
        r#""<a/>""#,
        r#"Xml(Some(XmlData { data: "<a/>", schema: None }))"#,
    ),
];

fn shown(data: &ColumnData<'_>) -> String {
    format!("{data:?}")
}

#[tokio::test]
async fn the_client_reads_what_the_peer_says() {
    for (sql, text, wanted) in VALUES {
        let value: Value = serde_json::from_str(text).unwrap();
        for column in [Column::new("c", sql), Column::nullable("c", sql)] {
            let mut script = Script::new()
                .on_sql("X")
                .reply(Reply::rows([column.clone()], json!([[value], [value]])));
            if column.nullable {
                script = script.then(Reply::rows([column.clone()], json!([[null]])));
                script = script.then(Reply::tokens([
                    Token::Columns(vec![column.clone()]),
                    Token::NbcRow(vec![Value::Null]),
                    Token::NbcRow(vec![value.clone()]),
                    Token::Done(Done::default()),
                ]));
            }
            let peer = TdsPeer::start(script).await;
            let mut client = client_of(&peer).await;
            let rows = run(&mut client, "X").await.unwrap().remove(0);
            let cells: Vec<_> = rows
                .iter()
                .map(|row| shown(row.cells().next().unwrap().1))
                .collect();
            assert_eq!(cells, [*wanted, *wanted], "{column:?}");
            if column.nullable {
                for nulls in [[true].as_slice(), &[true, false]] {
                    let rows = run(&mut client, "X").await.unwrap().remove(0);
                    let cells: Vec<_> = rows
                        .iter()
                        .map(|row| shown(row.cells().next().unwrap().1).contains("None)"))
                        .collect();
                    assert_eq!(cells, nulls, "{column:?}");
                }
            }
        }
    }
}

/// A value of each type, random where the type has room for it.
fn value_of(sql: &'static str) -> BoxedStrategy<Value> {
    let digits = |max: i64, scale: u32| {
        (-max..=max).prop_map(move |units| {
            let width = scale as usize + 1;
            let digits = format!("{:0>width$}", units.unsigned_abs());
            let (whole, fraction) = digits.split_at(digits.len() - scale as usize);
            let sign = if units < 0 { "-" } else { "" };
            let dot = if scale == 0 { "" } else { "." };
            serde_json::from_str(&format!("{sign}{whole}{dot}{fraction}")).unwrap()
        })
    };
    match sql {
        "bit" => any::<bool>().prop_map(Value::Bool).boxed(),
        "tinyint" => any::<u8>().prop_map(Value::from).boxed(),
        "smallint" => any::<i16>().prop_map(Value::from).boxed(),
        "int" => any::<i32>().prop_map(Value::from).boxed(),
        "bigint" => any::<i64>().prop_map(Value::from).boxed(),
        "float" => prop::num::f64::NORMAL
            .prop_map(|n| serde_json::from_str(&format!("{n:?}")).unwrap())
            .boxed(),
        "real" => prop::num::f32::NORMAL
            .prop_map(|n| serde_json::from_str(&format!("{n:?}")).unwrap())
            .boxed(),
        "smallmoney" => digits(i32::MAX.into(), 4).boxed(),
        "money" | "decimal(38,4)" => digits(i64::MAX, 4).boxed(),
        "decimal(9,2)" => digits(999_999_999, 2).boxed(),
        "numeric(19,0)" => digits(i64::MAX, 0).boxed(),
        "nvarchar(4000)" | "nvarchar(max)" | "ntext" | "xml" => {
            any::<String>().prop_map(Value::String).boxed()
        }
        "varchar(10)" | "varchar(max)" | "text" => {
            "[ -~\u{a0}-\u{ff}€]{0,9}".prop_map(Value::String).boxed()
        }
        "varbinary(max)" | "image" => prop::collection::vec(any::<u8>(), 0..50)
            .prop_map(|bytes| Value::String(format!("0x{}", super::tds::wire::hex(&bytes))))
            .boxed(),
        "uniqueidentifier" => any::<u128>()
            .prop_map(|n| uuid::Uuid::from_u128(n).to_string().to_uppercase().into())
            .boxed(),
        "date" => (1..=9999, 1..=12, 1..=28)
            .prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}").into())
            .boxed(),
        "time(3)" => (0..24, 0..60, 0..60, 0..1000)
            .prop_map(|(h, m, s, f)| format!("{h:02}:{m:02}:{s:02}.{f:03}").into())
            .boxed(),
        "datetime2(7)" => (1..=9999, 1..=28, 0..24, 0..10_000_000)
            .prop_map(|(y, d, h, f)| format!("{y:04}-02-{d:02}T{h:02}:59:01.{f:07}").into())
            .boxed(),
        "datetimeoffset(0)" => (
            2..=9998,
            0..24,
            prop::sample::select(vec!["+14:00", "-14:00", "-00:30"]),
        )
            .prop_map(|(y, h, offset)| format!("{y:04}-12-31T{h:02}:00:59{offset}").into())
            .boxed(),
        _ => {
            let fixed = VALUES.iter().find(|value| value.0 == sql).unwrap().1;
            Just(serde_json::from_str(fixed).unwrap()).boxed()
        }
    }
}

/// A result set with random columns and rows, in either form of row.
fn result_set() -> impl Strategy<Value = Vec<Token>> {
    let column = (0..VALUES.len(), any::<bool>(), "[^\0]{0,20}");
    prop::collection::vec(column, 1..20).prop_flat_map(|chosen| {
        let columns: Vec<_> = chosen
            .iter()
            .map(|(at, nullable, name)| Column {
                nullable: *nullable,
                ..Column::new(name, VALUES[*at].0)
            })
            .collect();
        let row: Vec<_> = chosen
            .iter()
            .map(|(at, nullable, _)| {
                let nullable = *nullable;
                (value_of(VALUES[*at].0), 0..10).prop_map(move |(value, chance)| {
                    if nullable && chance < 3 {
                        Value::Null
                    } else {
                        value
                    }
                })
            })
            .collect();
        let row = (row, any::<bool>()).prop_map(|(values, bitmap)| {
            if bitmap {
                Token::NbcRow(values)
            } else {
                Token::Row(values)
            }
        });
        prop::collection::vec(row, 0..4).prop_map(move |rows| {
            let mut tokens = vec![Token::Columns(columns.clone())];
            tokens.extend(rows);
            tokens.push(Token::Done(Done::new(&[Status::More, Status::Count], 3)));
            tokens
        })
    })
}

proptest! {
    #[test]
    fn the_decoder_reads_what_the_encoder_wrote(tokens in result_set()) {
        let bytes = encode(&tokens).unwrap();
        prop_assert_eq!(decode(&bytes), tokens.clone());
        let text = serde_json::to_string(&tokens).unwrap();
        let read: Vec<Token> = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read, tokens);
    }

    /// A reply that is cut, or no reply at all, is kept as it is.
    #[test]
    fn what_cannot_be_decoded_is_kept(tokens in result_set(), keep in 0.0..1.0, noise: Vec<u8>) {
        let mut bytes = encode(&tokens).unwrap();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        bytes.truncate((bytes.len() as f64 * keep) as usize);
        prop_assert_eq!(encode(&decode(&bytes)).unwrap(), bytes);
        decode(&noise);
    }
}

#[test]
fn the_other_tokens_are_read_as_written() {
    let message = Message {
        number: 50_001,
        state: 2,
        class: 16,
        text: "täxt".to_owned(),
        server: "s".to_owned(),
        procedure: "p".to_owned(),
        line: 70_000,
    };
    let descriptor = "0100000001000000".to_owned();
    let tokens = vec![
        Token::EnvChange(EnvChange::Database {
            new: "a".into(),
            old: "b".into(),
        }),
        Token::EnvChange(EnvChange::PacketSize {
            new: "512".into(),
            old: "4096".into(),
        }),
        Token::EnvChange(EnvChange::BeginTransaction(descriptor.clone())),
        Token::EnvChange(EnvChange::CommitTransaction(descriptor.clone())),
        Token::EnvChange(EnvChange::RollbackTransaction(descriptor)),
        Token::EnvChange(EnvChange::Routing {
            host: "h".into(),
            port: 1,
        }),
        Token::EnvChange(EnvChange::Other {
            kind: 7,
            raw: "050904d0003400".into(),
        }),
        Token::LoginAck(LoginAck {
            program: "SQL".into(),
            version: [16, 0, 3, 232],
        }),
        Token::Order(vec![1, 3]),
        Token::Error(message.clone()),
        Token::Info(message),
        Token::ReturnValue(ReturnValue {
            ordinal: 1,
            status: 1,
            parameter: Column::nullable("@out", "bigint"),
            value: json!(5),
        }),
        Token::ReturnStatus(-6),
        Token::DoneInProc(Done {
            status: vec![Status::InTransaction],
            command: 0xC1,
            rows: 1,
        }),
        Token::DoneProc(Done::new(&[Status::Error, Status::ServerError], 0)),
        Token::Raw("ed0100".to_owned()),
    ];
    let bytes = encode(&tokens).unwrap();
    assert_eq!(decode(&bytes), tokens);
    let text = serde_json::to_string(&tokens).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Token>>(&text).unwrap(), tokens);
}

#[test]
fn bytes_that_are_none_of_their_type_are_kept() {
    let mut column = Column::new("c", "varchar(10)");
    // Cyrillic_General_CI_AS: code page 1251.
    column.collation = Some("1904d00000".to_owned().try_into().unwrap());
    let tokens = vec![
        Token::Columns(vec![column, Column::new("n", "nvarchar(10)")]),
        Token::Row(vec![json!({"raw": "c0c1"}), json!({"raw": "00d8"})]),
    ];
    assert_eq!(decode(&encode(&tokens).unwrap()), tokens);
}
