//! Several processes on one database behave as one.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    mssql_server::{OwnDatabase, print_skipped},
    process::{Serving, example},
};

pub async fn token(http: &reqwest::Client, serving: &Serving, id: &str, secret: &str) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", secret),
    ];
    let request = http
        .post(format!("{}/oauth/token", serving.url))
        .form(&form);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

fn start(dir: &Path) -> Serving {
    Serving::demo(dir, &[])
}

/// Upserts the same missing key 64 times over, through one process after the other, in four rounds.
/// What is answered with a code that `again` takes is sent again, as its caller would.
async fn race(processes: &[Serving], token: &str, again: impl Fn(&str) -> bool) {
    let http = &reqwest::Client::new();
    for round in 0..4 {
        let name = format!("Racer {round}");
        let upserts = (0..64).map(|i| {
            let url = format!("{}/CSSAPI/V2/tblCustomers/Upsert", processes[i % 3].url);
            let body = json!({
                // VendorName has no unique key: nothing but the service keeps a second row out.
                "Tuples": [{"Name": "VendorName", "Value": name}, {"Name": "CreditUsed", "Value": i}],
                "Clause": format!("VendorName = '{name}'"),
            });
            let again = &again;
            async move {
                loop {
                    let request = http.post(&url).bearer_auth(token).json(&body);
                    let response = request.send().await.unwrap();
                    let code = response.headers().get("x-error-code");
                    let code = code.map_or(String::new(), |c| c.to_str().unwrap().to_owned());
                    if !again(&code) {
                        return response.json::<Value>().await.unwrap();
                    }
                }
            }
        });
        let answers = futures_util::future::join_all(upserts).await;
        let inserted = answers.iter().filter(|a| a["Message"] == "Success").count();
        let updated = answers.iter().filter(|a| a["TotalAffected"] == 1).count();
        assert_eq!((inserted, updated), (1, 63), "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_upserts_of_one_missing_key_over_three_processes_make_one_row() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("demo");
    let processes = [start(&dir), start(&dir), start(&dir)];
    // One token for all: they share the folder's key.
    let token = token(
        &reqwest::Client::new(),
        &processes[0],
        "demo",
        "demo-secret",
    )
    .await;
    race(&processes, &token, |_| false).await;
    for serving in processes {
        assert_eq!(serving.stop().0, Some(0));
    }
    let database = rusqlite::Connection::open(dir.join("demo.db")).unwrap();
    let rows: i64 = database
        .query_row(
            "SELECT COUNT(*) FROM tblCustomers WHERE VendorName LIKE 'Racer %'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(rows, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_processes_on_a_sql_server_make_one_row_too() {
    let Some(database) = OwnDatabase::create().await else {
        print_skipped();
        return;
    };
    let (folder, file) = example();
    let own = folder.path().join("upsertd-demo");
    Serving::demo(&own, &["--database", &database.url]).stop();
    let start = || Serving::on_server(&file, &database);
    let processes = [start(), start(), start()];
    let token = token(&reqwest::Client::new(), &processes[0], "me", "pass").await;
    race(&processes, &token, |code| match code {
        // Whoever finds no connection free in time is turned away; on a slow machine somebody is.
        "overloaded" => true,
        // Babelfish, which ignores lock hints, has all but one of those at it begin anew, and again.
        "database_busy" => database.is_babelfish(),
        _ => false,
    })
    .await;
    for serving in processes {
        assert_eq!(serving.stop().0, Some(0));
    }
    let rows = "SELECT COUNT(*) FROM tblCustomers WHERE VendorName LIKE N'Racer %'";
    assert_eq!(database.session().await.numbers(rows).await, [4]);
}
