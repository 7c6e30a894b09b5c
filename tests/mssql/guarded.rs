//! Writes with preconditions: one session looks at the row, writes and commits, however the server takes it.

use serde_json::{Value as Json, json};

use crate::{
    answer::Answer,
    service::{self, Service},
    setup::{report, script},
    tds::{Column, Kind, Reply, Request, Script, TdsPeer, errors},
};

/// In the texts of what is asked, the write's own first: it has the others in it.
const WRITE: &str = "BEGIN TRY";
const BEGIN: &str = "0x00;\nBEGIN TRANSACTION";
const LOOK: &str = "SELECT TOP (@P1) 1 AS x";
const COMMIT: &str = "COMMIT TRANSACTION";
const ROLL_BACK: &str = "ROLLBACK TRANSACTION";
const LEVEL: &str = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;";

const PIECES: [&str; 6] = [WRITE, BEGIN, LOOK, COMMIT, ROLL_BACK, LEVEL];

const PRESENT: [(&str, &str); 1] = [("if-match", "*")];
const ABSENT: [(&str, &str); 1] = [("if-none-match", "*")];

fn found(rows: Json) -> Reply {
    Reply::rows([Column::nullable("x", "int")], rows)
}

/// What answers a guarded write, piece by piece.
struct Answers {
    write: Reply,
    begin: Reply,
    look: Reply,
    commit: Reply,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            write: report(1, 1, Json::Null),
            begin: Reply::nothing(),
            look: found(json!([[1]])),
            commit: Reply::nothing(),
        }
    }
}

impl From<Answers> for Script {
    fn from(answers: Answers) -> Self {
        script()
            .on_sql_containing(WRITE)
            .always(answers.write)
            .on_sql_containing(BEGIN)
            .always(answers.begin)
            .on_sql_containing(LOOK)
            .always(answers.look)
            .on_sql_containing(COMMIT)
            .always(answers.commit)
            .on_sql_containing(ROLL_BACK)
            .always(Reply::nothing())
            .on_sql(LEVEL)
            .always(Reply::nothing())
            .into()
    }
}

/// Sends an upsert; the answer, and what the server was asked for it.
async fn upsert(answers: impl Into<Script>, headers: &[(&str, &str)]) -> (Answer, Vec<Request>) {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    peer.play(answers);
    let before = peer.requests().len();
    let answer = service.post_with("Parts/Upsert", headers, service::upsert());
    let answer = answer.await;
    (answer, peer.requests().split_off(before))
}

/// Which pieces the server was asked, in order.
fn pieces(requests: &[Request]) -> Vec<&'static str> {
    let piece = |request: &Request| PIECES.iter().find(|piece| request.sql.contains(**piece));
    requests.iter().filter_map(piece).copied().collect()
}

#[tokio::test]
async fn the_row_is_locked_looked_at_and_written_in_one_transaction() {
    let (answer, requests) = upsert(Answers::default(), &PRESENT).await;
    answer.is(&json!({"TotalAffected": 1, "TotalFailed": 0, "Message": null}));
    assert_eq!(pieces(&requests), [BEGIN, LOOK, WRITE, COMMIT, LEVEL]);
    let look = &requests[1];
    assert_eq!(look.kind, Kind::Rpc);
    assert!(look.sql.contains("WITH (UPDLOCK, SERIALIZABLE)"), "{look}");
    assert!(!look.sql.contains("A1"), "{look}");
}

#[tokio::test]
async fn what_does_not_hold_is_rolled_back_before_the_write_is_sent() {
    let many = Answers {
        look: found(json!([[1], [1]])),
        ..Answers::default()
    };
    let none = Answers {
        look: found(json!([])),
        ..Answers::default()
    };
    for (answers, headers) in [
        (Answers::default(), ABSENT),
        (many, PRESENT),
        (none, PRESENT),
    ] {
        let (answer, requests) = upsert(answers, &headers).await;
        answer.fails(412, "precondition_failed", &["nothing was written"]);
        assert_eq!(pieces(&requests), [BEGIN, LOOK, ROLL_BACK, LEVEL]);
    }
}

#[tokio::test]
async fn a_transaction_that_the_server_gives_up_is_looked_at_anew() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    let answers = script()
        .on_sql_containing(WRITE)
        .reply(errors::deadlock())
        .then(report(1, 1, Json::Null))
        .on_sql_containing(BEGIN)
        .always(Reply::nothing())
        .on_sql_containing(LOOK)
        .always(found(json!([[1]])))
        .on_sql_containing(COMMIT)
        .always(Reply::nothing())
        .on_sql(LEVEL)
        .always(Reply::nothing());
    peer.play(answers);
    let before = peer.requests().len();
    let answer = service.post_with("Parts/Upsert", &PRESENT, service::upsert());
    assert_eq!(answer.await.status, 200);
    let requests = peer.requests().split_off(before);
    let asked: Vec<_> = pieces(&requests);
    assert_eq!(
        asked,
        [BEGIN, LOOK, WRITE, BEGIN, LOOK, WRITE, COMMIT, LEVEL]
    );
    // The session of the first was closed: nobody knows what is left of its transaction.
    assert_eq!(peer.counts().accepted, 2);
}

#[tokio::test]
async fn nothing_but_the_commit_leaves_the_outcome_unknown() {
    let cut = || Reply::cut_after_commit();
    let begin = Answers {
        begin: cut(),
        ..Answers::default()
    };
    let look = Answers {
        look: cut(),
        ..Answers::default()
    };
    let write = Answers {
        write: cut(),
        ..Answers::default()
    };
    for answers in [begin, look, write] {
        let (answer, _) = upsert(answers, &PRESENT).await;
        answer.fails(503, "database_unavailable", &["nothing was written"]);
    }
    let commit = Answers {
        commit: cut(),
        ..Answers::default()
    };
    let (answer, _) = upsert(commit, &PRESENT).await;
    answer.fails(500, "outcome_unknown", &["read the row"]);
}

#[tokio::test]
async fn a_write_that_passed_over_its_row_is_rolled_back() {
    let passed_over = Answers {
        write: report(1, 0, Json::Null),
        ..Answers::default()
    };
    let (answer, requests) = upsert(passed_over, &PRESENT).await;
    answer.fails(409, "trigger_refused", &[]);
    assert_eq!(pieces(&requests)[..4], [BEGIN, LOOK, WRITE, ROLL_BACK]);
}
