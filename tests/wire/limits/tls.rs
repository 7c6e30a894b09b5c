//! TLS without a proxy, with a certificate that is renewed while the service runs.

use std::{fs, path::Path, sync::Arc, time::Duration};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName},
    },
};
use upsertd::{
    config::Config,
    server::{Bounds, TlsFiles},
};

use super::{until_closed, until_said};
use crate::support::{Answer, CLIENT, SECRET, Server};

const NAME: &str = "api.example.com";

/// A certificate and its key, each in PEM, and the certificate as such.
fn certificate() -> (String, String, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([NAME.to_owned()]).unwrap();
    (cert.pem(), signing_key.serialize_pem(), cert.der().clone())
}

fn files(folder: &Path) -> TlsFiles {
    TlsFiles {
        certificate: folder.join("certificate.pem"),
        key: folder.join("key.pem"),
        reload: Duration::from_millis(5),
    }
}

async fn serve(folder: &Path) -> Server {
    Server::demo_with(|config| config.server.tls = Some(files(folder))).await
}

/// A connection of one that trusts this certificate alone.
async fn connect(
    server: &Server,
    trusted: &CertificateDer<'static>,
) -> std::io::Result<TlsStream<tokio::net::TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let stream = server.connect().await;
    connector
        .connect(ServerName::try_from(NAME).unwrap(), stream)
        .await
}

#[tokio::test]
async fn the_service_speaks_tls_by_itself_and_nothing_else_then() {
    let folder = TempDir::new().unwrap();
    let (certificate, key, _) = certificate();
    fs::write(folder.path().join("certificate.pem"), certificate).unwrap();
    fs::write(folder.path().join("key.pem"), key).unwrap();
    let server = serve(folder.path()).await;
    let answer = server.get("/CSSAPI/V2/EntityList").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("strict-transport-security")
            .starts_with("max-age=")
    );
    // Whoever speaks no TLS hears nothing of the API.
    let mut plain = server.connect().await;
    plain
        .write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    let heard = until_closed(&mut plain).await;
    assert!(!heard.contains("HTTP/1.1"), "{heard}");
}

/// The demo over TLS; its files go with the folder.
async fn over_tls(change: impl FnOnce(&mut Config)) -> (Server, TempDir) {
    let folder = TempDir::new().unwrap();
    let (certificate, key, _) = certificate();
    fs::write(folder.path().join("certificate.pem"), certificate).unwrap();
    fs::write(folder.path().join("key.pem"), key).unwrap();
    let server = Server::demo_with(|config| {
        config.server.tls = Some(files(folder.path()));
        change(config);
    })
    .await;
    (server, folder)
}

#[tokio::test]
async fn a_secret_is_taken_over_tls() {
    let (server, _folder) = over_tls(|config| {
        // A proxy that passes TLS on tells where it comes from, and no scheme.
        config.server.proxies.networks = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let request = server
        .http
        .get(format!("{}/resource/abcd-efgh.json", server.base));
    let request = request
        .header("x-forwarded-for", "192.0.2.1")
        .basic_auth(CLIENT, Some(SECRET));
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 404, "{answer:?}");
}

#[tokio::test]
async fn whoever_came_over_tls_is_led_back_over_it() {
    let (server, _folder) = over_tls(|config| {
        config.datasette.database = Some("data".to_owned());
    })
    .await;
    assert!(server.base.starts_with("https://"));
    let page = server.get("/data/tblCustomers.json?_size=1").await;
    let next = page.json()["next_url"].as_str().unwrap().to_owned();
    assert!(next.starts_with(&server.base), "{next}");
    let form = [
        ("grant_type", "password"),
        ("username", CLIENT),
        ("password", SECRET),
    ];
    let url = format!("{}/services/oauth2/token", server.base);
    let token = Answer::of(server.http.post(url).form(&form).send().await.unwrap()).await;
    let token = token.json();
    assert_eq!(token["instance_url"], server.base.as_str(), "{token}");
}

#[tokio::test]
async fn a_renewed_certificate_is_served_and_a_broken_one_is_not() {
    let folder = TempDir::new().unwrap();
    let (first, first_key, first_der) = certificate();
    let (second, second_key, second_der) = certificate();
    let certificate_file = folder.path().join("certificate.pem");
    let key_file = folder.path().join("key.pem");
    fs::write(&certificate_file, first).unwrap();
    fs::write(&key_file, first_key).unwrap();
    let server = serve(folder.path()).await;
    let mut kept = connect(&server, &first_der).await.unwrap();
    // The certificate without its key, as between the writing of one file and the other; then with it.
    fs::write(&certificate_file, &second).unwrap();
    assert!(connect(&server, &first_der).await.is_ok());
    fs::write(&key_file, &second_key).unwrap();
    while connect(&server, &second_der).await.is_err() {}
    assert!(connect(&server, &first_der).await.is_err());
    // What is open stays open.
    kept.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        .await
        .unwrap();
    until_said(&mut kept, "live").await;
    fs::write(&certificate_file, "no certificate").unwrap();
    fs::remove_file(&key_file).unwrap();
    for _ in 0..20 {
        assert!(connect(&server, &second_der).await.is_ok());
    }
}

fn bounds() -> Bounds {
    let time = Duration::from_secs(1);
    Bounds {
        head: time,
        idle: time,
        stall: time,
        head_bytes: 8192,
        connections: 1,
        shutdown: time,
    }
}

#[tokio::test]
async fn a_service_without_a_usable_certificate_does_not_start() {
    let folder = TempDir::new().unwrap();
    let (certificate_pem, key, _) = certificate();
    let (_, other_key, _) = certificate();
    for (certificate_text, key_text, words) in [
        (None, None, "cannot read"),
        (
            Some("nothing"),
            Some(key.as_str()),
            "holds no certificate in PEM",
        ),
        (
            Some(certificate_pem.as_str()),
            Some("nothing"),
            "holds no private key",
        ),
        (
            Some(certificate_pem.as_str()),
            Some(other_key.as_str()),
            "cannot be used with the key",
        ),
    ] {
        for (file, text) in [("certificate.pem", certificate_text), ("key.pem", key_text)] {
            if let Some(text) = text {
                fs::write(folder.path().join(file), text).unwrap();
            }
        }
        let server = upsertd::server::Server::bind("127.0.0.1:0", bounds())
            .await
            .unwrap();
        let refused = server
            .with_tls(files(folder.path()))
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains(words), "{refused}");
    }
}

#[tokio::test]
async fn whether_a_service_with_tls_is_ready_can_be_asked_on_its_machine() {
    let folder = TempDir::new().unwrap();
    let (certificate, key, _) = certificate();
    fs::write(folder.path().join("certificate.pem"), certificate).unwrap();
    fs::write(folder.path().join("key.pem"), key).unwrap();
    let server = serve(folder.path()).await;
    for (path, ready) in [("/health/ready", true), ("/nowhere", false)] {
        let mut asking = std::process::Command::new(env!("CARGO_BIN_EXE_upsertd"));
        asking.args(["healthcheck", "--url", &format!("{}{path}", server.base)]);
        let asked = tokio::task::spawn_blocking(move || asking.output());
        let asked = asked.await.unwrap().unwrap();
        assert_eq!(asked.status.success(), ready, "{asked:?}");
    }
}
