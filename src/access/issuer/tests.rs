//! Tokens of an issuer that runs in the test, over a real socket.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use jsonwebtoken::{EncodingKey, Header, encode, jwk::Jwk};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;
use crate::domain::{
    Action, Actions,
    rights::{Entities, Grant},
};

/// An issuer: its keys, and how often it was asked for them.
struct Fake {
    url: String,
    keys: Arc<Mutex<Value>>,
    asked: Arc<AtomicUsize>,
    down: Arc<AtomicBool>,
}

impl Fake {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let this = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            keys: Arc::new(Mutex::new(json!({"keys": []}))),
            asked: Arc::default(),
            down: Arc::default(),
        };
        let (url, keys) = (this.url.clone(), Arc::clone(&this.keys));
        let (asked, down) = (Arc::clone(&this.asked), Arc::clone(&this.down));
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap();
                let path = head.split(' ').nth(1).unwrap();
                let body = match path {
                    "/.well-known/openid-configuration" => {
                        json!({"issuer": url, "jwks_uri": format!("{url}/keys")}).to_string()
                    }
                    "/keys" => {
                        asked.fetch_add(1, Ordering::SeqCst);
                        keys.lock().unwrap().to_string()
                    }
                    "/huge" => " ".repeat(600 * 1024),
                    _ => "{}".to_owned(),
                };
                let status = match path {
                    _ if down.load(Ordering::SeqCst) => "503 Service Unavailable",
                    "/moved" => "302 Found\r\nLocation: /keys",
                    _ => "200 OK",
                };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                );
                // Err: the client has read enough.
                if stream.write_all(answer.as_bytes()).await.is_err() {}
            }
        });
        this
    }

    fn publish(&self, keys: &[&Signing]) {
        let keys: Vec<&Value> = keys.iter().map(|key| &key.public).collect();
        *self.keys.lock().unwrap() = json!({"keys": keys});
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn settings(&self) -> IssuerSettings {
        let view = |entity: &str| {
            let entities = Entities::Named(vec![entity.to_owned()]);
            vec![Grant::of(entities, Actions::of([Action::View]))]
        };
        IssuerSettings {
            name: "corp".to_owned(),
            url: self.url.clone(),
            audience: vec!["api://upsertd".to_owned()],
            algorithms: vec![
                IssuerAlgorithm(Algorithm::ES256),
                IssuerAlgorithm(Algorithm::EdDSA),
            ],
            jwks_url: None,
            client_claim: "sub".to_owned(),
            roles_claim: "roles".to_owned(),
            roles: Roles::from([
                ("reader".to_owned(), view("Vendor")),
                ("clerk".to_owned(), view("Invoice")),
            ]),
            everyone: Vec::new(),
            required: Vec::new(),
        }
    }

    fn issuer(&self) -> Issuer {
        Issuer::new(self.settings())
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.url, "aud": "api://upsertd", "sub": "ada",
            "iat": now(), "exp": now() + 600, "roles": ["reader", "unknown"],
        })
    }
}

/// A key of an issuer's.
struct Signing {
    algorithm: Algorithm,
    id: Option<String>,
    private: EncodingKey,
    public: Value,
}

impl Signing {
    fn new(id: &str, algorithm: Algorithm) -> Self {
        let (pair, read): (_, fn(&[u8]) -> EncodingKey) = match algorithm {
            Algorithm::ES256 => (&PKCS_ECDSA_P256_SHA256, EncodingKey::from_ec_der),
            Algorithm::ES384 => (&PKCS_ECDSA_P384_SHA384, EncodingKey::from_ec_der),
            Algorithm::EdDSA => (&PKCS_ED25519, EncodingKey::from_ed_der),
            other => panic!("{other:?}"),
        };
        let pair = KeyPair::generate_for(pair).unwrap();
        let private = read(&pair.serialize_der());
        let mut public = if algorithm == Algorithm::EdDSA {
            let x = URL_SAFE_NO_PAD.encode(pair.public_key_raw());
            json!({"kty": "OKP", "crv": "Ed25519", "x": x})
        } else {
            serde_json::to_value(Jwk::from_encoding_key(&private, algorithm).unwrap()).unwrap()
        };
        public["kid"] = json!(id);
        Self {
            algorithm,
            id: Some(id.to_owned()),
            public,
            private,
        }
    }

    fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid.clone_from(&self.id);
        encode(&header, claims, &self.private).unwrap()
    }
}

fn id(shown: &Result<Shown, AccessError>) -> Result<&str, AccessError> {
    shown
        .as_ref()
        .map(|shown| &*shown.client_id)
        .map_err(|error| *error)
}

