//! Recordings: made through the proxy, written as text, read again, played.

use std::fs;

use serde_json::json;

use super::tds::{Column, Recorder, Reply, ResultSet, Script, TdsPeer, errors, recording};
use super::{client_of, config, connect, number, run};

/// What a client sees of a conversation.
async fn converse(port: u16) -> Vec<String> {
    let mut client = connect(config(port)).await.unwrap();
    let mut seen = Vec::new();
    for _ in 0..2 {
        seen.push(format!("{:?}", run(&mut client, "SELECT *\nFROM t").await));
    }
    let rows = client.query("SELECT @P1, @P2", &[&"ü", &None::<i32>]).await;
    seen.push(format!("{:?}", rows.unwrap().into_results().await));
    seen.push(format!("{:?}", client.execute("UPDATE t", &[]).await.err()));
    seen
}

fn script() -> Script {
    Script::new()
        .on_sql("SELECT *\nFROM t")
        .reply(Reply::results([
            ResultSet::new(
                [
                    Column::new("id", "int"),
                    Column::nullable("name", "nvarchar(20)"),
                ],
                json!([[1, "Ä"], [2, null]]),
            ),
            ResultSet::new(
                [Column::nullable("d", "decimal(38,4)")],
                json!([["-0.0001"]]),
            ),
        ]))
        .then(Reply::changed(7))
        .on_sql_containing("@P1")
        .reply(Reply::rows([Column::new("x", "xml")], json!([["<a/>"]])))
        .on_sql("UPDATE t")
        .reply(errors::duplicate_key("UNIQUE KEY", "UQ_t", "dbo.t", "1"))
        .into()
}

#[tokio::test]
async fn what_was_recorded_is_what_is_played() {
    let live = TdsPeer::start(script()).await;
    let recorder = Recorder::start(live.address()).await;
    let first = converse(recorder.port()).await;
    let exchanges = recorder.exchanges("a scripted peer").unwrap();
    assert_eq!(exchanges.len(), 4);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("talk.json");
    recorder.write(&file, "a scripted peer");
    let text = fs::read_to_string(file).unwrap();
    let read = recording::parse(&text).unwrap();
    assert_eq!(read, exchanges, "{text}");
    assert!(!text.contains("raw"), "{text}");

    let played = TdsPeer::start(Script::new().with_exchanges(read)).await;
    assert_eq!(converse(played.port()).await, first);
    assert_eq!(played.requests(), live.requests());
}

#[tokio::test]
async fn a_cancelled_request_makes_no_recording() {
    let live = TdsPeer::start(Script::new().on_sql("X").reply(Reply::stall())).await;
    let recorder = Recorder::start(live.address()).await;
    let mut client = connect(config(recorder.port())).await.unwrap();
    tokio::select! {
        answer = client.simple_query("X") => panic!("{:?}", answer.err()),
        _ = live.until(|counts| counts.messages == 1) => {}
    }
    client.cancel_query().await.unwrap();
    assert!(recorder.exchanges("a scripted peer").is_err());
}

#[test]
fn a_recording_says_where_it_comes_from() {
    let of = |source: &str| {
        let exchange = json!([{
            "source": source,
            "request": {"kind": "batch", "sql": "X"},
            "reply": [{"raw": "00"}],
        }]);
        recording::parse(&exchange.to_string())
    };
    assert!(of("recorded live from SQL Server 16.0").is_ok());
    assert!(of("recorded live from ").is_err());
    assert!(of("somewhere").is_err());
}

#[tokio::test]
async fn an_answer_repeats_only_where_it_says_so() {
    let exchange = |number: u32, repeat: bool| {
        json!({
            "source": "written after the vendor's documentation: MS-TDS 2.2.7",
            "repeat": repeat,
            "request": {"kind": "batch", "sql": "X"},
            "reply": [
                {"error": {"number": number, "state": 1, "class": 16, "message": "no"}},
                {"done": {"status": ["error"], "rows": 0}},
            ],
        })
    };
    for (repeat, last) in [(true, 2), (false, 50_000)] {
        let text = json!([exchange(1, false), exchange(2, repeat)]).to_string();
        let exchanges = recording::parse(&text).unwrap();
        let peer = TdsPeer::start(Script::new().with_exchanges(exchanges)).await;
        let mut client = client_of(&peer).await;
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(number(&run(&mut client, "X").await.unwrap_err()));
        }
        assert_eq!(seen, [Some(1), Some(2), Some(last)]);
        peer.take_unanswered();
    }
}
