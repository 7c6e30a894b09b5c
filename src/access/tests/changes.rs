//! Keys that change, tokens that are withdrawn, and clients as the database has them.

use super::*;
use crate::domain::credential::{AccessChanges, ClientRecord, RevokedToken};

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