#[tokio::test]
async fn a_token_of_the_issuer_names_its_client_and_gives_its_roles() {
    let fake = Fake::start().await;
    let (ec, ed) = (
        Signing::new("one", Algorithm::ES256),
        Signing::new("two", Algorithm::EdDSA),
    );
    fake.publish(&[&ec, &ed]);
    let issuer = fake.issuer();
    for key in [&ec, &ed] {
        let shown = issuer.verify(&key.sign(&fake.claims())).await;
        assert_eq!(id(&shown), Ok("corp:ada"));
        let rights = shown.unwrap().rights;
        assert_eq!(
            rights.grants().len(),
            1,
            "a value without a role gives nothing"
        );
        let again = issuer.verify(&key.sign(&fake.claims())).await.unwrap();
        assert!(
            Arc::ptr_eq(&rights, &again.rights),
            "the same roles are the same rights"
        );
    }
    assert_eq!(fake.asked(), 1, "the keys are kept");
}

#[tokio::test]
async fn a_token_that_is_not_all_it_must_be_is_refused() {
    let fake = Fake::start().await;
    let key = Signing::new("one", Algorithm::ES256);
    let other = Signing::new("one", Algorithm::ES256);
    let stronger = Signing::new("three", Algorithm::ES384);
    fake.publish(&[&key, &stronger]);
    let mut settings = fake.settings();
    settings.required = vec![("tid".to_owned(), vec!["t1".to_owned()])];
    let issuer = Issuer::new(settings);
    let mut good = fake.claims();
    good["tid"] = json!("t1");
    assert_eq!(id(&issuer.verify(&key.sign(&good)).await), Ok("corp:ada"));
    for (claim, value) in [
        ("iss", json!("https://other.example")),
        ("aud", json!("api://other")),
        ("aud", Value::Null),
        ("exp", Value::Null),
        ("nbf", json!(now() + 600)),
        ("iat", json!(now() + 600)),
        ("sub", json!("")),
        ("sub", json!("a\nb")),
        ("sub", json!(7)),
        ("sub", Value::Null),
        ("tid", json!("t2")),
        ("tid", Value::Null),
    ] {
        let mut wrong = good.clone();
        match value {
            Value::Null => drop(wrong.as_object_mut().unwrap().remove(claim)),
            value => wrong[claim] = value,
        }
        let refused = issuer.verify(&key.sign(&wrong)).await;
        assert_eq!(
            id(&refused),
            Err(AccessError::InvalidToken),
            "{claim}: {wrong}"
        );
    }
    let mut old = good.clone();
    old["exp"] = json!(now() - 600);
    let expired = issuer.verify(&key.sign(&old)).await;
    assert_eq!(id(&expired), Err(AccessError::ExpiredToken));
    let mut critical = Header::new(Algorithm::ES256);
    critical.kid = Some("one".to_owned());
    critical.crit = Some(vec!["exp".to_owned()]);
    for (what, token) in [
        (
            "something critical that nobody here knows",
            encode(&critical, &good, &key.private).unwrap(),
        ),
        ("another's signature", other.sign(&good)),
        ("an algorithm that is not pinned", stronger.sign(&good)),
    ] {
        let refused = issuer.verify(&token).await;
        assert_eq!(id(&refused), Err(AccessError::InvalidToken), "{what}");
    }
}

#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let fake = Fake::start().await;
    let key = Signing::new("one", Algorithm::ES256);
    fake.publish(&[&key]);
    let issuer = fake.issuer();
    for public in [key.public["x"].as_str().unwrap(), &key.public.to_string()] {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("one".to_owned());
        let secret = EncodingKey::from_secret(public.as_bytes());
        let token = encode(&header, &fake.claims(), &secret).unwrap();
        let refused = issuer.verify(&token).await;
        assert_eq!(id(&refused), Err(AccessError::InvalidToken));
    }
    let (head, _) = key
        .sign(&fake.claims())
        .rsplit_once('.')
        .map(|(h, s)| (h.to_owned(), s.len()))
        .unwrap();
    let (_, claims) = head.split_once('.').unwrap();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"one"}"#);
    let refused = issuer.verify(&format!("{none}.{claims}.")).await;
    assert_eq!(id(&refused), Err(AccessError::InvalidToken));
}

#[tokio::test]
async fn a_new_key_is_fetched_and_unknown_ones_make_no_storm() {
    let fake = Fake::start().await;
    let (old, new) = (
        Signing::new("old", Algorithm::ES256),
        Signing::new("new", Algorithm::ES256),
    );
    fake.publish(&[&old]);
    let timing = Timing {
        pause: Duration::ZERO,
        ..Timing::USUAL
    };
    let eager = Issuer::timed(fake.settings(), timing);
    assert!(eager.verify(&old.sign(&fake.claims())).await.is_ok());
    fake.publish(&[&new]);
    let shown = eager.verify(&new.sign(&fake.claims())).await;
    assert_eq!(id(&shown), Ok("corp:ada"));
    assert_eq!(fake.asked(), 2);
    // The withdrawn one is gone with that.
    let withdrawn = eager.verify(&old.sign(&fake.claims())).await;
    assert_eq!(id(&withdrawn), Err(AccessError::InvalidToken));

    let calm = fake.issuer();
    assert!(calm.verify(&new.sign(&fake.claims())).await.is_ok());
    let before = fake.asked();
    let strange = Signing::new("strange", Algorithm::ES256).sign(&fake.claims());
    let many = (0..20).map(|_| calm.verify(&strange));
    for refused in futures_util::future::join_all(many).await {
        assert_eq!(id(&refused), Err(AccessError::InvalidToken));
    }
    assert_eq!(fake.asked(), before, "it was asked a moment ago");
}

