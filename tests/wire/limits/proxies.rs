//! Whom the service believes about who calls.

use reqwest::Method;
use upsertd::config::Config;

use super::{number, send};
use crate::support::{Answer, CLIENT, SECRET, Server};

fn behind_a_proxy(config: &mut Config) {
    config.server.proxies.networks = vec!["127.0.0.0/8".parse().unwrap()];
}

/// A request to Socrata's API with an id and a secret.
async fn with_secret(server: &Server, headers: &[(&str, &str)]) -> Answer {
    let mut request = server
        .http
        .get(format!("{}/resource/abcd-efgh.json", server.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::of(
        request
            .basic_auth(CLIENT, Some(SECRET))
            .send()
            .await
            .unwrap(),
    )
    .await
}

const AFAR: (&str, &str) = ("x-forwarded-for", "192.0.2.1");

#[tokio::test]
async fn a_secret_from_afar_is_taken_where_a_trusted_proxy_had_it_over_tls() {
    let server = Server::demo_with(behind_a_proxy).await;
    let plain = with_secret(&server, &[AFAR]).await;
    assert_eq!(plain.status, 403, "{plain:?}");
    let plain = with_secret(&server, &[AFAR, ("x-forwarded-proto", "http")]).await;
    assert_eq!(plain.status, 403, "{plain:?}");
    // There is no such dataset, but that is only said to whom it may concern.
    let secure = with_secret(&server, &[AFAR, ("x-forwarded-proto", "https")]).await;
    assert_eq!(secure.status, 404, "{secure:?}");
    assert!(
        secure
            .header("strict-transport-security")
            .starts_with("max-age=")
    );
}

#[tokio::test]
async fn what_anybody_else_says_of_itself_is_not_believed() {
    let server = Server::demo_with(|config| {
        config.server.proxies.networks = vec!["10.0.0.0/8".parse().unwrap()];
        config.limits.failed_logins_per_minute = number(1);
    })
    .await;
    let says = [AFAR, ("x-forwarded-proto", "https")];
    let answer = send(&server, Method::GET, "/health/live", &says).await;
    assert_eq!(answer.header("strict-transport-security"), "");
    // It guesses from the one address that it has, whatever it says.
    for (forged, status) in [("192.0.2.1", 401), ("192.0.2.2", 429)] {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "a"),
            ("client_secret", "b"),
        ];
        let request = server.http.post(format!("{}/oauth/token", server.base));
        let request = request.header("x-forwarded-for", forged).form(&form);
        assert_eq!(request.send().await.unwrap().status(), status);
    }
}

#[tokio::test]
async fn wrong_secrets_count_against_the_address_behind_the_proxy() {
    let server = Server::demo_with(|config| {
        behind_a_proxy(config);
        config.limits.failed_logins_per_minute = number(1);
    })
    .await;
    let mut statuses = Vec::new();
    for from in ["192.0.2.1", "192.0.2.1", "192.0.2.2", "6.6.6.6, 192.0.2.1"] {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", "a"),
            ("client_secret", "b"),
        ];
        let request = server.http.post(format!("{}/oauth/token", server.base));
        let request = request.header("x-forwarded-for", from).form(&form);
        statuses.push(request.send().await.unwrap().status().as_u16());
    }
    assert_eq!(statuses, [401, 429, 401, 429]);
}
