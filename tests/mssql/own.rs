//! The service's own tables on a server: what makes them, what is asked of them, and what happens without them.

use serde_json::json;
use upsertd::{
    domain::credential::{ClientRecord, RevokedToken},
    engine::Engine as _,
};

use crate::{
    driver::deadline,
    service::Service,
    setup::{MIGRATIONS, asked, beginning, engine_of_one, script},
    tds::{Column, Kind, Reply, ResultSet, Script, TdsPeer},
};

const CREATE: &str = "CREATE TABLE dbo.upsertd_clients";

fn client() -> ClientRecord {
    ClientRecord {
        id: "crm".to_owned(),
        secret: Some("$argon2id$hash".to_owned()),
        former: None,
        rights: "{}".to_owned(),
        app_tokens: "[]".to_owned(),
        generation: 0,
        revoked: false,
        created_at: 1,
        changed_at: 2,
        version: 0,
    }
}

/// A server that lets in, answers what begins a migration and commits it, and has had these.
fn having(numbers: &[u32]) -> Script {
    let rows: Vec<_> = numbers.iter().map(|number| json!([number])).collect();
    Script::new()
        .on_sql_containing("SET LANGUAGE us_english")
        .always(Reply::nothing())
        .on_sql_containing("SELECT number FROM dbo.upsertd_migrations")
        .always(Reply::rows([Column::new("number", "int")], json!(rows)))
        .on_sql_containing("sp_getapplock")
        .always(Reply::nothing())
        .on_sql_containing("COMMIT TRANSACTION")
        .always(Reply::nothing())
        .into()
}

#[tokio::test]
async fn what_is_missing_is_made_in_one_transaction_and_noted() {
    let peer = TdsPeer::start(
        having(&[])
            .on_sql_containing("upsertd_")
            .always(Reply::nothing()),
    )
    .await;
    let engine = engine_of_one(&peer);
    let ran = engine.store().migrate(deadline()).await.unwrap();
    assert_eq!(ran[0].name, "access");
    let texts: Vec<String> = peer.requests().into_iter().map(|r| r.sql).collect();
    let at = |piece: &str| texts.iter().position(|text| text.contains(piece)).unwrap();
    let order = [
        at("BEGIN TRANSACTION"),
        at(CREATE),
        at("INSERT INTO dbo.upsertd_migrations"),
        at("COMMIT TRANSACTION"),
    ];
    assert!(order.is_sorted(), "{texts:?}");
    assert!(
        !texts.iter().any(|text| text.contains("\nGO\n")),
        "{texts:?}"
    );
}

#[tokio::test]
async fn a_migration_that_fails_is_not_committed_and_one_that_was_run_is_not_run_again() {
    let peer = TdsPeer::start(
        having(&[])
            .on_sql_containing(CREATE)
            .reply(Reply::error(
                262,
                14,
                1,
                "CREATE TABLE permission denied in database 'stock'.",
            ))
            .on_sql_containing("upsertd_")
            .always(Reply::nothing()),
    )
    .await;
    let engine = engine_of_one(&peer);
    assert!(engine.store().migrate(deadline()).await.is_err());
    assert_eq!(asked(&peer, "COMMIT TRANSACTION").len(), 0);

    let all: Vec<u32> = (1..10).collect();
    let peer = TdsPeer::start(having(&all)).await;
    let engine = engine_of_one(&peer);
    assert_eq!(engine.store().migrate(deadline()).await, Ok(Vec::new()));
    assert_eq!(asked(&peer, CREATE).len(), 0);
}

#[tokio::test]
async fn clients_and_withdrawn_tokens_are_read_and_written_as_parameters() {
    let text = |name: &str| Column::nullable(name, "nvarchar(max)");
    let number = |name: &str| Column::nullable(name, "bigint");
    let columns = [
        text("id"),
        text("secret_hash"),
        text("former_hash"),
        number("former_until"),
        text("rights"),
        text("app_tokens"),
        number("generation"),
        Column::new("revoked", "bit"),
        number("created_at"),
        number("changed_at"),
        number("version"),
    ];
    let row = json!([[
        "crm",
        "$argon2id$hash",
        null,
        null,
        "{}",
        "[]",
        0,
        false,
        1,
        2,
        6
    ]]);
    let changes = Reply::results([
        ResultSet::new([number("version")], json!([[7]])),
        ResultSet::new(columns, row),
        ResultSet::new([text("token_id"), number("until")], json!([["t1", 99]])),
    ]);
    let peer = TdsPeer::start(
        beginning()
            .on_sql_containing("WHERE version > @P1")
            .always(changes)
            .on_sql_containing("INSERT INTO dbo.upsertd_clients")
            .reply(Reply::rows([Column::new("written", "int")], json!([[1]])))
            .then(Reply::rows([Column::new("written", "int")], json!([[0]])))
            .on_sql_containing("INSERT INTO dbo.upsertd_revoked")
            .always(Reply::nothing()),
    )
    .await;
    let engine = engine_of_one(&peer);
    let store = engine.store();
    let read = store.access_changes(5, deadline()).await.unwrap();
    assert_eq!(read.version, 7);
    assert_eq!(
        read.clients,
        [ClientRecord {
            version: 6,
            ..client()
        }]
    );
    let token = RevokedToken {
        id: "t1".to_owned(),
        until: 99,
    };
    assert_eq!(read.revoked, std::slice::from_ref(&token));
    assert_eq!(store.save_client(&client(), deadline()).await, Ok(true));
    assert_eq!(store.save_client(&client(), deadline()).await, Ok(false));
    store.revoke_token(&token, deadline()).await.unwrap();
    for request in peer
        .requests()
        .iter()
        .filter(|r| r.sql.contains("dbo.upsertd_"))
    {
        assert_eq!(request.kind, Kind::Rpc);
        for value in ["crm", "argon2", "t1"] {
            assert!(!request.sql.contains(value), "{}", request.sql);
        }
    }
}

#[tokio::test]
async fn without_them_the_service_runs_with_its_configured_clients_and_withdraws_nothing() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    assert_eq!(asked(&peer, MIGRATIONS).len(), 1);
    let answer = service.revoke(&service.token).await;
    answer.fails(503, "database_unavailable", &[]);
    assert!(!answer.text.contains("upsertd_"), "{answer:?}");
    // What needs no withdrawing can be answered.
    assert_eq!(service.revoke("no token").await.status, 200);
}
