//! Duplicate keys. An upsert that found no row and then met one has lost a race: it is run once more, and finds
//! the row. Whoever meant to insert hears of the conflict.

use upsertd::engine::EngineError;

use crate::{
    driver::{Driver, text},
    setup::{UPDATED, WRITE, add, asked, engine_of_one, report, script, update, upsert},
    tds::{TdsPeer, errors, tokens::Message},
};

fn duplicates() -> [Message; 2] {
    [
        errors::duplicate_in_index("dbo.Parts", "UQ_Parts_Code", "A1"),
        errors::duplicate_key("UNIQUE KEY", "UQ_Parts_Code", "dbo.Parts", "A1"),
    ]
}

fn conflict() -> EngineError {
    EngineError::Unique {
        constraint: Some("UQ_Parts_Code".to_owned()),
        columns: Vec::new(),
    }
}

#[tokio::test]
async fn an_upsert_that_lost_a_race_is_run_once_more() {
    for duplicate in duplicates() {
        let answers = script().on_sql_containing(WRITE);
        let answers = answers.reply(duplicate).then(report(1, 1, 7));
        let peer = TdsPeer::start(answers).await;
        let engine = engine_of_one(&peer);
        assert_eq!(upsert(&Driver::new(&engine).await).await, UPDATED);
        let tries = asked(&peer, WRITE);
        assert!(tries.len() == 2 && tries[0] == tries[1], "{tries:?}");
    }
}

#[tokio::test]
async fn an_upsert_is_not_run_a_third_time() {
    for duplicate in duplicates() {
        let peer = TdsPeer::start(script().on_sql_containing(WRITE).always(duplicate)).await;
        let engine = engine_of_one(&peer);
        let done = upsert(&Driver::new(&engine).await).await;
        assert_eq!(done, Err(conflict()));
        assert_eq!(asked(&peer, WRITE).len(), 2);
    }
}

#[tokio::test]
async fn a_lost_race_leaves_the_retries_untouched() {
    let [duplicate, _] = duplicates();
    let answers = script()
        .on_sql_containing(WRITE)
        .reply(errors::deadlock())
        .then(duplicate)
        .then(errors::deadlock())
        .then(errors::deadlock())
        .then(report(1, 1, 7));
    let peer = TdsPeer::start(answers).await;
    let engine = engine_of_one(&peer);
    assert_eq!(upsert(&Driver::new(&engine).await).await, UPDATED);
}

#[tokio::test]
async fn whoever_adds_or_updates_hears_of_the_conflict_at_once() {
    for duplicate in duplicates() {
        let peer = TdsPeer::start(script().on_sql_containing(WRITE).always(duplicate)).await;
        let engine = engine_of_one(&peer);
        let driver = Driver::new(&engine).await;
        assert_eq!(add(&driver).await, Err(conflict()));
        assert_eq!(asked(&peer, WRITE).len(), 1);
        assert_eq!(update(&driver).await, Err(conflict()));
        assert_eq!(asked(&peer, WRITE).len(), 2);
        // An upsert that lacks what an insert needs can only update.
        let values = [("Name", text("Bolt"))];
        let done = driver.upsert("Parts", &values, "Name = 'Screw'", false);
        assert_eq!(done.await, Err(conflict()));
        assert_eq!(asked(&peer, WRITE).len(), 3);
    }
}
