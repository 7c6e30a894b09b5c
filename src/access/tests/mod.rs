//! Callers who are let in and callers who are not.
#![allow(clippy::unwrap_used, clippy::panic)]

mod changes;

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{gate::Gate, *};

const KEY: &str = "a key that has at least thirty-two bytes";

fn access_with(clients: &[(&str, &str)], key: &str) -> Access {
    let clients = clients.iter().map(|(id, secret)| ClientSecret {
        id: (*id).to_owned(),
        hash: hash_secret(secret).unwrap(),
        rights: std::sync::Arc::new(crate::domain::Rights::everything()),
    });
    Access::new(
        clients.collect(),
        &SigningKey::from_text(key).unwrap(),
        Duration::from_secs(600),
    )
}

fn access() -> Access {
    access_with(&[("erp", "s3cret")], KEY)
}

fn now() -> u64 {
    jsonwebtoken::get_current_timestamp()
}

fn claims() -> Value {
    json!({"iss": "upsertd", "aud": "upsertd", "sub": "erp", "iat": now(), "exp": now() + 600, "jti": "one"})
}

fn signed(claims: &Value, algorithm: Algorithm, key: &str) -> String {
    let key = EncodingKey::from_secret(key.as_bytes());
    encode(&Header::new(algorithm), claims, &key).unwrap()
}

#[tokio::test]
async fn the_right_secret_gets_a_token_that_lets_its_client_in() {
    let access = access();
    let token = access.issue("erp", "s3cret").await.unwrap();
    assert_eq!(token.expires_in, Duration::from_secs(600));
    assert_eq!(
        access.verify(&token.access_token).await.unwrap().id(),
        "erp"
    );
}

