//! Tables that have changed since they were read: the server says so, they are read again, and the request is
//! tried on what they are now.

use serde_json::json;

use crate::{
    described::{PARTS_COLUMNS, SQL_SERVER, describe},
    service::{Service, tuple},
    setup::{CATALOG, GET, WRITE, asked, report, script, script_of},
    tds::{Column, Reply, TdsPeer, errors, tokens::Message},
};

fn gone() -> [Message; 2] {
    [
        errors::error(208, 16, 1, "Invalid object name 'dbo.Parts'."),
        errors::error(207, 16, 1, "Invalid column name 'Name'."),
    ]
}

/// The tables after `Name` was renamed to `Title`.
fn renamed() -> Reply {
    let mut columns = PARTS_COLUMNS.to_vec();
    columns[2].0 = "Title";
    describe(SQL_SERVER, &columns)
}

#[tokio::test]
async fn what_is_gone_for_a_moment_is_tried_again() {
    for fault in gone() {
        let peer = TdsPeer::start(script()).await;
        let service = Service::on(&peer).await;
        let answers = script().on_sql_containing(WRITE);
        peer.play(answers.reply(fault).then(report(1, 1, 7)));
        let done = json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null});
        service.upsert().await.is(&done);
        assert_eq!(asked(&peer, WRITE).len(), 2);
        assert_eq!(asked(&peer, CATALOG).len(), 2);
    }
}

#[tokio::test]
async fn a_read_is_tried_again_as_well() {
    let [fault, _] = gone();
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    let name = Reply::rows(
        [Column::nullable("Name", "nvarchar(50)")],
        json!([["Bolt"]]),
    );
    let answers = script().on_sql_containing(GET);
    peer.play(answers.reply(fault).then(name));
    service.get().await.is(&json!([{"Name": "Bolt"}]));
    assert_eq!(asked(&peer, CATALOG).len(), 2);
}

#[tokio::test]
async fn a_request_is_held_against_the_tables_as_they_are_now() {
    let [_, fault] = gone();
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    peer.play(script_of(renamed()).on_sql_containing(WRITE).reply(fault));
    let answer = service.upsert().await;
    answer.fails(400, "unknown_column", &["'Name'"]);
    assert_eq!(asked(&peer, WRITE).len(), 1);
}

#[tokio::test]
async fn a_column_that_has_come_is_found() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    let answers = script_of(renamed()).on_sql_containing(WRITE);
    peer.play(answers.reply(report(1, 1, 7)));
    let body = json!({"Tuples": [tuple("Title", "Bolt")], "Clause": "Code = 'A1'"});
    let done = json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null});
    service.post("Parts/Update", body).await.is(&done);
}

#[tokio::test]
async fn what_stays_gone_though_the_tables_have_it_is_the_databases_own_fault() {
    for fault in gone() {
        let peer = TdsPeer::start(script()).await;
        let service = Service::on(&peer).await;
        let text = fault.text.clone();
        peer.play(script().on_sql_containing(WRITE).always(fault));
        let answer = service.upsert().await;
        answer.fails(500, "schema_broken", &["view or a trigger"]);
        assert!(!answer.text.contains(&text), "{answer:?}");
        assert_eq!(asked(&peer, WRITE).len(), 2);
        assert_eq!(asked(&peer, CATALOG).len(), 2);
    }
}
