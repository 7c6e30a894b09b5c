//! The token endpoint under Salesforce's path.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{org, org_with};
use crate::support::{Answer, CLIENT, SECRET, Server};

async fn ask(server: &Server, form: &[(&str, &str)]) -> Answer {
    let url = format!("{}/services/oauth2/token", server.base);
    Answer::of(server.http.post(url).form(form).send().await.unwrap()).await
}

fn client_credentials() -> [(&'static str, &'static str); 3] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT),
        ("client_secret", SECRET),
    ]
}

fn password() -> [(&'static str, &'static str); 5] {
    [
        ("grant_type", "password"),
        ("username", CLIENT),
        ("password", SECRET),
        // An app's, as its clients send them besides.
        ("client_id", "app"),
        ("client_secret", "app-secret"),
    ]
}

#[tokio::test]
async fn a_token_comes_with_where_to_use_it() {
    let server = org_with(|config| config.server.base_path = "/API2".to_owned()).await;
    let mut ids = Vec::new();
    for form in [&client_credentials()[..], &password()[..]] {
        let answer = ask(&server, form).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
        let token = answer.json();
        let text = |key: &str| token[key].as_str().unwrap().to_owned();
        assert_eq!(text("token_type"), "Bearer");
        assert_eq!(text("instance_url"), server.base);
        assert!(
            text("issued_at").parse::<u64>().unwrap() > 1_700_000_000_000,
            "milliseconds"
        );
        assert_eq!(STANDARD.decode(text("signature")).unwrap().len(), 32);
        // jsforce takes the two ids from the end of it.
        let id = text("id");
        let rest = id.strip_prefix(&format!("{}/id/", server.base)).unwrap();
        let (organization, user) = rest.split_once('/').unwrap();
        assert_eq!((organization.len(), user.len()), (18, 18), "{id}");
        ids.push(id);
        let url = format!("{}/services/data/v59.0/sobjects", text("instance_url"));
        let list = server.http.get(url).bearer_auth(text("access_token"));
        assert_eq!(list.send().await.unwrap().status(), 200);
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn credentials_may_come_in_a_basic_header_and_in_chunks() {
    let server = org().await;
    let url = format!("{}/services/oauth2/token", server.base);
    let request = server.http.post(&url).basic_auth(CLIENT, Some(SECRET));
    let request = request.form(&[("grant_type", "client_credentials")]);
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.status, 200, "{answer:?}");

    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(password())
        .finish();
    let half = form.len() / 2;
    let (first, second) = form.split_at(half);
    let raw = format!(
        "POST /services/oauth2/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n\
         {:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    let mut connection = server.connect().await;
    let mut read = String::new();
    tokio::io::AsyncWriteExt::write_all(&mut connection, raw.as_bytes())
        .await
        .unwrap();
    tokio::io::AsyncReadExt::read_to_string(&mut connection, &mut read)
        .await
        .unwrap();
    assert!(read.starts_with("HTTP/1.1 200"), "{read}");
    assert!(read.contains(r#""instance_url":"http://x""#), "{read}");
}

#[tokio::test]
async fn the_public_url_is_where_to_use_it_where_one_is_set() {
    let server = org_with(|config| {
        config.server.public_url = Some("https://erp.example.com".to_owned());
        config.server.base_path = "/API2".to_owned();
    })
    .await;
    let answer = ask(&server, &client_credentials()).await;
    assert_eq!(
        answer.json()["instance_url"],
        "https://erp.example.com/API2"
    );
}

#[tokio::test]
async fn refusals_have_the_vendor_s_codes_and_texts() {
    let server = org().await;
    for (form, code, description) in [
        (
            vec![
                ("grant_type", "password"),
                ("username", CLIENT),
                ("password", "wrong"),
            ],
            "invalid_grant",
            "authentication failure",
        ),
        (
            vec![
                ("grant_type", "password"),
                ("username", "nobody"),
                ("password", SECRET),
            ],
            "invalid_grant",
            "authentication failure",
        ),
        (
            vec![("grant_type", "password"), ("username", CLIENT)],
            "invalid_grant",
            "authentication failure",
        ),
        (
            vec![
                ("grant_type", "client_credentials"),
                ("client_id", CLIENT),
                ("client_secret", "wrong"),
            ],
            "invalid_client_id",
            "client identifier invalid",
        ),
        (
            vec![("grant_type", "client_credentials")],
            "invalid_client_id",
            "client identifier invalid",
        ),
        (
            vec![("grant_type", "refresh_token")],
            "unsupported_grant_type",
            "grant type not supported",
        ),
        (vec![], "unsupported_grant_type", "grant type not supported"),
        (
            vec![
                ("grant_type", "password"),
                ("username", "a"),
                ("username", "b"),
            ],
            "invalid_request",
            "a parameter stands more than once; send it once",
        ),
    ] {
        let answer = ask(&server, &form).await;
        assert_eq!(answer.status, 400, "{form:?}: {answer:?}");
        assert_eq!(
            answer.json(),
            json!({"error": code, "error_description": description}),
            "{form:?}"
        );
    }
    let url = format!("{}/services/oauth2/token", server.base);
    let get = Answer::of(server.http.get(&url).send().await.unwrap()).await;
    assert_eq!(get.status, 405);
    assert_eq!(get.json()["error"], "invalid_request");
    let json = server
        .http
        .post(&url)
        .json(&json!({"grant_type": "password"}));
    assert_eq!(json.send().await.unwrap().status(), 415);
}
