//! TLS between the service and its server: on by default, and with a certificate that an authority vouches for.

use std::{fs, path::Path};

use futures_util::future::join_all;
use tempfile::TempDir;
use upsertd::engine::{
    Engine as _, EngineError,
    mssql::{MssqlAddress, MssqlEngine, MssqlOptions},
};

use crate::{
    driver::{Driver, deadline},
    setup::{UPDATED, WRITE, report, script, upsert, url},
    tds::{Identity, TdsPeer},
};

const FILE: &str = "authority.pem";

/// A folder with the authority's certificate in [`FILE`].
fn folder(identity: &Identity) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE), identity.authority_pem()).unwrap();
    folder
}

fn trusting(host: &str, peer: &TdsPeer, folder: &Path, more: &str) -> MssqlAddress {
    let parameters = format!("ca_file={FILE}{more}");
    let address: MssqlAddress = url(host, peer.port(), &parameters).parse().unwrap();
    address.within(folder)
}

fn engine(address: MssqlAddress) -> MssqlEngine {
    MssqlEngine::new(MssqlOptions::new(address))
}

/// Why nobody is let in.
async fn refusal(address: MssqlAddress) -> String {
    match engine(address).ping(deadline()).await {
        Err(EngineError::Unavailable { detail }) => detail,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_the_authority_vouches_for_is_spoken_to() {
    let identity = Identity::new("localhost");
    let folder = folder(&identity);
    let answers = script().on_sql_containing(WRITE).reply(report(1, 1, 7));
    let peer = TdsPeer::start_encrypted(answers, &identity).await;
    let engine = engine(trusting("localhost", &peer, folder.path(), ""));
    assert_eq!(upsert(&Driver::new(&engine).await).await, UPDATED);
    assert!(peer.logins()[0].encrypted);
}

#[tokio::test]
async fn the_name_in_the_certificate_can_be_another() {
    let identity = Identity::new("db.example");
    let folder = folder(&identity);
    let peer = TdsPeer::start_encrypted(script(), &identity).await;
    let more = "&hostname_in_certificate=db.example";
    let address = trusting("127.0.0.1", &peer, folder.path(), more);
    engine(address).ping(deadline()).await.unwrap();

    let address = trusting("127.0.0.1", &peer, folder.path(), "");
    refusal(address).await;
    assert_eq!(peer.logins().len(), 1);
}

#[tokio::test]
async fn a_server_that_another_authority_vouches_for_hears_no_password() {
    let peer = TdsPeer::start_encrypted(script(), &Identity::new("localhost")).await;
    let stranger = folder(&Identity::new("localhost"));
    let stranger = trusting("localhost", &peer, stranger.path(), "");
    // Nor does one that no authority of this machine knows.
    let unknown = url("localhost", peer.port(), "").parse().unwrap();
    tokio::join!(refusal(stranger), refusal(unknown));
    assert!(peer.logins().is_empty());
}

#[tokio::test]
async fn who_says_so_trusts_any_certificate() {
    let peer = TdsPeer::start_encrypted(script(), &Identity::new("elsewhere.example")).await;
    let address = url("localhost", peer.port(), "trust_server_certificate=true");
    let engine = engine(address.parse().unwrap());
    engine.ping(deadline()).await.unwrap();
    assert!(peer.logins()[0].encrypted);
}

#[tokio::test]
async fn a_server_without_encryption_is_refused_unless_the_address_asks_for_it() {
    let peer = TdsPeer::start(script()).await;
    let parameters = ["", "encrypt=true", "trust_server_certificate=true"];
    let tried = parameters.map(async |parameters| {
        let address = url("localhost", peer.port(), parameters);
        let why = refusal(address.parse().unwrap()).await;
        assert!(why.contains("encryption"), "{why}");
    });
    join_all(tried).await;
    assert!(peer.logins().is_empty());
    let address = url("localhost", peer.port(), "encrypt=plaintext");
    let engine = engine(address.parse().unwrap());
    engine.ping(deadline()).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let peer = TdsPeer::start_encrypted(script(), &Identity::new("localhost")).await;
    let nowhere = tempfile::tempdir().unwrap();
    let why = refusal(trusting("localhost", &peer, nowhere.path(), "")).await;
    assert!(why.contains(FILE), "{why}");
}
