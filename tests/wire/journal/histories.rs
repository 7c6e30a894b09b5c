//! Random histories of several clients by several APIs: undone in reverse, the table is as it was at the start.

use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{ask_as, client, everything, grant, undo, vendors};
use crate::support::{Server, tuple};

/// Something that a client asks for.
#[derive(Debug, Clone)]
enum Deed {
    Upsert(usize, u8),
    UpdateMany(u8),
    Add(usize, u8),
    Batch(Vec<(usize, u8, bool)>),
    Replace(Vec<(usize, u8)>),
    Patch(usize, u8),
    InsertRows(Vec<(usize, u8)>),
}

const CODES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn deed() -> impl Strategy<Value = Deed> {
    let row = || (0..CODES.len(), any::<u8>());
    let rows = || prop::collection::vec(row(), 1..4);
    let doomed = (0..CODES.len(), any::<u8>(), any::<bool>());
    prop_oneof![
        row().prop_map(|(code, n)| Deed::Upsert(code, n)),
        any::<u8>().prop_map(Deed::UpdateMany),
        row().prop_map(|(code, n)| Deed::Add(code, n)),
        prop::collection::vec(doomed, 1..5).prop_map(Deed::Batch),
        rows().prop_map(Deed::Replace),
        row().prop_map(|(code, n)| Deed::Patch(code, n)),
        rows().prop_map(Deed::InsertRows),
    ]
}

impl Deed {
    /// Does it; gives the id of the request.
    async fn run(&self, server: &Server, who: &str) -> String {
        let city = |n: &u8| format!("City {}", n % 5);
        let row = |(code, n): &(usize, u8)| json!({"code": CODES[*code], "city": city(n), "rate": f64::from(*n) / 3.0});
        let path = |operation: &str| format!("/CSSAPI/V2/vendor/{operation}");
        let (method, path, body) = match self {
            Self::Upsert(code, n) => {
                let code = CODES[*code];
                let body = json!({
                    "Tuples": [tuple("code", code), tuple("name", n.to_string())],
                    "Clause": format!("code = '{code}'"),
                });
                (Method::POST, path("Upsert"), body)
            }
            Self::UpdateMany(n) => {
                let body = json!({
                    "Tuples": [tuple("city", city(n))],
                    "Clause": format!("rate > {} OR rate IS NULL", n / 4),
                });
                (Method::POST, path("Update"), body)
            }
            Self::Add(code, n) => {
                let body = json!({"Tuples": [tuple("code", CODES[*code]), tuple("rate", *n)]});
                (Method::POST, path("Add"), body)
            }
            Self::Batch(rows) => {
                let row = |(code, n, doomed): &(usize, u8, bool)| {
                    let mut row = row(&(*code, *n));
                    if *doomed {
                        row[":deleted"] = json!(true);
                    }
                    row
                };
                let rows: Value = rows.iter().map(row).collect();
                (Method::POST, "/resource/vendor.json".to_owned(), rows)
            }
            Self::Replace(rows) => {
                let rows: Value = rows.iter().map(row).collect();
                (Method::PUT, "/resource/vendor.json".to_owned(), rows)
            }
            Self::Patch(code, n) => {
                let path = format!("/services/data/v59.0/sobjects/vendor/code/{}", CODES[*code]);
                (Method::PATCH, path, json!({"city": city(n)}))
            }
            Self::InsertRows(rows) => {
                let rows: Value = rows.iter().map(row).collect();
                (
                    Method::POST,
                    "/data/vendor/-/insert".to_owned(),
                    json!({"rows": rows, "ignore": true}),
                )
            }
        };
        let answer = ask_as(server, who, method, &path, &body).await;
        assert!(answer.status < 500, "{self:?}: {answer:?}");
        answer.header("x-log-id").to_owned()
    }
}

#[tokio::test]
async fn a_history_undone_in_reverse_gives_back_the_start() {
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRunner::deterministic().new_rng());
    let server = vendors(|config| {
        config.serving.declared[0].passwords.clear();
        let all = ["view", "add", "edit", "delete"];
        client(config, "one", &[grant(&all)]);
        client(config, "two", &[grant(&all)]);
    })
    .await;
    let start = everything(&server).await;
    for round in 0..12 {
        let history = prop::collection::vec((deed(), any::<bool>()), 3..12);
        let history = history.new_tree(&mut runner).unwrap().current();
        let mut ids = Vec::new();
        for (deed, first) in &history {
            ids.push(deed.run(&server, if *first { "one" } else { "two" }).await);
        }
        for (id, deed) in ids.iter().zip(&history).rev() {
            let undone = undo(&server, id).await;
            // Of what was refused there is nothing to undo.
            let fine = undone.status == 200 || undone.header("x-error-code") == "unknown_log_id";
            assert!(fine, "round {round}: {deed:?} of {history:?}: {undone:?}");
        }
        assert_eq!(
            everything(&server).await,
            start,
            "round {round}: {history:?}"
        );
    }
}
