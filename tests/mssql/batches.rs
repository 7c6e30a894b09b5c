//! Batches of rows: each part that stands for itself is one request, and what is written together one transaction
//! over one connection, however the server takes it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};
use tokio::sync::mpsc;
use upsertd::{
    domain::{
        Literal, Value,
        batch::{RowAction, RowOutcome},
    },
    engine::{
        EngineError,
        rows::{Ending, Feed, RowReport, Together},
    },
};

use crate::{
    driver::{Driver, deadline, text},
    parts::{Batch, Row, row},
    service::Service,
    setup::{PROGRESS, asked, engine_of_one, progress, script},
    tds::{Column, Kind, Reply, Script, TdsPeer, errors},
};

/// In the text of a script that does all of it.
const WHOLE: &str = "BEGIN TRY";
/// In the texts of the steps of a batch that is written together.
const MAKE: &str = "SELECT TOP (0)";
const STAGE: &str = "FROM OPENJSON";
const BEGIN: &str = "BEGIN TRANSACTION";
const STEP: &str = "AS undone";
const REPORT: &str = "SELECT s.number, s.shape, s.found";
const COMMIT: &str = "COMMIT TRANSACTION";
const ROLL_BACK: &str = "ROLLBACK TRANSACTION";
const FORGET: &str = "DROP TABLE";

/// Long enough for a request to be on its way, on the slowest machine.
const SOON: Duration = Duration::from_secs(2);

fn upsert_parts() -> Batch {
    Batch::upsert("Parts", &["Code"])
}

fn named(code: &str, name: &str) -> Row {
    row(&[("Code", text(code)), ("Name", text(name))])
}

fn two() -> [Row; 2] {
    [named("A1", "Bolt"), named("B2", "Nut")]
}

/// What became of rows: number, shape, how many have the key, the own key.
fn reported(rows: Json) -> Reply {
    let columns = [
        Column::nullable("number", "bigint"),
        Column::nullable("shape", "int"),
        Column::nullable("found", "int"),
        Column::nullable("o0", "int"),
    ];
    Reply::rows(columns, rows)
}

fn undone(count: u32) -> Reply {
    Reply::rows([Column::nullable("undone", "int")], json!([[count]]))
}

fn refused_by_check() -> crate::tds::tokens::Message {
    errors::constraint(
        "INSERT",
        "CHECK",
        "CK_Parts",
        ("stock", "dbo.Parts", "Name"),
    )
}

async fn write(
    driver: &Driver<'_>,
    batch: &Batch,
    rows: &[Row],
    until: Instant,
) -> Result<Vec<(u64, RowReport)>, EngineError> {
    let part = Arc::new(driver.render_rows(batch, 0, rows));
    driver.engine.write_rows(part, until).await
}

fn outcome(report: &RowReport) -> (Option<RowOutcome>, Option<Value>) {
    match report {
        RowReport::Done(done) => (Some(done.outcome), done.key.first().cloned().flatten()),
        _ => (None, None),
    }
}

#[tokio::test]
async fn a_part_is_one_request_that_holds_no_value_in_its_text() {
    let answer = reported(json!([[0, 0, 1, 7], [1, 0, 0, 8]]));
    let peer = TdsPeer::start(script().on_sql_containing(WHOLE).reply(answer)).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let before = peer.requests().len();
    let reports = write(&driver, &upsert_parts(), &two(), deadline())
        .await
        .unwrap();
    let reports: Vec<_> = reports.iter().map(|(n, r)| (*n, outcome(r))).collect();
    let done = |outcome, key| (Some(outcome), Some(Value::Int(key)));
    assert_eq!(
        reports,
        [
            (0, done(RowOutcome::Updated, 7)),
            (1, done(RowOutcome::Created, 8))
        ]
    );
    let requests = peer.requests().split_off(before);
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].kind, Kind::Rpc);
    assert!(!requests[0].sql.contains("Bolt"));
    let [first, last, rows] = requests[0].params.as_slice() else {
        panic!("{:?}", requests[0].params)
    };
    assert_eq!(
        (first.as_str(), last.as_str()),
        ("@P1 bigint = 0", "@P2 bigint = 1")
    );
    assert!(
        rows.ends_with(r#"'[[0,0,"A1","Bolt"],[1,0,"B2","Nut"]]'"#),
        "{rows}"
    );
}

