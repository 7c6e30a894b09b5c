//! Tokens of an issuer that is trusted: one runs in the test.

use std::{
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use upsertd::{
    access::{IssuerSettings, Roles},
    config::Config,
    domain::{
        Action, Actions,
        rights::{Entities, Grant},
    },
};

use super::{Elsewhere, list_with, until, viewer};
use crate::support::{Answer, CLIENT, SIGNING_KEY, Server};

/// An issuer with one key, which it publishes.
struct Idp {
    url: String,
    key: EncodingKey,
}

impl Idp {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let key = EncodingKey::from_ec_der(&pair.serialize_der());
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some("k1".to_owned());
        let keys = Arc::new(Mutex::new(json!({"keys": [jwk]})));
        let metadata = json!({"issuer": url, "jwks_uri": format!("{url}/keys")});
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let body = if head.starts_with(b"GET /keys ") {
                    keys.lock().unwrap().to_string()
                } else {
                    metadata.to_string()
                };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, key }
    }

    fn token(&self, change: impl FnOnce(&mut Value)) -> String {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let mut claims = json!({
            "iss": self.url, "aud": ["api://upsertd"], "sub": CLIENT, "azp": "batch-job",
            "iat": now, "exp": now + 600, "roles": ["Vendors.Read"],
        });
        change(&mut claims);
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some("k1".to_owned());
        encode(&header, &claims, &self.key).unwrap()
    }

    fn trust(&self, config: &mut Config) {
        let entities = Entities::Named(vec!["tblCustomers".to_owned()]);
        let view = vec![Grant::of(entities, Actions::of([Action::View]))];
        config.auth.issuers = vec![IssuerSettings {
            name: "corp".to_owned(),
            url: self.url.clone(),
            audience: vec!["api://upsertd".to_owned()],
            algorithms: vec!["ES256".parse().unwrap()],
            jwks_url: None,
            client_claim: "azp".to_owned(),
            roles_claim: "roles".to_owned(),
            roles: Roles::from([("Vendors.Read".to_owned(), view)]),
            everyone: Vec::new(),
            required: Vec::new(),
        }];
    }
}

async fn get(server: &Server, token: &str, entity: &str) -> Answer {
    let url = format!("{}/CSSAPI/V2/{entity}/Get", server.base);
    let body = json!({"Fields": ["COUNT(*)"]});
    let request = server.http.post(url).bearer_auth(token).json(&body);
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_token_of_a_trusted_issuer_has_the_rights_of_its_roles() {
    let idp = Idp::start().await;
    let server = Server::demo_with(|config| idp.trust(config)).await;
    let token = idp.token(|_| ());
    assert_eq!(get(&server, &token, "tblCustomers").await.status, 200);
    let other = get(&server, &token, "tblContracts").await;
    other.fails(404, "unknown_entity", &[]);
    // Whatever roles are of no one here give nothing.
    let without = idp.token(|claims| claims["roles"] = json!(["everything", "admin"]));
    let refused = get(&server, &without, "tblCustomers").await;
    refused.fails(404, "unknown_entity", &[]);
    let actor = server.http.get(format!("{}/-/actor.json", server.base));
    let actor: Value = actor
        .bearer_auth(&token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(actor["actor"]["id"], "corp:batch-job");
}

#[tokio::test]
async fn the_name_of_a_configured_client_is_another_one_there() {
    let idp = Idp::start().await;
    let server = Server::demo_with(|config| {
        idp.trust(config);
        config.auth.issuers[0].client_claim = "sub".to_owned();
    })
    .await;
    // The subject is called as the configured client, who may do everything.
    let token = idp.token(|claims| claims["roles"] = json!([]));
    let refused = get(&server, &token, "tblCustomers").await;
    refused.fails(404, "unknown_entity", &[]);
}

#[tokio::test]
async fn what_does_not_hold_is_401_and_disclosed_to_nobody() {
    let idp = Idp::start().await;
    let stranger = Idp::start().await;
    let server = Server::demo_with(|config| idp.trust(config)).await;
    let mut forged = Header::new(Algorithm::HS256);
    forged.kid = Some("k1".to_owned());
    let key = EncodingKey::from_secret(SIGNING_KEY.as_bytes());
    let ours = encode(
        &forged,
        &json!({"iss": idp.url, "aud": "api://upsertd", "azp": "x", "exp": 9_999_999_999_u64}),
        &key,
    );
    for token in [
        idp.token(|claims| claims["aud"] = json!("api://other")),
        idp.token(|claims| claims["iss"] = json!(stranger.url)),
        stranger.token(|_| ()),
        stranger.token(|claims| claims["iss"] = json!(idp.url)),
        idp.token(|claims| claims["iss"] = json!("upsertd")),
        idp.token(|claims| drop(claims.as_object_mut().unwrap().remove("azp"))),
        ours.unwrap(),
    ] {
        list_with(&server, &token)
            .await
            .fails(401, "token_invalid", &[]);
    }
    let old = idp.token(|claims| claims["exp"] = json!(1_000_000_000));
    list_with(&server, &old)
        .await
        .fails(401, "token_expired", &[]);
}

#[tokio::test]
async fn an_issuer_that_is_away_is_503_and_our_own_tokens_go_on() {
    let idp = Idp::start().await;
    let server = Server::demo_with(|config| {
        idp.trust(config);
        // Nobody listens there.
        config.auth.issuers[0].jwks_url = Some("http://127.0.0.1:1/keys".to_owned());
    })
    .await;
    let answer = list_with(&server, &idp.token(|_| ())).await;
    answer.fails(503, "issuer_unavailable", &[]);
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(list_with(&server, &server.token).await.status, 200);
}

#[tokio::test]
async fn a_client_of_an_issuer_can_be_revoked_here() {
    let idp = Idp::start().await;
    let server = Server::demo_with(|config| idp.trust(config)).await;
    let token = idp.token(|_| ());
    assert_eq!(list_with(&server, &token).await.status, 200);
    let mut revoked = viewer("corp:batch-job", "of no use");
    revoked.secret = None;
    revoked.revoked = true;
    Elsewhere::on(&server).await.save(&revoked).await;
    until(async || list_with(&server, &token).await, 401).await;
    let other = idp.token(|claims| claims["azp"] = json!("another-job"));
    assert_eq!(list_with(&server, &other).await.status, 200);
}
