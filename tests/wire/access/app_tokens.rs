//! App tokens name an application, which may view with one what its client may, and never write.

use serde_json::json;
use upsertd::access::{AppToken, AppTokenHash};

use super::{Elsewhere, until, viewer};
use crate::support::{Answer, CLIENT, Server};

const PATH: &str = "/resource/tblCountries.json";

async fn get(server: &Server, path: &str, header: Option<&str>) -> Answer {
    let mut request = server.http.get(format!("{}{path}", server.base));
    if let Some(token) = header {
        request = request.header("X-App-Token", token);
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn an_app_token_alone_views_and_does_not_write() {
    let (text, hash) = AppTokenHash::random().unwrap();
    let server = Server::demo_with(|config| {
        config.auth.app_tokens = vec![AppToken {
            hash,
            client: CLIENT.to_owned(),
        }];
    })
    .await;
    assert_eq!(get(&server, PATH, Some(&text)).await.status, 200);
    for name in ["$$app_token", "%24%24app_token"] {
        let path = format!("{PATH}?{name}={text}");
        assert_eq!(get(&server, &path, None).await.status, 200, "{name}");
    }
    for wrong in ["", "abc", &hash.to_string()] {
        assert_eq!(get(&server, PATH, Some(wrong)).await.status, 403, "{wrong}");
    }
    let rows = json!([{"countrycode": "XX", "countryname": "Nowhere"}]);
    let write = || {
        let write = server.http.post(format!("{}{PATH}", server.base));
        write.header("idempotency-key", "k").json(&rows)
    };
    let write_as_application = async || {
        let sent = write().header("X-App-Token", &text).send().await;
        Answer::of(sent.unwrap()).await
    };
    let refused = write_as_application().await;
    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(server.count("tblCountries", "CountryCode = 'XX'").await, 0);
    // Nor is it told what became of a write of the client itself.
    let written = write().bearer_auth(&server.token).send().await.unwrap();
    assert_eq!(written.status(), 200);
    let refused = write_as_application().await;
    assert_eq!(refused.status, 403, "{refused:?}");
    // A credential that does not hold is not mended by it.
    let mixed = server.http.get(format!("{}{PATH}", server.base));
    let mixed = mixed.header("X-App-Token", &text).bearer_auth("x.y.z");
    assert_eq!(mixed.send().await.unwrap().status(), 401);
    // It is no credential anywhere else.
    let other = get(&server, "/CSSAPI/V2/EntityList", Some(&text)).await;
    assert_eq!(other.status, 401);
}

#[tokio::test]
async fn an_app_token_goes_with_its_client() {
    let (text, hash) = AppTokenHash::random().unwrap();
    let server = Server::demo().await;
    let elsewhere = Elsewhere::on(&server).await;
    let mut client = viewer("crm", "crm-secret");
    client.app_tokens = json!([hash.to_string()]).to_string();
    elsewhere.save(&client).await;
    until(async || get(&server, PATH, Some(&text)).await, 200).await;
    let mut client = elsewhere.client("crm").await;
    client.revoked = true;
    elsewhere.save(&client).await;
    until(async || get(&server, PATH, Some(&text)).await, 403).await;
}
