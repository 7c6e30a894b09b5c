//! TLS: a client that trusts the authority gets in, one that does not stays out.

use std::fs;

use tiberius::{Config, EncryptionLevel, error::Error};

use super::tds::{Identity, Reply, Script, TdsPeer};
use super::{config, connect, one, run};

/// A client's settings that trust the authority of `identity`, and the folder that its file is in.
fn trusting(port: u16, identity: &Identity) -> (Config, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    fs::write(&file, identity.authority_pem()).unwrap();
    let mut config = config(port);
    config.host("localhost");
    config.encryption(EncryptionLevel::Required);
    config.trust_cert_ca(file.to_str().unwrap());
    (config, folder)
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_gets_in() {
    let identity = Identity::new("localhost");
    let script = Script::new()
        .on_sql_containing("X")
        .always(one())
        .on_sql("cut")
        .reply(Reply::cut_after_commit());
    let peer = TdsPeer::start_encrypted(script, &identity).await;
    let (config, _folder) = trusting(peer.port(), &identity);
    let mut client = connect(config).await.unwrap();
    // Longer than a record and than a packet.
    let sql = format!("X {}", "y".repeat(50_000));
    for _ in 0..2 {
        assert_eq!(run(&mut client, &sql).await.unwrap().len(), 1);
    }
    assert!(peer.logins()[0].encrypted);
    assert!(run(&mut client, "cut").await.is_err());
}

#[tokio::test]
async fn another_authority_or_name_is_refused() {
    let identity = Identity::new("localhost");
    let peer = TdsPeer::start_encrypted(Script::new(), &identity).await;
    let (stranger, _folder) = trusting(peer.port(), &Identity::new("localhost"));
    let error = connect(stranger).await.unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error}");

    let elsewhere = Identity::new("elsewhere.example");
    let peer = TdsPeer::start_encrypted(Script::new(), &elsewhere).await;
    let (config, _folder) = trusting(peer.port(), &elsewhere);
    let error = connect(config).await.unwrap_err();
    assert!(matches!(error, Error::Tls(_)), "{error}");
    assert!(peer.logins().is_empty());
}

#[tokio::test]
async fn a_client_that_wants_encryption_is_not_let_in_without() {
    let peer = TdsPeer::start(Script::new()).await;
    let mut config = config(peer.port());
    config.encryption(EncryptionLevel::Required);
    let error = connect(config).await.unwrap_err();
    assert!(matches!(error, Error::Protocol(_)), "{error}");
    assert!(peer.logins().is_empty());
}

#[tokio::test]
async fn a_client_without_encryption_is_let_in() {
    let identity = Identity::new("localhost");
    let peer = TdsPeer::start_encrypted(Script::new(), &identity).await;
    connect(config(peer.port())).await.unwrap();
    assert!(!peer.logins()[0].encrypted);
}
