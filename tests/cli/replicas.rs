//! Several processes on one database file behave as one.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::Serving;

async fn token(http: &reqwest::Client, serving: &Serving) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "demo"),
        ("client_secret", "demo-secret"),
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_upserts_of_one_missing_key_over_three_processes_make_one_row() {
    let folder = TempDir::new().unwrap();
    let dir = folder.path().join("demo");
    let processes = [start(&dir), start(&dir), start(&dir)];
    let http = reqwest::Client::new();
    // One token for all: they share the folder's key.
    let token = token(&http, &processes[0]).await;
    for round in 0..4 {
        let name = format!("Racer {round}");
        let upserts = (0..64).map(|i| {
            let url = format!("{}/CSSAPI/V2/tblCustomers/Upsert", processes[i % 3].url);
            let body = json!({
                // VendorName has no unique key: nothing but the service keeps a second row out.
                "Tuples": [{"Name": "VendorName", "Value": name}, {"Name": "CreditUsed", "Value": i}],
                "Clause": format!("VendorName = '{name}'"),
            });
            let request = http.post(url).bearer_auth(&token).json(&body);
            async move {
                let response = request.send().await.unwrap();
                let status = response.status().as_u16();
                (status, response.json::<Value>().await.unwrap())
            }
        });
        let answers = futures_util::future::join_all(upserts).await;
        let inserted = answers
            .iter()
            .filter(|(_, a)| a["Message"] == "Success")
            .count();
        let updated = answers
            .iter()
            .filter(|(_, a)| a["TotalAffected"] == 1)
            .count();
        assert_eq!((inserted, updated), (1, 63), "{answers:?}");
    }
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
