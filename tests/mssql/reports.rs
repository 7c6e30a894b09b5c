//! What a write's script reports, and what triggers put in front of it.

use serde_json::json;
use upsertd::{
    domain::{Value, WriteOutcome},
    engine::EngineError,
};

use crate::{
    driver::{Driver, text},
    service::Service,
    setup::{UPDATED, WRITE, add, engine_of_one, report, report_columns, script, update, upsert},
    tds::{Column, Reply, ResultSet, Script, TdsPeer},
};

fn answering(reply: Reply) -> Script {
    script().on_sql_containing(WRITE).always(reply).into()
}

#[tokio::test]
async fn the_outcome_is_what_the_script_reports() {
    let inserted = |key: i64| {
        let generated = Some(Value::Int(key));
        Ok(WriteOutcome::Inserted { generated })
    };
    let peer = TdsPeer::start(script()).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;

    peer.play(answering(report(1, 1, 7)));
    assert_eq!(upsert(&driver).await, UPDATED);
    assert_eq!(update(&driver).await, UPDATED);
    peer.play(answering(report(0, 1, i64::from(i32::MAX))));
    assert_eq!(upsert(&driver).await, inserted(i64::from(i32::MAX)));
    assert_eq!(add(&driver).await, inserted(i64::from(i32::MAX)));
    peer.play(answering(report(0, 0, json!(null))));
    let none = Ok(WriteOutcome::Updated { affected: 0 });
    assert_eq!(update(&driver).await, none);
    // Without what an insert needs, an upsert that finds nothing writes nothing.
    let values = [("Name", text("Bolt"))];
    let done = driver.upsert("Parts", &values, "Name = 'Screw'", true);
    assert_eq!(done.await, Ok(WriteOutcome::NoMatch));
    peer.play(answering(report(2, 0, json!(null))));
    let done = driver.upsert("Parts", &values, "Name = 'Screw'", false);
    assert_eq!(done.await, Ok(WriteOutcome::TooMany { matched: 2 }));
}

#[tokio::test]
async fn rows_that_a_trigger_returns_are_passed_over() {
    let columns = || [Column::nullable("who", "nvarchar(20)")];
    let before = [
        ResultSet::new(columns(), json!([["a trigger"], ["and its second row"]])),
        ResultSet::changed(3),
        ResultSet::new(columns(), json!([])),
        // What looks like a report is none unless it comes last.
        ResultSet::new(report_columns(), json!([[5, 5, 5]])),
    ];
    let own = ResultSet::new(report_columns(), json!([[1, 1, 7]]));
    let mut sets = before.to_vec();
    sets.push(own);
    let peer = TdsPeer::start(answering(Reply::results(sets))).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    assert_eq!(upsert(&driver).await, UPDATED);
    assert_eq!(upsert(&driver).await, UPDATED);
    assert_eq!(peer.counts().accepted, 1);
}

#[tokio::test]
async fn another_number_of_rows_than_was_to_be_written_is_a_triggers_doing() {
    let peer = TdsPeer::start(script()).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    // One matched and none or two were written; none matched and none or two were inserted.
    for (matched, affected) in [(1, 0), (1, 2), (0, 0), (0, 2)] {
        peer.play(answering(report(matched, affected, 7)));
        let done = upsert(&driver).await;
        assert!(
            matches!(done, Err(EngineError::Trigger { .. })),
            "{matched} {affected}: {done:?}"
        );
    }
    peer.play(answering(report(0, 0, json!(null))));
    let done = add(&driver).await;
    assert!(matches!(done, Err(EngineError::Trigger { .. })), "{done:?}");

    let service = Service::on(&peer).await;
    peer.play(answering(report(1, 0, 7)));
    let answer = service.upsert().await;
    answer.fails(409, "trigger_refused", &["nothing was written"]);
}

#[tokio::test]
async fn no_report_or_another_one_is_a_defect() {
    let one = |value| Reply::rows([Column::nullable("n", "int")], json!([[value]]));
    let null = Reply::rows(report_columns(), json!([[null, null, null]]));
    let empty = Reply::rows(report_columns(), json!([]));
    for reply in [Reply::nothing(), Reply::changed(1), empty, one(1), null] {
        let peer = TdsPeer::start(answering(reply)).await;
        let engine = engine_of_one(&peer);
        let done = upsert(&Driver::new(&engine).await).await;
        assert!(
            matches!(done, Err(EngineError::Unexpected { .. })),
            "{done:?}"
        );
    }
}
