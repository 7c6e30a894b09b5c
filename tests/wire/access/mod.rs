//! Who is let in: tokens and how they are withdrawn, clients of the database, app tokens, issuers that are trusted.

mod app_tokens;
mod clients;
mod issuers;
mod own_tables;
mod tokens;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use upsertd::{
    access::hash_secret,
    app,
    domain::credential::{AccessChanges, ClientRecord, RevokedToken},
    engine::Engine,
};

use crate::support::{Answer, Server};

/// Another process on the service's database.
struct Elsewhere(Arc<dyn Engine>);

impl Elsewhere {
    async fn on(server: &Server) -> Self {
        let settings = server.database.settings();
        Self(app::open_engine(&settings).await.unwrap())
    }

    async fn read(&self) -> AccessChanges {
        let changes = self.0.store().access_changes(0, soon());
        changes.await.unwrap()
    }

    /// Writes a client that is new, or as it was read.
    async fn save(&self, client: &ClientRecord) {
        let saved = self.0.store().save_client(client, soon());
        assert_eq!(saved.await, Ok(true));
    }

    async fn client(&self, id: &str) -> ClientRecord {
        let clients = self.read().await.clients;
        clients.into_iter().find(|known| known.id == id).unwrap()
    }

    async fn withdraw(&self, token: &str) {
        let token = RevokedToken {
            id: claims(token)["jti"].as_str().unwrap().to_owned(),
            until: i64::MAX,
        };
        let store = self.0.store();
        store.revoke_token(&token, soon()).await.unwrap();
    }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

/// A client of the database who may view everything.
fn viewer(id: &str, secret: &str) -> ClientRecord {
    ClientRecord {
        id: id.to_owned(),
        secret: Some(hash_secret(secret).unwrap().to_string()),
        former: None,
        rights: r#"{"grants": [{"entities": ["*"], "allow": ["view"]}]}"#.to_owned(),
        app_tokens: "[]".to_owned(),
        generation: 0,
        revoked: false,
        created_at: 0,
        changed_at: 0,
        version: 0,
    }
}

/// What a token says.
fn claims(token: &str) -> serde_json::Value {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn list_with(server: &Server, token: &str) -> Answer {
    let url = format!("{}/CSSAPI/V2/EntityList", server.base);
    let request = server.http.get(url).bearer_auth(token);
    Answer::of(request.send().await.unwrap()).await
}

/// A token for a client.
async fn token(server: &Server, id: &str, secret: &str) -> String {
    let answer = server.ask_token(id, secret).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// Asks again and again, until the service has read what was changed elsewhere.
async fn until(mut asked: impl AsyncFnMut() -> Answer, status: u16) -> Answer {
    let started = Instant::now();
    loop {
        let answer = asked().await;
        if answer.status == status {
            return answer;
        }
        assert!(started.elapsed() < Duration::from_secs(60), "{answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
