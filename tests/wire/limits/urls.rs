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

#[tokio::test]
async fn the_bounds_on_clauses_hold_for_every_api_that_reads_conditions() {
    let server = Server::demo_with(|config| {
        config.limits.clause.rules = 20;
        config.limits.clause.depth = 3;
        config.limits.clause.value_length = 50;
        config.datasette.database = Some("data".to_owned());
    })
    .await;
    let views = server.get("/api/views").await.json();
    let mut customers = views.as_array().unwrap().iter();
    let customers = customers.find(|view| view["name"] == "tblCustomers");
    let id = customers.unwrap()["id"].as_str().unwrap();
    let long = "x".repeat(51);
    let rules = |number: usize, between: &str| vec!["city='x'"; number].join(between);
    let deep = "(".repeat(5) + "city='x'" + &" or city='y') and city='z'".repeat(5);
    for (query, fits) in [
        (format!("$where={}", rules(20, " or ")), true),
        (format!("$where={}", rules(21, " or ")), false),
        (format!("$where=city='{long}'"), false),
        (format!("$where={deep}"), false),
        (format!("city={long}"), false),
    ] {
        let answer = server.get(&format!("/resource/{id}.json?{query}")).await;
        let expected = if fits { 200 } else { 400 };
        assert_eq!(answer.status, expected, "{query}: {answer:?}");
    }
    for (query, fits) in [
        (vec!["City__contains=x"; 20].join("&"), true),
        (vec!["City__contains=x"; 21].join("&"), false),
        (format!("City={long}"), false),
        (format!("City__in={}", vec!["x"; 1000].join(",")), false),
    ] {
        let answer = server
            .get(&format!("/data/tblCustomers.json?{query}"))
            .await;
        let expected = if fits { 200 } else { 400 };
        assert_eq!(answer.status, expected, "{query}: {answer:?}");
    }
}
