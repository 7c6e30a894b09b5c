//! Keys that are refused, in the words of each API, and requests that come while the first still runs.

use std::time::Duration;

use super::{MAKING, Making, ask, count, is_replayed, is_the_same, server, server_on};
use crate::support::{Answer, Database, Server, Sql};

/// What an API says: its own code, and all of its text.
fn told(answer: &Answer) -> (String, String) {
    let body = answer.json();
    let first = body.get(0).unwrap_or(&body);
    let code = ["errorCode", "code"]
        .iter()
        .find_map(|key| first[key].as_str());
    let text = ["message", "Message", "error"]
        .iter()
        .find_map(|key| first[key].as_str());
    let text = text.unwrap_or_else(|| panic!("{answer:?}"));
    (code.unwrap_or_default().to_owned(), text.to_owned())
}

/// One request of each API, and its words for each refusal: another request, no key.
fn apis() -> [(&'static Making, [&'static str; 2]); 4] {
    [
        (&MAKING[0], ["", ""]),
        (&MAKING[3], ["", ""]),
        (
            &MAKING[4],
            ["idempotency_key_reused", "idempotency_key_invalid"],
        ),
        (&MAKING[6], ["DUPLICATE_VALUE", "INVALID_INPUT"]),
    ]
}

#[tokio::test]
async fn a_key_is_for_one_request_alone() {
    let server = server().await;
    for (number, (making, [code, _])) in apis().into_iter().enumerate() {
        let key = &format!("k{number}");
        assert!(making.send(&server, key, "A").await.status < 300);
        let other = making.send(&server, key, "B").await;
        assert_eq!(
            (other.status, other.header("x-error-code")),
            (422, "idempotency_key_reused"),
            "{other:?}"
        );
        let (said, text) = told(&other);
        assert_eq!(said, code);
        assert!(text.contains("another key"), "{text}");
        assert!(!is_replayed(&other));
        let path = format!("{}?x=1", making.path);
        let query = server.request(making.method.clone(), &path);
        let query = query.json(&(making.body)("A"));
        assert_eq!(ask(query, key).await.status, 422, "{path}");
        // The first is still what it was.
        assert!(is_replayed(&making.send(&server, key, "A").await));
    }
    assert_eq!(count(&server, "B").await, 0);
}

#[tokio::test]
async fn what_is_no_key_is_refused_and_nothing_is_done() {
    let server = server().await;
    let longer = "k".repeat(256);
    for (making, [_, code]) in apis() {
        for key in ["\"", "a b", "a, b", "\"\"", longer.as_str()] {
            let answer = making.send(&server, key, "A").await;
            assert_eq!(
                (answer.status, answer.header("x-error-code")),
                (400, "idempotency_key_invalid"),
                "{key} {answer:?}"
            );
            assert_eq!(told(&answer).0, code, "{answer:?}");
        }
        let twice = making.request(&server, "A").header("idempotency-key", "a");
        assert_eq!(ask(twice, "b").await.status, 400);
    }
    assert_eq!(count(&server, "A").await, 0);
}

#[tokio::test]
async fn nobody_is_told_of_keys() {
    let server = server().await;
    for (making, _) in apis() {
        making.send(&server, "k", "A").await;
        let url = format!("{}{}", server.base, making.path);
        for (key, code) in [("k", "A"), ("k", "B"), ("\"", "A")] {
            let request = server.http.request(making.method.clone(), &url);
            let request = request.json(&(making.body)(code));
            let with = ask(request.try_clone().unwrap(), key).await;
            let without = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(with.status, without.status, "{with:?}");
            assert!(!is_replayed(&with), "{with:?}");
            let code = |answer: &Answer| answer.header("x-error-code").to_owned();
            assert_eq!(code(&with), code(&without));
        }
    }
}

/// Sends a request twice while the database is locked: one of them is refused, the other waits for the lock.
async fn twice_at_once(server: &Server, making: &Making, key: &str) -> (Answer, Answer) {
    let mut holder = server.session().await;
    holder.execute("BEGIN IMMEDIATE").await;
    let send = || Box::pin(making.send(server, key, "A"));
    let first = futures_util::future::select(send(), send()).await;
    let (refused, running) = first.factor_first();
    holder.execute("COMMIT").await;
    (refused, running.await)
}

#[tokio::test]
async fn a_repetition_that_comes_while_the_first_runs_is_refused_at_once() {
    let patient = |config: &mut upsertd::config::Config| {
        config.database.busy_timeout = Duration::from_secs(14);
    };
    let server = server_on(Database::embedded(), patient).await;
    for (number, (making, _)) in apis().into_iter().enumerate() {
        let key = format!("k{number}");
        let before = count(&server, "A").await;
        let (refused, first) = twice_at_once(&server, making, &key).await;
        assert_eq!(
            (refused.status, refused.header("x-error-code")),
            (409, "idempotency_in_progress"),
            "{refused:?}"
        );
        assert_eq!(refused.header("retry-after"), "1");
        assert!(told(&refused).1.contains("still runs"), "{refused:?}");
        assert!(first.status < 300, "{first:?}");
        is_the_same(&making.send(&server, &key, "A").await, &first);
        assert_eq!(count(&server, "A").await, before + 1);
    }
}

#[tokio::test]
async fn a_request_that_could_not_be_made_is_made_when_it_is_repeated() {
    let server = server_on(Database::embedded(), |config| {
        config.database.busy_timeout = Duration::from_millis(20);
    })
    .await;
    for (number, (making, _)) in apis().into_iter().enumerate() {
        let key = format!("k{number}");
        let before = count(&server, "A").await;
        let mut holder = server.session().await;
        holder.execute("BEGIN IMMEDIATE").await;
        let failed = making.send(&server, &key, "A").await;
        // Salesforce tells it of each record by itself.
        assert!(failed.status >= 500, "{failed:?}");
        holder.execute("COMMIT").await;
        let made = making.send(&server, &key, "A").await;
        assert!(made.status < 300 && !is_replayed(&made), "{made:?}");
        assert_eq!(count(&server, "A").await, before + 1);
    }
}

#[tokio::test]
async fn of_many_at_once_one_acts() {
    let server = server().await;
    let sent = (0..16).map(|_| MAKING[0].send(&server, "k", "A"));
    let answers = futures_util::future::join_all(sent).await;
    let of = |status: u16| answers.iter().filter(|a| a.status == status).count();
    assert_eq!(of(200) + of(409), 16, "{answers:?}");
    assert!(of(200) > 0);
    assert_eq!(
        answers
            .iter()
            .filter(|a| a.status == 200 && !is_replayed(a))
            .count(),
        1
    );
    assert_eq!(count(&server, "A").await, 1);
}

#[tokio::test]
async fn an_answer_that_was_too_long_to_be_kept_is_gone_and_nothing_is_done() {
    let server = server().await;
    let first = MAKING[0].send(&server, "k", "A").await;
    assert_eq!(first.status, 200, "{first:?}");
    let gone = Sql {
        sqlite: "UPDATE upsertd_idempotency SET headers = replace(headers, '\"plain\"', '\"gone\"'), body = x''",
        mssql: "UPDATE dbo.upsertd_idempotency SET headers = REPLACE(headers, '\"plain\"', '\"gone\"'), body = 0x",
    };
    server.execute(gone).await;
    let repeated = MAKING[0].send(&server, "k", "A").await;
    repeated.fails(
        409,
        "idempotency_answer_gone",
        &["was done", "nothing was done now"],
    );
    assert_eq!(repeated.header("retry-after"), "");
    assert_eq!(count(&server, "A").await, 1);
}
