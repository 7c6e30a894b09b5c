//! What the server is asked: one message for each request, and the same text with the same declarations
//! whatever the values are, so that it keeps one plan for all of them.

use serde_json::{Value, json};
use upsertd::domain::Literal;

use crate::{
    described::{BABELFISH, KINDS_COLUMNS, described_by},
    driver::{Driver, text},
    service::{self, Service, tuple},
    setup::{GET, WRITE, asked, engine_of_one, report, script, script_of},
    tds::{Column, Kind, Reply, Request, Script, TdsPeer},
};

#[tokio::test]
async fn a_request_is_one_message() {
    let name = Reply::rows(
        [Column::nullable("Name", "nvarchar(50)")],
        json!([["Bolt"]]),
    );
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    peer.play(
        script()
            .on_sql_containing(WRITE)
            .always(report(1, 1, 7))
            .on_sql_containing(GET)
            .always(name),
    );
    let tuples = json!([tuple("Code", "A1"), tuple("Name", "Bolt")]);
    let rename = json!([tuple("Name", "Bolt")]);
    let range = "Price BETWEEN 1 AND 2 OR Name LIKE 'B%'";
    for (path, body) in [
        ("Parts/Upsert", service::upsert()),
        (
            "Parts/Upsert",
            json!({"Tuples": tuples, "Clause": range, "AllowMultiUpdate": true}),
        ),
        ("Parts/Update", json!({"Tuples": rename, "Clause": range})),
        ("Parts/Get", json!({"Fields": ["Name"], "Clause": range})),
    ] {
        let before = peer.messages();
        let answer = service.post(path, body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(peer.messages(), before + 1, "{path}");
    }
    peer.play(script().on_sql_containing(WRITE).always(report(0, 1, 7)));
    let before = peer.messages();
    let answer = service.post("Parts/Add", json!({"Tuples": tuples})).await;
    answer.is(&json!({"GeneratedId": 7, "Message": "Success"}));
    assert_eq!(peer.messages(), before + 1);
    // And one each for the login, the migrations and the catalog.
    assert_eq!(peer.messages(), 8);
}

#[tokio::test]
async fn no_value_stands_in_the_text() {
    let peer = TdsPeer::start(script().on_sql_containing(WRITE).reply(report(1, 1, 7))).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let values = [("Code", text("A'1")), ("Name", text("]; DROP TABLE Parts"))];
    let done = driver.upsert("Parts", &values, "Code = 'A''1'", false);
    done.await.unwrap();
    let [request] = &asked(&peer, WRITE)[..] else {
        panic!("one write");
    };
    assert_eq!(request.kind, Kind::Rpc);
    assert!(!request.sql.contains("A'") && !request.sql.contains("DROP"));
    let code = "nvarchar(4000) = 'A''1'";
    let name = "nvarchar(4000) = ']; DROP TABLE Parts'";
    for (param, value) in [("@P1", code), ("@P2", name), ("@P3", code)] {
        let wanted = format!("{param} {value}");
        assert!(request.params.contains(&wanted), "{:?}", request.params);
    }
}

/// A value of each type that can be written, short of bytes.
const VALUES: [(&str, &str); 22] = [
    ("ABit", "1"),
    ("ATinyInt", "255"),
    ("ASmallInt", "-32768"),
    ("AnInt", "2147483647"),
    ("ABigInt", "-9223372036854775808"),
    ("ADecimal", "1234567890123456789012345678.0123456789"),
    ("AMoney", "922337203685477.5807"),
    ("ASmallMoney", "-214748.3648"),
    ("AReal", "0.1"),
    ("AFloat", "1e300"),
    ("ADate", "9999-12-31"),
    ("ATime", "23:59:59.9999999"),
    ("ADateTime", "2026-01-31T10:00:00.003"),
    ("ASmallDateTime", "2026-01-31T10:00:00"),
    ("ADateTime2", "2026-01-31T10:00:00.0000001"),
    ("AnOffset", "2026-01-31T10:00:00.0000001+05:30"),
    ("AChar", "abc"),
    ("AVarChar", "Zürich"),
    ("AnNChar", "abc"),
    ("AnNVarChar", "Łódź 😀"),
    ("ALongText", "a long text"),
    ("AnXml", "<a/>"),
];

type Values = Vec<(&'static str, Literal)>;

fn some() -> Values {
    let values = VALUES.iter().map(|(name, value)| (*name, text(value)));
    [("KindId", text("1"))].into_iter().chain(values).collect()
}

fn others() -> Values {
    let mut all = some();
    for (name, value) in &mut all {
        // Shorter, smaller, of another precision and scale.
        *value = match *name {
            "ADecimal" | "AMoney" | "ASmallMoney" => text("0.5"),
            "ADate" => text("0001-01-01"),
            "ATime" => text("00:00:00"),
            "AnOffset" => text("2026-01-31T10:00:00Z"),
            "ADateTime" | "ASmallDateTime" | "ADateTime2" => text("2000-02-29T00:00:00"),
            "AnXml" => text("<b>b</b>"),
            name if name.contains("Char") || name.contains("Text") => text("x"),
            _ => text("0"),
        };
    }
    all
}

fn nulls() -> Values {
    let mut all = some();
    for (_, value) in all.iter_mut().skip(1) {
        *value = Literal::Null;
    }
    all
}

/// What a request declares: the name and type of each parameter, without its value.
fn declarations(request: &Request) -> Vec<&str> {
    let declared = request.params.iter();
    declared.map(|p| p.split(" = ").next().unwrap()).collect()
}

async fn requests(peer: &TdsPeer, shapes: &[Values]) -> Vec<Request> {
    let engine = engine_of_one(peer);
    let driver = Driver::new(&engine).await;
    for values in shapes {
        let done = driver.upsert("Kinds", values, "KindId = 1", false);
        done.await.unwrap();
    }
    asked(peer, WRITE)
}

#[tokio::test]
async fn requests_of_one_shape_have_one_text_and_one_declaration() {
    let peer = TdsPeer::start(script().on_sql_containing(WRITE).always(report(1, 1, 1))).await;
    let mut half = some();
    for (_, value) in half.iter_mut().skip(1).step_by(2) {
        *value = Literal::Null;
    }
    let asked = requests(&peer, &[some(), others(), nulls(), half]).await;
    assert_eq!(asked.len(), 4);
    for request in &asked[1..] {
        assert_eq!(request.sql, asked[0].sql);
        assert_eq!(declarations(request), declarations(&asked[0]));
        assert_ne!(request.params, asked[0].params);
    }
    let null = asked[2].params.iter().filter(|p| p.ends_with(" = NULL"));
    assert_eq!(null.count(), VALUES.len());
}

#[tokio::test]
async fn where_null_cannot_travel_it_stands_in_the_text() {
    let description = described_by(BABELFISH);
    let answers = script_of(description).on_sql_containing(WRITE);
    let peer = TdsPeer::start(answers.always(report(1, 1, 1))).await;
    let asked = requests(&peer, &[some(), others(), nulls()]).await;
    assert_eq!(asked[1].sql, asked[0].sql);
    assert!(asked[2].sql.contains("[AnInt] = NULL"), "{}", asked[2]);
    let null = |request: &Request| request.params.iter().any(|p| p.ends_with("NULL"));
    assert!(!asked.iter().any(null));
}

#[tokio::test]
async fn what_is_long_has_a_declaration_of_its_own() {
    // Two of them for each such column, and no more.
    let long = |length: usize| {
        let mut values = some();
        values.retain(|(name, _)| *name != "ALongText");
        values.push(("ALongText", text(&"x".repeat(length))));
        values
    };
    let peer = TdsPeer::start(script().on_sql_containing(WRITE).always(report(1, 1, 1))).await;
    let asked = requests(&peer, &[long(1), long(4000), long(4001), long(100_000)]).await;
    let declared: Vec<_> = asked.iter().map(declarations).collect();
    assert_eq!(declared[0], declared[1]);
    assert_ne!(declared[1], declared[2]);
    assert_eq!(declared[2], declared[3]);
}

#[tokio::test]
async fn every_type_was_tried() {
    // The key is in every request, a GUID is never written, bytes have no short NULL.
    let left_out = ["KindId", "AGuid", "ABinary"];
    let served = KINDS_COLUMNS.iter().map(|(name, ..)| *name);
    let wanted: Vec<_> = served.filter(|name| !left_out.contains(name)).collect();
    assert_eq!(VALUES.map(|(name, _)| name).to_vec(), wanted);
}

#[tokio::test]
async fn bytes_travel_as_they_are() {
    let peer = TdsPeer::start(Script::from(
        script().on_sql_containing(WRITE).always(report(1, 1, 1)),
    ))
    .await;
    let service = Service::on(&peer).await;
    let values: [(Value, &str); 2] = [
        (json!("AP8="), "varbinary(8000) = 0x00ff"),
        (json!(null), "varbinary(max) = NULL"),
    ];
    for (value, wanted) in values {
        let tuples = json!([tuple("KindId", 1), tuple("ABinary", value)]);
        let body = json!({"Tuples": tuples, "Clause": "KindId = 1"});
        service.post("Kinds/Upsert", body).await;
        let request = asked(&peer, WRITE).pop().unwrap();
        let sent = request.params.iter().any(|p| p.ends_with(wanted));
        assert!(sent, "{request}");
    }
}
