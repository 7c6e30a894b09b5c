//! What browsers are told.

use reqwest::Method;
use upsertd::wire::gate::Cors;

use super::send;
use crate::support::{Answer, Server};

const APP: &str = "https://app.example.com";

#[tokio::test]
async fn every_answer_says_what_a_browser_may_not_do_with_it() {
    let server = Server::demo().await;
    for (path, status) in [
        ("/CSSAPI/V2/EntityList", 200),
        ("/nowhere", 404),
        ("/health/live", 200),
        ("/swagger", 200),
        ("/swagger/oauth-receiver.html", 200),
    ] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, status);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            // Not over TLS: a browser would not believe it either.
            ("strict-transport-security", ""),
            ("access-control-allow-origin", ""),
            ("vary", ""),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("script-src 'unsafe"), "{policy}");
        let page = answer.header("content-type").starts_with("text/html");
        assert_eq!(policy.contains("script-src 'sha256-"), page, "{policy}");
    }
}

#[tokio::test]
async fn the_documentation_may_call_the_address_that_it_names() {
    let server = Server::demo_with(|config| {
        config.server.public_url = Some("https://api.example.com/x".to_owned());
    })
    .await;
    let page = server.get("/swagger").await;
    let policy = page.header("content-security-policy");
    // A path would have to match to its end.
    assert!(
        policy.contains("connect-src 'self' https://api.example.com;"),
        "{policy}"
    );
}

async fn preflight(server: &Server, origin: &str) -> Answer {
    let asked = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        (
            "access-control-request-headers",
            "authorization,content-type",
        ),
    ];
    let path = "/CSSAPI/V2/tblCustomers/Upsert";
    let mut request = server
        .http
        .request(Method::OPTIONS, format!("{}{path}", server.base));
    for (name, value) in asked {
        request = request.header(name, value);
    }
    Answer::of(request.send().await.unwrap()).await
}

#[tokio::test]
async fn pages_of_others_may_call_only_where_they_are_named() {
    let server = Server::demo_with(|config| {
        config.cors = Cors::Origins(vec![APP.to_owned()]);
    })
    .await;
    let may = preflight(&server, APP).await;
    assert_eq!((may.status, may.text.as_str()), (204, ""), "{may:?}");
    assert_eq!(may.header("access-control-allow-origin"), APP);
    assert_eq!(may.header("access-control-allow-methods"), "POST");
    assert_eq!(
        may.header("access-control-allow-headers"),
        "authorization,content-type"
    );
    let read = send(
        &server,
        Method::GET,
        "/CSSAPI/V2/EntityList",
        &[("origin", APP)],
    )
    .await;
    assert_eq!(read.header("access-control-allow-origin"), APP);
    assert_eq!(read.header("vary"), "origin");
    assert!(
        read.header("access-control-expose-headers")
            .contains("X-Log-Id")
    );
    // A page that hears of an error needs its code.
    let refused = send(&server, Method::GET, "/nowhere", &[("origin", APP)]).await;
    assert_eq!(refused.header("access-control-allow-origin"), APP);
    for other in [
        "https://app.example.com.evil.example",
        "http://app.example.com",
        "null",
    ] {
        let may_not = preflight(&server, other).await;
        assert_eq!(may_not.status, 405, "{may_not:?}");
        assert_eq!(may_not.header("access-control-allow-origin"), "");
        let read = send(
            &server,
            Method::GET,
            "/CSSAPI/V2/EntityList",
            &[("origin", other)],
        )
        .await;
        assert_eq!(read.header("access-control-allow-origin"), "");
        assert_eq!(read.header("vary"), "origin");
    }
    assert_eq!(may.header("access-control-allow-credentials"), "");
}

#[tokio::test]
async fn pages_of_everybody_may_call_without_the_browser_s_credentials() {
    let server = Server::demo_with(|config| config.cors = Cors::Any).await;
    let may = preflight(&server, "https://anywhere.example").await;
    assert_eq!(
        (may.status, may.header("access-control-allow-origin")),
        (204, "*")
    );
    assert_eq!(may.header("access-control-allow-credentials"), "");
}

#[tokio::test]
async fn where_nobody_is_named_no_page_may_call() {
    let server = Server::demo().await;
    let may_not = preflight(&server, APP).await;
    assert_eq!(may_not.status, 405, "{may_not:?}");
    assert_eq!(may_not.header("access-control-allow-origin"), "");
}
