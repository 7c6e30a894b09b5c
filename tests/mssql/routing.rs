//! Servers that send on to another one.

use upsertd::engine::{Engine as _, EngineError};

use crate::{
    driver::{Driver, deadline},
    setup::{UPDATED, WRITE, asked, engine, report, script, upsert},
    tds::{LoginReply, Script, TdsPeer},
};

#[tokio::test]
async fn the_service_goes_where_it_is_sent() {
    let answers = script().on_sql_containing(WRITE).reply(report(1, 1, 7));
    let home = TdsPeer::start(answers).await;
    let onward = LoginReply::route("127.0.0.1", home.port());
    let middle = TdsPeer::start(Script::new().with_login(onward)).await;
    let onward = LoginReply::route("127.0.0.1", middle.port());
    let gateway = TdsPeer::start(Script::new().with_login(onward)).await;

    let engine = engine(&gateway);
    assert_eq!(upsert(&Driver::new(&engine).await).await, UPDATED);
    assert_eq!(asked(&home, WRITE).len(), 1);
    // The gateways have heard nothing but the login, which is the same everywhere.
    for peer in [&gateway, &middle] {
        assert_eq!((peer.messages(), peer.counts().open), (0, 0));
        assert_eq!(peer.logins()[0].password, home.logins()[0].password);
    }
}

#[tokio::test]
async fn a_circle_of_redirects_ends() {
    let peer = TdsPeer::start(Script::new()).await;
    let home = LoginReply::route("127.0.0.1", peer.port());
    peer.play(Script::new().with_login(home));
    let lost = engine(&peer).ping(deadline()).await;
    let Err(EngineError::Unavailable { detail }) = lost else {
        panic!("{lost:?}");
    };
    assert!(detail.contains("redirects in a circle"), "{detail}");
    assert_eq!(peer.logins().len(), 4);
}
