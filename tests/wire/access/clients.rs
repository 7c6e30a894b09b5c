//! Clients of the database, as other processes make, change and revoke them.

use serde_json::json;
use upsertd::access::hash_secret;

use super::{Elsewhere, list_with, token, until, viewer};
use crate::support::{Answer, CLIENT, SECRET, Server};

#[tokio::test]
async fn a_client_of_the_database_gets_tokens_wherever_there_are_any_and_has_its_rights() {
    let server = Server::demo().await;
    let elsewhere = Elsewhere::on(&server).await;
    assert_eq!(server.ask_token("crm", "crm-secret").await.status, 401);
    elsewhere.save(&viewer("crm", "crm-secret")).await;
    until(async || server.ask_token("crm", "crm-secret").await, 200).await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "crm"),
        ("client_secret", "crm-secret"),
    ];
    for path in ["/oauth/token", "/services/oauth2/token"] {
        let request = server.http.post(format!("{}{path}", server.base));
        let answer = Answer::of(request.form(&form).send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{path} {answer:?}");
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let as_client = |operation: &str, body| {
            let url = format!("{}/CSSAPI/V2/tblCountries/{operation}", server.base);
            let request = server.http.post(url).bearer_auth(&token).json(&body);
            async { Answer::of(request.send().await.unwrap()).await }
        };
        let read = as_client("Get", json!({"Fields": ["CountryCode"]})).await;
        assert_eq!(read.status, 200, "{read:?}");
        let country = [("CountryCode", "XX"), ("CountryName", "Nowhere")];
        let tuples = country.map(|(name, value)| json!({"Name": name, "Value": value}));
        let write = as_client("Add", json!({"Tuples": tuples})).await;
        write.fails(403, "action_not_allowed", &[]);
    }
    let basic = server
        .http
        .get(format!("{}/resource/tblCountries.json", server.base));
    let basic = basic.basic_auth("crm", Some("crm-secret"));
    assert_eq!(basic.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_new_secret_takes_the_place_of_the_old_one_at_once_or_after_a_while() {
    let server = Server::demo().await;
    let elsewhere = Elsewhere::on(&server).await;
    elsewhere.save(&viewer("crm", "one")).await;
    until(async || server.ask_token("crm", "one").await, 200).await;
    let before = token(&server, "crm", "one").await;

    let mut client = elsewhere.client("crm").await;
    client.former = client.secret.take().map(|old| (old, i64::MAX));
    client.secret = Some(hash_secret("two").unwrap().to_string());
    elsewhere.save(&client).await;
    until(async || server.ask_token("crm", "two").await, 200).await;
    assert_eq!(server.ask_token("crm", "one").await.status, 200);
    assert_eq!(list_with(&server, &before).await.status, 200);

    let mut client = elsewhere.client("crm").await;
    client.former = None;
    client.generation += 1;
    elsewhere.save(&client).await;
    until(async || list_with(&server, &before).await, 401).await;
    assert_eq!(server.ask_token("crm", "one").await.status, 401);
    assert_eq!(server.ask_token("crm", "two").await.status, 200);
}

#[tokio::test]
async fn a_revoked_client_is_out_by_secret_and_by_token_even_one_of_the_configuration() {
    let server = Server::demo().await;
    let elsewhere = Elsewhere::on(&server).await;
    let mut revoked = viewer(CLIENT, "of no use");
    revoked.secret = None;
    revoked.revoked = true;
    // Known by its secret for a minute, which must not help it.
    let basic = async || {
        let request = server
            .http
            .get(format!("{}/resource/tblCountries.json", server.base));
        let request = request.basic_auth(CLIENT, Some(SECRET));
        Answer::of(request.send().await.unwrap()).await
    };
    assert_eq!(basic().await.status, 200);
    elsewhere.save(&revoked).await;
    until(async || list_with(&server, &server.token).await, 401).await;
    let refused = server.ask_token(CLIENT, SECRET).await;
    refused.fails(401, "invalid_client", &[]);
    assert_eq!(basic().await.status, 401);
}

#[tokio::test]
async fn a_client_whose_roles_are_gone_may_do_nothing() {
    let server = Server::demo().await;
    let elsewhere = Elsewhere::on(&server).await;
    let mut client = viewer("crm", "crm-secret");
    client.rights =
        r#"{"roles": ["clerk"], "grants": [{"entities": ["*"], "allow": ["view"]}]}"#.to_owned();
    elsewhere.save(&client).await;
    until(async || server.ask_token("crm", "crm-secret").await, 200).await;
    let token = token(&server, "crm", "crm-secret").await;
    let url = format!("{}/CSSAPI/V2/tblCountries/Get", server.base);
    let request = server.http.post(url).bearer_auth(token);
    let request = request.json(&json!({"Fields": ["CountryCode"]}));
    let answer = Answer::of(request.send().await.unwrap()).await;
    answer.fails(404, "unknown_entity", &[]);
}