#[tokio::test]
async fn bytes_travel_beside_the_text_and_numbers_as_they_are_written() {
    let peer = TdsPeer::start(
        script()
            .on_sql_containing(WHOLE)
            .always(reported(json!([]))),
    )
    .await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let number = |digits: &str| Literal::Number(digits.to_owned());
    let kinds = [
        row(&[
            ("KindId", number("1")),
            ("ABinary", text("AAEC")),
            ("ADecimal", number("12345678901234567890.0000000001")),
            ("AFloat", number("1e300")),
        ]),
        row(&[
            ("KindId", number("2")),
            ("ABinary", text("/w==")),
            ("ADecimal", Literal::Null),
            ("AFloat", Literal::Null),
        ]),
        row(&[("KindId", number("3")), ("ABinary", Literal::Null)]),
    ];
    // The answer is no report of three rows.
    let batch = Batch::upsert("Kinds", &["KindId"]);
    let done = write(&driver, &batch, &kinds, deadline()).await;
    assert!(
        matches!(done, Err(EngineError::Unexpected { .. })),
        "{done:?}"
    );
    let request = asked(&peer, WHOLE).remove(0);
    let [_, _, rows, bytes] = request.params.as_slice() else {
        panic!("{:?}", request.params)
    };
    let sent = r#"'[[0,0,1,1,3,"12345678901234567890.0000000001",1e+300],[1,0,2,4,1,null,null],[2,1,3,null,null,null,null]]'"#;
    assert!(rows.ends_with(sent), "{rows}");
    assert!(bytes.to_ascii_lowercase().ends_with("000102ff"), "{bytes}");
}

#[tokio::test]
async fn a_part_that_was_given_up_is_run_again_as_a_whole_and_is_busy_in_the_end() {
    for fault in [errors::deadlock(), errors::lock_timeout()] {
        let done = reported(json!([[0, 0, 1, 7], [1, 0, 1, 8]]));
        let answers = script().on_sql_containing(WHOLE).reply(fault.clone());
        let answers = answers.then(fault.clone()).then(done).then_always(fault);
        let peer = TdsPeer::start(answers).await;
        let engine = engine_of_one(&peer);
        let driver = Driver::new(&engine).await;
        let written = write(&driver, &upsert_parts(), &two(), deadline()).await;
        assert!(written.is_ok(), "{written:?}");
        let tries = asked(&peer, WHOLE);
        assert_eq!(tries.len(), 3);
        assert!(tries.iter().all(|again| *again == tries[0]));
        let written = write(&driver, &upsert_parts(), &two(), deadline()).await;
        assert_eq!(written, Err(EngineError::Busy));
        assert_eq!(asked(&peer, WHOLE).len(), 3 + 4);
    }
}

#[tokio::test]
async fn a_part_without_an_answer_is_lost_unless_nothing_was_to_be_kept() {
    let cut = script()
        .on_sql_containing(WHOLE)
        .always(Reply::cut_after_commit());
    let peer = TdsPeer::start(cut).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let mut batch = upsert_parts();
    let written = write(&driver, &batch, &two(), deadline()).await;
    assert!(
        matches!(written, Err(EngineError::Lost { .. })),
        "{written:?}"
    );
    batch.keep = false;
    let written = write(&driver, &batch, &two(), deadline()).await;
    assert!(
        matches!(written, Err(EngineError::Unavailable { .. })),
        "{written:?}"
    );
    assert_eq!(asked(&peer, WHOLE).len(), 2);
}

