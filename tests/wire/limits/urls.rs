//! How much a URL may hold, and that the bounds on clauses hold on every API.

use reqwest::Method;

use super::send;
use crate::support::Server;

const PATHS: [&str; 4] = [
    "/CSSAPI/V2/EntityList",
    "/data/tblCustomers.json",
    "/resource/abcd-efgh.json",
    "/services/data/v59.0/sobjects",
];

#[tokio::test]
async fn a_url_has_only_so_many_bytes_and_parameters() {
    let server = Server::demo_with(|config| {
        config.limits.url_length = 300;
        config.limits.query_parameters = 20;
        config.datasette.database = Some("data".to_owned());
    })
    .await;
    for path in PATHS {
        let long = format!("{path}?a={}", "x".repeat(300));
        let answer = send(&server, Method::GET, &long, &[]).await;
        let code = answer.header("x-error-code");
        assert_eq!((answer.status, code), (414, "url_too_long"), "{answer:?}");
        assert!(answer.text.contains("300 bytes"), "{answer:?}");
        let many = format!("{path}?{}", "a&".repeat(21));
        let answer = send(&server, Method::GET, &many, &[]).await;
        let code = answer.header("x-error-code");
        assert_eq!(
            (answer.status, code),
            (400, "too_many_parameters"),
            "{answer:?}"
        );
    }
    assert_eq!(
        server.get("/CSSAPI/V2/EntityList?a=1&b=2").await.status,
        200
    );
}
