//! The service's own tables: how they are made, and what is kept in them.

use std::time::{Duration, Instant};

use upsertd::{
    domain::credential::{ClientRecord, RevokedToken},
    engine::Engine,
};

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn client(id: &str, version: i64) -> ClientRecord {
    ClientRecord {
        id: id.to_owned(),
        secret: Some("$argon2id$…".to_owned()),
        former: None,
        rights: "{}".to_owned(),
        app_tokens: "[]".to_owned(),
        generation: 0,
        revoked: false,
        created_at: 1,
        changed_at: 1,
        version,
    }
}

pub async fn each_migration_runs_once_whoever_else_starts(engine: &dyn Engine) {
    let store = engine.store();
    let missing = store.missing(soon()).await.unwrap();
    let (one, other) = tokio::join!(store.migrate(soon()), store.migrate(soon()));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!([one, other].concat(), missing);
    assert_eq!(store.missing(soon()).await, Ok(Vec::new()));
    let tables = engine.load_tables(soon()).await.unwrap();
    assert!(
        !tables.iter().any(|table| table.name.is_own()),
        "nothing of the service's own is seen"
    );
}

pub async fn a_client_is_written_by_whoever_knows_its_last_version(engine: &dyn Engine) {
    let store = engine.store();
    store.migrate(soon()).await.unwrap();
    assert_eq!(store.save_client(&client("erp", 0), soon()).await, Ok(true));
    assert_eq!(
        store.save_client(&client("erp", 0), soon()).await,
        Ok(false),
        "there is one already"
    );
    // Ids are compared by the letter.
    assert_eq!(store.save_client(&client("ERP", 0), soon()).await, Ok(true));
    let changes = store.access_changes(0, soon()).await.unwrap();
    let mut known = changes.clients.into_iter().find(|c| c.id == "erp").unwrap();
    assert_eq!(known, client("erp", known.version));

    known.former = Some(("old".to_owned(), 77));
    known.secret = None;
    known.revoked = true;
    assert_eq!(store.save_client(&known, soon()).await, Ok(true));
    assert_eq!(
        store.save_client(&known, soon()).await,
        Ok(false),
        "it has another version by now"
    );
    let later = store.access_changes(changes.version, soon()).await.unwrap();
    assert_eq!(later.clients.len(), 1, "{later:?}");
    let read = &later.clients[0];
    assert_eq!(read.former, Some(("old".to_owned(), 77)));
    assert_eq!((&read.secret, read.revoked), (&None, true));
    let nothing = store.access_changes(later.version, soon()).await.unwrap();
    assert_eq!((nothing.clients, nothing.revoked), (vec![], vec![]));
}

pub async fn a_withdrawn_token_is_known_until_it_would_have_expired(engine: &dyn Engine) {
    let store = engine.store();
    store.migrate(soon()).await.unwrap();
    let token = |id: &str, until| RevokedToken {
        id: id.to_owned(),
        until,
    };
    for withdrawn in [token("a", 100), token("b", 200), token("a", 100)] {
        store.revoke_token(&withdrawn, soon()).await.unwrap();
    }
    let changes = store.access_changes(0, soon()).await.unwrap();
    assert_eq!(changes.revoked, [token("a", 100), token("b", 200)]);
    store.prune_revoked(150, soon()).await.unwrap();
    let changes = store.access_changes(0, soon()).await.unwrap();
    assert_eq!(changes.revoked, [token("b", 200)]);
}
