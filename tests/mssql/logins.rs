//! Who the service says that it is, and a server that does not let it in.

use futures_util::future::join_all;
use serde_json::json;
use upsertd::engine::{
    Engine as _, EngineError,
    mssql::{MssqlAddress, MssqlEngine, MssqlOptions},
};

use crate::{
    driver::deadline,
    service::Service,
    setup::{DATABASE, PASSWORD, USER, engine, script, url},
    tds::{Identity, LoginReply, Script, TdsPeer, errors, tokens::Message},
};

async fn ping(address: MssqlAddress) -> Result<(), EngineError> {
    let engine = MssqlEngine::new(MssqlOptions::new(address));
    engine.ping(deadline()).await
}

#[tokio::test]
async fn a_login_has_the_addresses_parts_and_the_programs_name() {
    let peer = TdsPeer::start(script()).await;
    engine(&peer).ping(deadline()).await.unwrap();
    let [login] = &peer.logins()[..] else {
        panic!("one login: {:?}", peer.logins());
    };
    assert_eq!(
        [&login.user, &login.password, &login.database],
        [USER, PASSWORD, DATABASE]
    );
    assert_eq!(login.app_name, "upsertd");
    assert!(!login.read_only);
}

#[tokio::test]
async fn another_name_and_the_intent_to_read_only_are_said() {
    let peer = TdsPeer::start(script()).await;
    let more = "encrypt=plaintext&application_name=order%20desk&application_intent=readonly";
    let address = url("127.0.0.1", peer.port(), more);
    ping(address.parse().unwrap()).await.unwrap();
    let login = &peer.logins()[0];
    assert_eq!(login.app_name, "order desk");
    assert!(login.read_only);
}

#[tokio::test]
async fn a_connection_string_says_the_same_as_a_url() {
    let identity = Identity::new("localhost");
    let peer = TdsPeer::start_encrypted(script(), &identity).await;
    // The driver takes ASCII alone here.
    let password = "pa$$;w0rd@/=";
    let address = format!(
        "Server=tcp:127.0.0.1,{};Database={DATABASE};User Id={USER};Password='{password}';\
         Application Name=order desk;ApplicationIntent=ReadOnly;TrustServerCertificate=true",
        peer.port()
    );
    ping(address.parse().unwrap()).await.unwrap();
    let login = &peer.logins()[0];
    assert_eq!(
        [&login.user, &login.password, &login.database],
        [USER, password, DATABASE]
    );
    assert_eq!(login.app_name, "order desk");
    assert!(login.read_only && login.encrypted);
}

fn refusals() -> [Message; 2] {
    [errors::login_failed(USER), errors::no_database(DATABASE)]
}

#[tokio::test]
async fn who_is_not_let_in_has_no_database() {
    let tried = refusals().map(async |refusal| {
        let said = format!("{} {}", refusal.number, refusal.text);
        let peer = TdsPeer::start(Script::new().with_login(LoginReply::Refuse(refusal))).await;
        let refused = engine(&peer).ping(deadline()).await;
        assert_eq!(refused, Err(EngineError::Unavailable { detail: said }));
    });
    join_all(tried).await;
}

#[tokio::test]
async fn a_server_that_hangs_up_at_the_login_is_not_there() {
    let peer = TdsPeer::start(Script::new().with_login(LoginReply::Cut)).await;
    let refused = engine(&peer).ping(deadline()).await;
    assert!(
        matches!(refused, Err(EngineError::Unavailable { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_service_whose_login_was_revoked_is_not_ready_and_says_nothing_of_why() {
    let tried = refusals().map(async |refusal| {
        let peer = TdsPeer::start(script()).await;
        let service = Service::on(&peer).await;
        // The connections that it has are ended too.
        peer.go_down();
        peer.until(|counts| counts.open == 0).await;
        peer.play(script().with_login(LoginReply::Refuse(refusal)));
        peer.come_back();
        let (ready, upserted) = tokio::join!(service.ready(), service.upsert());
        for answer in [ready, upserted] {
            answer.fails(503, "database_unavailable", &["the log says why"]);
            assert_eq!(answer.header("retry-after"), "1");
            for told in [USER, DATABASE, "login", "Login"] {
                assert!(!answer.text.contains(told), "'{told}' in {answer:?}");
            }
        }
        peer.play(script());
        assert_eq!(service.ready().await.json(), json!({"status": "ready"}));
    });
    join_all(tried).await;
}