#[tokio::test]
async fn a_part_that_takes_too_long_is_cancelled_and_asked_how_far_it_came() {
    for (far, lost) in [(0, false), (1, true)] {
        let answers = script().on_sql_containing(WHOLE).reply(Reply::stall());
        let peer = TdsPeer::start(answers.on_sql_containing(PROGRESS).reply(progress(far))).await;
        let engine = engine_of_one(&peer);
        let driver = Driver::new(&engine).await;
        let until = Instant::now() + SOON;
        match write(&driver, &upsert_parts(), &two(), until).await {
            Err(EngineError::Lost { .. }) => assert!(lost),
            Err(EngineError::Timeout) => assert!(!lost),
            other => panic!("{other:?}"),
        }
        assert_eq!(peer.counts().attentions, 1);
    }
}

#[tokio::test]
async fn a_row_that_is_there_under_another_key_is_ignored_where_that_is_asked_for() {
    let duplicate = errors::duplicate_key("UNIQUE KEY", "UQ_Parts", "dbo.Parts", "Bolt");
    let peer = TdsPeer::start(script().on_sql_containing(WHOLE).always(duplicate)).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let mut batch = upsert_parts();
    let written = write(&driver, &batch, &two()[..1], deadline()).await;
    assert!(
        matches!(written, Err(EngineError::Unique { .. })),
        "{written:?}"
    );
    batch.action = RowAction::InsertIgnore;
    let written = write(&driver, &batch, &two()[..1], deadline())
        .await
        .unwrap();
    assert_eq!(outcome(&written[0].1), (Some(RowOutcome::Ignored), None));
    // Of two nobody knows which.
    let written = write(&driver, &batch, &two(), deadline()).await;
    assert!(
        matches!(written, Err(EngineError::Unique { .. })),
        "{written:?}"
    );
}

/// A server that takes every step; those that are given come first.
fn taking(first: impl Into<Script>) -> Script {
    let done = reported(json!([[0, 0, 1, 7], [1, 0, 0, 8]]));
    let steps: [(&str, Reply); 7] = [
        (MAKE, Reply::nothing()),
        (STAGE, Reply::nothing()),
        (STEP, undone(0)),
        (REPORT, done),
        (COMMIT, Reply::nothing()),
        (ROLL_BACK, Reply::nothing()),
        (BEGIN, Reply::nothing()),
    ];
    let script: Script = first.into();
    let script = script.on_sql_containing(FORGET).always(Reply::nothing());
    steps
        .into_iter()
        .fold(script.into(), |script: Script, (piece, reply)| {
            script.on_sql_containing(piece).always(reply).into()
        })
}

type Told = (Result<Ending, EngineError>, Vec<(u64, RowReport)>);

async fn together(driver: &Driver<'_>, rows: &[Row], ended: bool, until: Instant) -> Told {
    let (send, feed) = mpsc::channel(2);
    let (reports, mut told) = mpsc::channel(8);
    let part = driver.render_rows(&upsert_parts(), 0, rows);
    send.send(Feed::Rows(part)).await.unwrap();
    if ended {
        send.send(Feed::End).await.unwrap();
    }
    drop(send);
    let work = Together {
        clear: None,
        feed,
        reports,
        keep: true,
        note: None,
    };
    let ending = driver.engine.write_together(work, until).await;
    let mut all = Vec::new();
    while let Some(reports) = told.recv().await {
        all.extend(reports);
    }
    (ending, all)
}

/// The steps that a server was asked for, in order.
fn steps(peer: &TdsPeer) -> Vec<&'static str> {
    let known = [FORGET, MAKE, STAGE, STEP, REPORT, COMMIT, ROLL_BACK, BEGIN];
    let requests = peer.requests();
    let step = |sql: &str| {
        // What makes the table drops one that is left.
        let known = known.iter().skip(usize::from(sql.contains(MAKE)));
        known.copied().find(|piece| sql.contains(piece))
    };
    requests
        .iter()
        .filter_map(|request| step(&request.sql))
        .collect()
}

