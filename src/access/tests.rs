//! Callers who are let in and callers who are not.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{gate::Gate, *};
use crate::domain::credential::{AccessChanges, ClientRecord, RevokedToken};

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

fn stored(id: &str, secret: Option<&str>) -> ClientRecord {
    ClientRecord {
        id: id.to_owned(),
        secret: secret.map(|secret| hash_secret(secret).unwrap().to_string()),
        former: None,
        rights: r#"{"roles": [], "grants": [{"entities": ["*"], "allow": ["view", "edit"]}]}"#
            .to_owned(),
        app_tokens: "[]".to_owned(),
        generation: 0,
        revoked: false,
        created_at: 0,
        changed_at: 0,
        version: 1,
    }
}

fn change(access: &Access, client: ClientRecord) {
    access.apply(AccessChanges {
        version: access.version() + 1,
        clients: vec![client],
        revoked: Vec::new(),
    });
}

#[tokio::test]
async fn what_the_previous_key_signed_is_taken_and_nothing_signs_with_it() {
    let old = access().issue("erp", "s3cret").await.unwrap().access_token;
    let new_key = "another key that has thirty-two bytes or more";
    let rotated = |previous: Option<&str>| {
        let hash = hash_secret("s3cret").unwrap();
        let client = ClientSecret {
            id: "erp".to_owned(),
            hash,
            rights: Arc::default(),
        };
        let also = Also {
            previous_key: previous.map(|key| SigningKey::from_text(key).unwrap()),
            ..Also::default()
        };
        let key = SigningKey::from_text(new_key).unwrap();
        Access::with(vec![client], &key, Duration::from_secs(600), also)
    };
    let both = rotated(Some(KEY));
    assert_eq!(both.verify(&old).await.unwrap().id(), "erp");
    let new = both.issue("erp", "s3cret").await.unwrap().access_token;
    let after = rotated(None);
    assert_eq!(after.verify(&new).await.unwrap().id(), "erp");
    assert_eq!(after.verify(&old).await, Err(AccessError::InvalidToken));
    assert_eq!(access().verify(&new).await, Err(AccessError::InvalidToken));
}

#[tokio::test]
async fn the_key_that_a_token_names_is_the_one_that_it_has_to_hold_with() {
    let access = access();
    let token = access.issue("erp", "s3cret").await.unwrap().access_token;
    let header = jsonwebtoken::decode_header(&token).unwrap();
    let mut named = Header::new(Algorithm::HS256);
    for kid in [header.kid.clone().unwrap(), "no such key".to_owned()] {
        named.kid = Some(kid.clone());
        let key = EncodingKey::from_secret(KEY.as_bytes());
        let token = encode(&named, &claims(), &key).unwrap();
        let known = Some(kid) == header.kid;
        assert_eq!(access.verify(&token).await.is_ok(), known);
    }
    assert!(!header.kid.unwrap().contains(KEY));
}

#[tokio::test]
async fn no_two_tokens_have_the_same_id() {
    let access = access();
    let one = access.issue("erp", "s3cret").await.unwrap();
    let other = access.issue("erp", "s3cret").await.unwrap();
    assert_ne!(one.access_token, other.access_token);
}

#[tokio::test]
async fn a_withdrawn_token_is_taken_no_more_and_others_are() {
    let access = access();
    let token = access.issue("erp", "s3cret").await.unwrap().access_token;
    let other = access.issue("erp", "s3cret").await.unwrap().access_token;
    // Found lately, so that it would be found without being checked.
    assert!(access.verify(&token).await.is_ok());
    let withdrawal = access.withdrawal("erp", "s3cret", &token).await;
    access.withdraw(withdrawal.unwrap().unwrap());
    for _ in 0..2 {
        assert_eq!(access.verify(&token).await, Err(AccessError::InvalidToken));
        assert!(access.verify(&other).await.is_ok());
    }
}

#[tokio::test]
async fn only_the_client_itself_withdraws_its_token() {
    let access = access_with(&[("a", "secret of a"), ("b", "secret of b")], KEY);
    let token = access.issue("a", "secret of a").await.unwrap().access_token;
    for (id, secret, refused) in [
        ("a", "secret of b", AccessError::Client),
        ("nobody", "secret of a", AccessError::Client),
        ("b", "secret of b", AccessError::NotYours),
    ] {
        let answer = access.withdrawal(id, secret, &token).await;
        assert_eq!(answer, Err(refused), "{id}");
    }
    let strange = access.withdrawal("a", "secret of a", "no token of ours");
    assert_eq!(strange.await, Ok(None));
}

#[tokio::test]
async fn a_withdrawal_elsewhere_is_learnt_and_forgotten_when_the_token_has_expired() {
    let access = access();
    let token = signed(&claims(), Algorithm::HS256, KEY);
    assert!(access.verify(&token).await.is_ok());
    let elsewhere = |until| AccessChanges {
        version: 7,
        clients: Vec::new(),
        revoked: vec![RevokedToken {
            id: "one".to_owned(),
            until,
        }],
    };
    access.apply(elsewhere(i64::try_from(now()).unwrap() + 600));
    assert_eq!(access.version(), 7);
    assert_eq!(access.verify(&token).await, Err(AccessError::InvalidToken));
}

