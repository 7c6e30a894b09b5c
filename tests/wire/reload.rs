//! The tables are read again without a request that fails.

use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::support::{Server, tuple};

#[tokio::test]
async fn a_new_column_is_noticed_by_itself() {
    let table = "CREATE TABLE t (a int)";
    let server = Server::with_tables_and(table, &["t"], |config| {
        config.database.reload = Some(Duration::from_millis(50));
    })
    .await;
    let body = json!({"Tuples": [tuple("a", 1)]});
    assert_eq!(server.post("t", "Add", body).await.status, 200);
    server.execute("ALTER TABLE t ADD b int").await;
    let noticed = async {
        while server.rows("t", json!({})).await != [json!({"a": 1, "b": null})] {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(30), noticed).await.unwrap();
}