#[tokio::test]
async fn what_is_written_together_is_staged_first_and_then_one_transaction() {
    let peer = TdsPeer::start(taking(script())).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let (ending, told) = together(&driver, &two(), true, deadline()).await;
    assert_eq!(ending, Ok(Ending::Done));
    let told: Vec<_> = told.iter().map(|(n, r)| (*n, outcome(r).0)).collect();
    let expected = [RowOutcome::Updated, RowOutcome::Created].map(Some);
    assert_eq!(told, [(0, expected[0]), (1, expected[1])]);
    let asked = [MAKE, STAGE, BEGIN, STEP, COMMIT, REPORT, FORGET];
    assert_eq!(steps(&peer), asked);
    // The session is as it was, and used again.
    let (ending, _) = together(&driver, &two(), true, deadline()).await;
    assert_eq!(ending, Ok(Ending::Done));
    assert_eq!(peer.counts().accepted, 1);
}

#[tokio::test]
async fn a_transaction_that_was_given_up_is_begun_anew_without_staging_again() {
    let deadlocks = script().on_sql_containing(STEP).reply(errors::deadlock());
    let at_commit = deadlocks
        .on_sql_containing(COMMIT)
        .reply(errors::deadlock());
    let peer = TdsPeer::start(taking(at_commit)).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let (ending, told) = together(&driver, &two(), true, deadline()).await;
    assert_eq!((ending, told.len()), (Ok(Ending::Done), 2));
    let tries = [
        MAKE, STAGE, BEGIN, STEP, ROLL_BACK, BEGIN, STEP, COMMIT, ROLL_BACK, BEGIN, STEP, COMMIT,
        REPORT,
    ];
    assert_eq!(steps(&peer), tries);
}

#[tokio::test]
async fn a_database_that_always_gives_up_is_busy() {
    let deadlocks = script().on_sql_containing(STEP).always(errors::deadlock());
    let peer = TdsPeer::start(taking(deadlocks)).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let (ending, told) = together(&driver, &two(), true, deadline()).await;
    assert_eq!((ending, told.len()), (Err(EngineError::Busy), 0));
    assert_eq!(asked(&peer, STEP).len(), 4);
    assert!(!steps(&peer).contains(&COMMIT));
}

#[tokio::test]
async fn the_row_at_fault_is_found_and_nothing_is_kept() {
    let refused = refused_by_check();
    let halves = script().on_sql_containing(STEP).reply(refused.clone());
    let halves = halves.then(undone(0)).then(refused);
    let peer = TdsPeer::start(taking(halves)).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let (ending, told) = together(&driver, &two(), true, deadline()).await;
    assert_eq!(ending, Ok(Ending::RolledBack));
    assert!(
        matches!(
            told.as_slice(),
            [(1, RowReport::Failed(EngineError::Check { .. }))]
        ),
        "{told:?}"
    );
    assert!(!steps(&peer).contains(&COMMIT));
    // Whatever the refusals have left in the session goes with it.
    peer.until(|counts| counts.open == 0).await;
}

#[tokio::test]
async fn halves_that_succeed_are_kept() {
    let refused = script().on_sql_containing(STEP).reply(refused_by_check());
    let peer = TdsPeer::start(taking(refused)).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let (ending, told) = together(&driver, &two(), true, deadline()).await;
    assert_eq!((ending, told.len()), (Ok(Ending::Done), 2));
    let ranges: Vec<_> = asked(&peer, STEP)
        .into_iter()
        .map(|step| step.params)
        .collect();
    let range = |first: u32, last: u32| {
        vec![
            format!("@P1 bigint = {first}"),
            format!("@P2 bigint = {last}"),
        ]
    };
    assert_eq!(ranges, [range(0, 1), range(0, 0), range(1, 1)]);
}

#[tokio::test]
async fn a_row_that_cannot_be_done_is_told_and_nothing_is_kept() {
    let update = reported(json!([[0, 0, 1, 7], [1, 0, 2, null]]));
    let answers = script().on_sql_containing(STEP).reply(undone(1));
    let peer = TdsPeer::start(taking(answers.on_sql_containing(REPORT).reply(update))).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let (ending, told) = together(&driver, &two(), true, deadline()).await;
    assert_eq!(ending, Ok(Ending::RolledBack));
    assert!(
        matches!(
            told.as_slice(),
            [(0, RowReport::Done(_)), (1, RowReport::Ambiguous(_))]
        ),
        "{told:?}"
    );
    assert_eq!(steps(&peer), [MAKE, STAGE, BEGIN, STEP, REPORT, ROLL_BACK]);
}

