//! Making tables, a right on every entity or on none.

use reqwest::Method;
use serde_json::json;
use upsertd::{access::GrantSpec, catalog::AllTables, domain::Actions};

use super::{only, words};
use crate::support::{Answer, Database, Server};

#[tokio::test]
async fn a_table_is_made_only_by_who_has_the_right_on_every_entity() {
    let grant = |entity: &str, allow: &[&str]| GrantSpec {
        entities: words(&[entity]),
        allow: words(allow),
        ..GrantSpec::default()
    };
    let usual = ["view", "add", "edit", "delete", "alter", "drop"];
    for (create, status) in [
        (grant("*", &[]), 403),
        (grant("other", &["create"]), 403),
        (grant("*", &["create"]), 201),
    ] {
        let sql = "CREATE TABLE other (id INTEGER PRIMARY KEY)";
        let database = Database::embedded();
        let server = Server::tables_on(database, sql.into(), &[], |config| {
            config.datasette.database = Some("data".to_owned());
            config.serving.all_tables = Some(AllTables {
                actions: Actions::all(),
                passwords: Vec::new(),
                caller_keys: true,
                create: true,
            });
            only(config, &[grant("*", &usual), create]);
        })
        .await;
        let body = json!({"table": "made", "row": {"id": 1}});
        let request = server.request(Method::POST, "/data/-/create").json(&body);
        let made = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(made.status, status, "{made:?}");
        let there = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'made'";
        let there = server.session().await.numbers(there).await;
        assert_eq!(there, [i64::from(status == 201)], "{made:?}");
    }
}
