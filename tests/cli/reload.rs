//! SIGHUP has the tables read again.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    mssql_server::{OwnDatabase, print_skipped},
    process::{Serving, client, example, upsertd},
};

/// Asks for the columns of the vendors until one is among them; says whether it came to that.
async fn comes_to_have(serving: &Serving, column: &str) -> bool {
    let http = reqwest::Client::new();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "me"),
        ("client_secret", "pass"),
    ];
    let asked = http.post(format!("{}/oauth/token", serving.url));
    let answer: Value = asked
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let token = answer["access_token"].as_str().unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        let url = format!("{}/CSSAPI/V2/tblCustomers/Schema", serving.url);
        let asked = http.post(url).bearer_auth(token).send().await.unwrap();
        let columns: Vec<Value> = asked.json().await.unwrap();
        if columns.iter().any(|known| known["Name"] == *column) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

#[tokio::test]
async fn a_hang_up_signal_shows_a_new_column_of_a_file() {
    let (folder, file) = example();
    let mut command = upsertd(&["serve", "--config"]);
    command
        .arg(&file)
        .env("UPSERTD__SERVER__LISTEN", "127.0.0.1:0")
        .env("UPSERTD__DATABASE__RELOAD_SECONDS", "0")
        .env("UPSERTD__AUTH__CLIENTS", client());
    let serving = Serving::start(command);
    let database = folder.path().join("upsertd-demo/demo.db");
    let beside = rusqlite::Connection::open(database).unwrap();
    let add = "ALTER TABLE tblCustomers ADD Fax varchar(30)";
    beside.execute_batch(add).unwrap();
    serving.signal("-HUP");
    assert!(comes_to_have(&serving, "Fax").await);
    assert_eq!(serving.stop().0, Some(0));
}

#[tokio::test]
async fn a_hang_up_signal_shows_a_new_column_of_a_server() {
    let Some(database) = OwnDatabase::create().await else {
        print_skipped();
        return;
    };
    let (folder, file) = example();
    let own = folder.path().join("upsertd-demo");
    Serving::demo(&own, &["--database", &database.url]).stop();
    let serving = Serving::on_server(&file, &database);
    let add = "ALTER TABLE tblCustomers ADD Fax varchar(30)";
    database.execute(add).await;
    serving.signal("-HUP");
    assert!(comes_to_have(&serving, "Fax").await);
    assert_eq!(serving.stop().0, Some(0));
}
