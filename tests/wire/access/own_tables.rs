//! The service's own tables are nobody's to see, to name or to change.

use reqwest::Method;
use serde_json::{Value, json};
use upsertd::{
    catalog::{AllTables, Catalog, Serving},
    domain::Actions,
};

use crate::support::{Answer, Server};

async fn everything() -> Server {
    Server::with_tables_and(
        "CREATE TABLE own (id int NOT NULL PRIMARY KEY, name varchar(20))",
        &[],
        |config| {
            config.serving.all_tables = Some(AllTables {
                actions: Actions::all(),
                passwords: Vec::new(),
                caller_keys: true,
                create: true,
            });
            config.datasette.database = Some("data".to_owned());
        },
    )
    .await
}

#[tokio::test]
async fn no_api_shows_or_finds_them_though_every_table_is_served() {
    let server = everything().await;
    for path in [
        "/CSSAPI/V2/EntityList",
        "/data.json",
        "/api/views.json",
        "/services/data/v59.0/sobjects",
        "/openapi.json",
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert!(answer.text.to_lowercase().contains("own"), "{path}");
        assert!(!answer.text.to_lowercase().contains("upsertd_"), "{path}");
    }
    for name in [
        "upsertd_clients",
        "UPSERTD_CLIENTS",
        "dbo.upsertd_clients",
        "upsertd_migrations",
    ] {
        for (method, path) in [
            (Method::POST, format!("/CSSAPI/V2/{name}/Schema")),
            (Method::GET, format!("/data/{name}.json")),
            (Method::GET, format!("/resource/{name}.json")),
            (
                Method::GET,
                format!("/services/data/v59.0/sobjects/{name}/describe"),
            ),
        ] {
            let answer = server.request(method, &path).send().await.unwrap();
            assert_eq!(answer.status(), 404, "{path}");
        }
    }
}

#[tokio::test]
async fn nobody_makes_renames_or_drops_one() {
    let server = everything().await;
    let post = async |path: &str, body: Value| {
        let request = server.request(Method::POST, path).json(&body);
        Answer::of(request.send().await.unwrap()).await
    };
    for name in ["upsertd_log", "Upsertd_Clients"] {
        let columns = json!([{"name": "id", "type": "integer"}]);
        let made = post("/data/-/create", json!({"table": name, "columns": columns})).await;
        assert_eq!(made.status, 400, "{made:?}");
        let rename = json!({"operations": [{"op": "rename_table", "args": {"to": name}}]});
        let renamed = post("/data/own/-/alter", rename).await;
        assert_eq!(renamed.status, 400, "{renamed:?}");
        let dropped = post(&format!("/data/{name}/-/drop"), json!({"confirm": true})).await;
        assert_eq!(dropped.status, 404, "{dropped:?}");
    }
}

#[tokio::test]
async fn a_declaration_does_not_reach_one_in_any_case() {
    let server = everything().await;
    let tables = {
        let settings = server.database.settings();
        let engine = upsertd::app::open_engine(&settings).await.unwrap();
        engine.load_tables(super::soon()).await.unwrap()
    };
    let mut own = tables[0].clone();
    for name in ["upsertd_clients", "UPSERTD_Clients"] {
        own.name = upsertd::domain::Name::parse(name).unwrap();
        let declared = Serving {
            journal: upsertd::domain::Keeping::Off,
            declared: vec![upsertd::catalog::Declaration {
                name: upsertd::domain::Name::parse("clients").unwrap(),
                display: None,
                table: Some("upsertd_clients".to_owned()),
                actions: Actions::all(),
                passwords: Vec::new(),
                read_only: Vec::new(),
                keys: upsertd::domain::entity_keys::KeyDeclaration::default(),
                dataset: upsertd::domain::dataset::DatasetDeclaration::default(),
                journal: None,
            }],
            all_tables: None,
        };
        let built = Catalog::build(&[tables[0].clone(), own.clone()], &declared);
        let refused = built.unwrap_err();
        assert!(
            refused[0]
                .to_string()
                .contains("no table 'upsertd_clients'"),
            "{refused:?}"
        );
    }
}