#[tokio::test]
async fn a_client_of_the_database_is_let_in_with_its_own_rights() {
    let access = access();
    change(&access, stored("crm", Some("other")));
    let token = access.issue("crm", "other").await.unwrap().access_token;
    let client = access.verify(&token).await.unwrap();
    assert_eq!(client.id(), "crm");
    assert_eq!(client.rights().grants().len(), 1);
    assert_eq!(
        access.issue("crm", "s3cret").await,
        Err(AccessError::Client)
    );
    assert!(access.identify("crm", "other").await.is_ok());
}

#[tokio::test]
async fn rights_that_do_not_hold_are_none() {
    let access = access();
    for rights in [
        r#"{"roles": ["no such role"], "grants": [{"entities": ["*"], "allow": ["view"]}]}"#,
        r#"{"grants": [{"entities": ["*"], "allow": ["everything"]}]}"#,
        "no JSON",
    ] {
        let mut client = stored("crm", Some("other"));
        rights.clone_into(&mut client.rights);
        change(&access, client);
        let client = access.identify("crm", "other").await.unwrap();
        assert_eq!(client.rights().grants(), [], "{rights}");
    }
}

#[tokio::test]
async fn a_revoked_client_gets_in_by_nothing_that_it_had() {
    for configured in [true, false] {
        let access = access();
        let id = if configured { "erp" } else { "crm" };
        let mut client = stored(id, (!configured).then_some("s3cret"));
        if !configured {
            change(&access, client.clone());
        }
        let token = access.issue(id, "s3cret").await.unwrap().access_token;
        assert!(access.verify(&token).await.is_ok());
        assert!(access.identify(id, "s3cret").await.is_ok());
        client.revoked = true;
        change(&access, client.clone());
        assert_eq!(access.verify(&token).await, Err(AccessError::InvalidToken));
        let refused = access.identify(id, "s3cret").await;
        assert_eq!(refused, Err(AccessError::Client));
        assert_eq!(access.issue(id, "s3cret").await, Err(AccessError::Client));
        // Let in again, it needs a new token.
        client.revoked = false;
        client.generation += 1;
        change(&access, client);
        assert_eq!(access.verify(&token).await, Err(AccessError::InvalidToken));
        let token = access.issue(id, "s3cret").await.unwrap().access_token;
        assert!(access.verify(&token).await.is_ok());
    }
}

#[tokio::test]
async fn the_former_secret_is_taken_until_its_time_is_up() {
    let access = access();
    let mut client = stored("crm", Some("new"));
    let former = |until: u64| {
        let hash = hash_secret("old").unwrap().to_string();
        Some((hash, i64::try_from(until).unwrap()))
    };
    client.former = former(now() + 600);
    change(&access, client.clone());
    assert!(access.identify("crm", "old").await.is_ok());
    assert!(access.identify("crm", "new").await.is_ok());
    client.former = former(now() - 1);
    change(&access, client);
    assert_eq!(
        access.identify("crm", "old").await,
        Err(AccessError::Client)
    );
    assert!(access.identify("crm", "new").await.is_ok());
}

#[tokio::test]
async fn an_app_token_lets_its_client_view_and_nothing_else() {
    let (text, hash) = AppTokenHash::random().unwrap();
    let access = access();
    assert_eq!(access.viewer(&text), None);
    let mut client = stored("crm", None);
    client.app_tokens = format!("[\"{hash}\"]");
    change(&access, client.clone());
    let viewer = access.viewer(&text).unwrap();
    assert_eq!(viewer.id(), "crm");
    let allowed = viewer.rights().grants()[0].allow;
    assert!(allowed.view && !allowed.edit);
    assert_eq!(access.viewer(&hash.to_string()), None);
    client.revoked = true;
    change(&access, client);
    assert_eq!(access.viewer(&text), None);
}

#[tokio::test]
async fn an_unknown_client_waits_for_as_many_checks_as_anybody() {
    // The gate counts the checks: each holds its only core.
    let nobody = access_with(&[], KEY);
    assert_eq!(nobody.identify("x", "y").await, Err(AccessError::Client));
    let directory = directory::Directory::default();
    assert_eq!(directory.most_secrets(0), 1);
    let mut client = stored("crm", Some("new"));
    client.former = Some((hash_secret("old").unwrap().to_string(), 100));
    let changes = AccessChanges {
        version: 1,
        clients: vec![client],
        revoked: Vec::new(),
    };
    let rotated = directory.after(changes, &directory, &Roles::new(), 0);
    assert_eq!(rotated.most_secrets(50), 2);
    assert_eq!(rotated.most_secrets(100), 1);
}