#[tokio::test]
async fn an_id_and_a_secret_let_their_client_in_each_time_and_others_never() {
    let access = access();
    for _ in 0..2 {
        let client = access.identify("erp", "s3cret").await.unwrap();
        assert_eq!(client.id(), "erp");
        for (id, secret) in [("erp", "S3cret"), ("nobody", "s3cret"), ("erp", "")] {
            let refused = access.identify(id, secret).await;
            assert_eq!(refused, Err(AccessError::Client), "{id}:{secret}");
        }
    }
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_client_are_answered_alike() {
    let access = access();
    for (id, secret) in [
        ("erp", "S3cret"),
        ("erp", ""),
        ("nobody", "s3cret"),
        ("", ""),
    ] {
        assert_eq!(access.issue(id, secret).await, Err(AccessError::Client));
    }
    let empty = access_with(&[], KEY);
    assert_eq!(empty.issue("erp", "s3cret").await, Err(AccessError::Client));
}

#[tokio::test]
async fn each_client_has_a_secret_of_its_own() {
    let access = access_with(&[("a", "secret of a"), ("b", "secret of b")], KEY);
    assert!(access.issue("b", "secret of b").await.is_ok());
    assert_eq!(
        access.issue("b", "secret of a").await,
        Err(AccessError::Client)
    );
}

#[tokio::test]
async fn a_token_that_says_all_it_must_is_accepted() {
    let token = signed(&claims(), Algorithm::HS256, KEY);
    assert_eq!(access().verify(&token).await.unwrap().id(), "erp");
}

#[tokio::test]
async fn an_expired_token_is_told_from_an_invalid_one() {
    let mut old = claims();
    old["iat"] = json!(now() - 700);
    old["exp"] = json!(now() - 100);
    let token = signed(&old, Algorithm::HS256, KEY);
    assert_eq!(
        access().verify(&token).await,
        Err(AccessError::ExpiredToken)
    );
}

#[tokio::test]
async fn a_token_without_one_of_its_claims_is_invalid() {
    for missing in ["iss", "aud", "sub", "iat", "exp", "jti"] {
        let mut less = claims();
        less.as_object_mut().unwrap().remove(missing);
        let token = signed(&less, Algorithm::HS256, KEY);
        assert_eq!(
            access().verify(&token).await,
            Err(AccessError::InvalidToken),
            "without {missing}"
        );
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_or_for_another_audience_or_from_the_future_is_invalid() {
    for (claim, value) in [
        ("iss", json!("other")),
        ("aud", json!("other")),
        ("iat", json!(now() + 3600)),
        ("exp", json!("9999999999")),
        ("sub", json!("stranger")),
    ] {
        let mut wrong = claims();
        wrong[claim] = value;
        let token = signed(&wrong, Algorithm::HS256, KEY);
        assert_eq!(
            access().verify(&token).await,
            Err(AccessError::InvalidToken),
            "wrong {claim}"
        );
    }
}

#[tokio::test]
async fn a_token_signed_with_another_key_or_algorithm_is_invalid() {
    let other_key = signed(
        &claims(),
        Algorithm::HS256,
        "another key of thirty-two bytes or more",
    );
    let other_algorithm = signed(&claims(), Algorithm::HS512, KEY);
    for token in [other_key, other_algorithm] {
        assert_eq!(
            access().verify(&token).await,
            Err(AccessError::InvalidToken)
        );
    }
}

#[tokio::test]
async fn a_token_without_a_signature_or_with_changed_claims_is_invalid() {
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let body = encoded(&claims());
    let none = encoded(&json!({"alg": "none", "typ": "JWT"}));
    let hs256 = encoded(&json!({"alg": "HS256", "typ": "JWT"}));
    let good = signed(&claims(), Algorithm::HS256, KEY);
    let (_, signature) = good.rsplit_once('.').unwrap();
    let mut longer = claims();
    longer["exp"] = json!(now() + 999_999);
    let longer = encoded(&longer);
    for token in [
        format!("{none}.{body}."),
        format!("{none}.{body}.{signature}"),
        format!("{hs256}.{body}."),
        format!("{hs256}.{longer}.{signature}"),
        "not a token".to_owned(),
        String::new(),
    ] {
        assert_eq!(
            access().verify(&token).await,
            Err(AccessError::InvalidToken),
            "{token}"
        );
    }
}

#[tokio::test]
async fn a_token_of_a_client_that_is_configured_no_more_is_invalid() {
    let token = access().issue("erp", "s3cret").await.unwrap();
    let without = access_with(&[("crm", "other")], KEY);
    assert_eq!(
        without.verify(&token.access_token).await,
        Err(AccessError::InvalidToken)
    );
}

#[tokio::test]
async fn a_caller_beyond_the_waiting_room_is_told_to_come_back() {
    let gate = Gate::new(1, 1);
    let (release, held) = std::sync::mpsc::channel::<()>();
    let (started, running) = oneshot::channel();
    let first = gate.run(move || {
        started.send(()).unwrap();
        held.recv().unwrap();
    });
    let second = gate.run(|| ());
    tokio::pin!(first, second);
    // The first one runs and the second one waits before the third one comes.
    tokio::select! {
        biased;
        _ = &mut first => panic!("the first check cannot be over"),
        _ = &mut second => panic!("the second check has no core to run on"),
        started = running => started.unwrap(),
    }
    assert_eq!(
        gate.run(|| ()).await,
        Err(AccessError::Crowded { retry_after: 1 })
    );
    release.send(()).unwrap();
    assert_eq!(first.await, Ok(()));
    assert_eq!(second.await, Ok(()));
    assert_eq!(gate.run(|| ()).await, Ok(()));
}

#[test]
fn a_hash_survives_being_written_down_and_read() {
    let hash = hash_secret("s3cret").unwrap();
    let read: SecretHash = hash.to_string().parse().unwrap();
    assert!(read.matches("s3cret"));
    assert!(!read.matches("s3cret "));
}

#[test]
fn what_is_no_argon2id_hash_is_refused() {
    let whole = hash_secret("s3cret").unwrap().to_string();
    let (without_output, _) = whole.rsplit_once('$').unwrap();
    for text in [
        "s3cret",
        "",
        without_output,
        &whole.replace("argon2id", "argon2d"),
        "$2b$12$abcdefghijklmnopqrstuu",
    ] {
        assert_eq!(
            text.parse::<SecretHash>(),
            Err(SecretError::NotAHash),
            "{text}"
        );
    }
    assert_eq!(hash_secret(""), Err(SecretError::Empty));
}

#[test]
fn a_short_key_is_refused_and_a_new_one_is_long_enough() {
    let short = SigningKey::from_text(&format!("{}\n", "x".repeat(31)));
    assert_eq!(short, Err(KeyError::TooShort(31)));
    let (one, other) = (
        SigningKey::random_text().unwrap(),
        SigningKey::random_text().unwrap(),
    );
    assert_ne!(one, other);
    assert!(SigningKey::from_text(&one).is_ok());
}

#[tokio::test]
async fn nothing_secret_shows_in_debug_output() {
    let access = access();
    let token = access.issue("erp", "s3cret").await.unwrap();
    let hash = hash_secret("s3cret").unwrap();
    let shown = format!(
        "{access:?} {token:?} {hash:?} {:?}",
        SigningKey::from_text(KEY).unwrap()
    );
    for secret in [KEY, "$argon2id", token.access_token.as_str()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