#[tokio::test]
async fn a_feed_without_an_end_begins_no_transaction() {
    let peer = TdsPeer::start(taking(script())).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    let (ending, told) = together(&driver, &two(), false, deadline()).await;
    assert_eq!((ending, told.len()), (Ok(Ending::RolledBack), 0));
    assert_eq!(steps(&peer), [MAKE, STAGE]);
    peer.until(|counts| counts.open == 0).await;
}

#[tokio::test]
async fn only_a_commit_without_an_answer_leaves_the_outcome_open() {
    for (piece, lost) in [
        (STAGE, false),
        (BEGIN, false),
        (STEP, false),
        (COMMIT, true),
        (REPORT, true),
    ] {
        let cut = script()
            .on_sql_containing(piece)
            .reply(Reply::cut_after_commit());
        let peer = TdsPeer::start(taking(cut)).await;
        let engine = engine_of_one(&peer);
        let driver = Driver::new(&engine).await;
        let (ending, told) = together(&driver, &two(), true, deadline()).await;
        assert!(told.is_empty());
        match ending {
            Err(EngineError::Lost { .. }) => assert!(lost, "{piece}"),
            Err(EngineError::Unavailable { .. }) => assert!(!lost, "{piece}"),
            other => panic!("{piece}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_transaction_that_takes_too_long_is_over_and_its_connection_closed() {
    for (piece, far, lost) in [(STEP, 0, false), (COMMIT, 0, false), (COMMIT, 1, true)] {
        let stalled = script().on_sql_containing(piece).reply(Reply::stall());
        let stalled = stalled.on_sql_containing(PROGRESS).reply(progress(far));
        let peer = TdsPeer::start(taking(stalled)).await;
        let engine = engine_of_one(&peer);
        let driver = Driver::new(&engine).await;
        let (ending, told) = together(&driver, &two(), true, Instant::now() + SOON).await;
        assert!(told.is_empty());
        match ending {
            Err(EngineError::Lost { .. }) => assert!(lost, "{piece}"),
            Err(EngineError::Timeout) => assert!(!lost, "{piece}"),
            other => panic!("{piece}: {other:?}"),
        }
        peer.until(|counts| counts.open == 0).await;
    }
}

/// What ends while the rows are staged belongs to none of them yet.
#[tokio::test]
async fn a_row_that_the_server_refuses_before_any_is_written_is_named() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    let text = "Arithmetic overflow error converting expression to data type decimal.";
    let overflow = || Reply::from(errors::error(8115, 16, 2, text));
    let done = reported(json!([[0, 0, 0, 8]]));
    let answers = script()
        .on_sql_containing(WHOLE)
        .reply(overflow())
        .then(done)
        .then(overflow())
        .on_sql_containing(MAKE)
        .always(Reply::nothing())
        .on_sql_containing(STAGE)
        .always(overflow());
    peer.play(answers);
    let rows = json!([{"Code": "A1", "Name": "Bolt"}, {"Code": "B2", "Name": "Nut"}]);
    let body = json!({"Key": "Code", "AllOrNone": true, "Rows": rows});
    let answer = service.post("Parts/UpsertMany", body).await;
    let told = answer.json();
    assert_eq!(told["TotalFailed"], 1, "{answer:?}");
    let failed: Vec<_> = told["Results"].as_array().unwrap().iter().collect();
    let failed: Vec<_> = failed
        .iter()
        .filter(|row| row["Status"] == "Failed")
        .collect();
    assert_eq!(failed.len(), 1, "{answer:?}");
    assert_eq!(
        (&failed[0]["Index"], &failed[0]["Code"]),
        (&json!(1), &json!("value_does_not_fit")),
        "{answer:?}"
    );
    // They were tried, and nothing of that was to stay.
    for tried in asked(&peer, WHOLE) {
        assert!(!tried.sql.contains(COMMIT), "{tried}");
    }
}