#[tokio::test]
async fn many_callers_wait_for_one_fetch() {
    let fake = Fake::start().await;
    let key = Signing::new("one", Algorithm::ES256);
    fake.publish(&[&key]);
    let issuer = fake.issuer();
    let token = key.sign(&fake.claims());
    let many = (0..20).map(|_| issuer.verify(&token));
    for shown in futures_util::future::join_all(many).await {
        assert_eq!(id(&shown), Ok("corp:ada"));
    }
    assert_eq!(fake.asked(), 1);
}

#[tokio::test]
async fn keys_outlive_their_issuer_for_a_while() {
    let fake = Fake::start().await;
    let key = Signing::new("one", Algorithm::ES256);
    fake.publish(&[&key]);
    let token = key.sign(&fake.claims());
    let timed = |fresh, stale| {
        let pause = Duration::ZERO;
        Issuer::timed(
            fake.settings(),
            Timing {
                fresh,
                stale,
                pause,
            },
        )
    };
    let patient = timed(Duration::ZERO, Duration::from_secs(3600));
    let impatient = timed(Duration::ZERO, Duration::ZERO);
    assert!(patient.verify(&token).await.is_ok());
    fake.down.store(true, Ordering::SeqCst);
    assert_eq!(id(&patient.verify(&token).await), Ok("corp:ada"));
    let away = Err(AccessError::IssuerAway { retry_after: 0 });
    assert_eq!(id(&impatient.verify(&token).await), away);
    // And who never had any cannot say.
    assert!(matches!(
        fake.issuer().verify(&token).await,
        Err(AccessError::IssuerAway { .. })
    ));
    fake.down.store(false, Ordering::SeqCst);
    assert!(patient.verify(&token).await.is_ok());
}

#[tokio::test]
async fn keys_are_taken_from_where_the_settings_say_and_no_further() {
    let fake = Fake::start().await;
    let key = Signing::new("one", Algorithm::ES256);
    fake.publish(&[&key]);
    let token = key.sign(&fake.claims());
    for (path, good) in [
        ("/keys", true),
        ("/huge", false),
        ("/moved", false),
        ("/none", false),
    ] {
        let mut settings = fake.settings();
        settings.jwks_url = Some(format!("{}{path}", fake.url));
        let shown = Issuer::new(settings).verify(&token).await;
        assert_eq!(shown.is_ok(), good, "{path}");
    }
    // Metadata of another issuer's are not this one's.
    let mut settings = fake.settings();
    settings.url = format!("{}/", fake.url);
    let mut claims = fake.claims();
    claims["iss"] = json!(settings.url);
    let refused = Issuer::new(settings).verify(&key.sign(&claims)).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn keys_for_other_uses_and_unreadable_ones_are_passed_over() {
    let fake = Fake::start().await;
    let (key, mut encrypts) = (
        Signing::new("one", Algorithm::ES256),
        Signing::new("two", Algorithm::ES256),
    );
    encrypts.public["use"] = json!("enc");
    fake.publish(&[&encrypts, &key]);
    fake.keys.lock().unwrap()["keys"]
        .as_array_mut()
        .unwrap()
        .push(json!({"kty": "from the future", "kid": "x"}));
    let issuer = fake.issuer();
    assert!(issuer.verify(&key.sign(&fake.claims())).await.is_ok());
    let refused = issuer.verify(&encrypts.sign(&fake.claims())).await;
    assert_eq!(id(&refused), Err(AccessError::InvalidToken));
    // A token that names no key, where there is but one that it could be.
    let nameless = Signing { id: None, ..key };
    assert!(issuer.verify(&nameless.sign(&fake.claims())).await.is_ok());
}

#[test]
fn an_unchecked_token_only_says_where_to_look() {
    assert_eq!(issuer_named_in("no token"), None);
    assert_eq!(issuer_named_in("a.b.c"), None);
    let payload = URL_SAFE_NO_PAD.encode(r#"{"iss":"https://x"}"#);
    assert_eq!(
        issuer_named_in(&format!("a.{payload}.c")).as_deref(),
        Some("https://x")
    );
}
