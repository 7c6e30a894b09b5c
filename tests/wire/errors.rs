//! Every error has the same envelope, whatever refused the request.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use upsertd::catalog::AllTables;

use crate::support::{Answer, EVERYTHING, Server, Sql, tuple};

async fn send(request: reqwest::RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}

const UPSERT: &str = "/CSSAPI/V2/tblCustomers/Upsert";
const GET: &str = "/CSSAPI/V2/tblCustomers/Get";

#[tokio::test]
async fn a_request_without_a_good_token_is_answered_401_everywhere() {
    let server = Server::demo().await;
    let paths = [
        (Method::POST, UPSERT),
        (Method::POST, "/CSSAPI/V2/tblCustomers/Update"),
        (Method::POST, "/CSSAPI/V2/tblCustomers/Add"),
        (Method::POST, "/CSSAPI/V2/tblCustomers/Get"),
        (Method::POST, "/CSSAPI/V2/tblCustomers/Schema"),
        // Also where there is no such entity: a stranger learns nothing of what exists.
        (Method::POST, "/CSSAPI/V2/tblNothing/Get"),
        (Method::GET, "/CSSAPI/V2/EntityList"),
    ];
    for (method, path) in paths {
        let bare = server
            .http
            .request(method, format!("{}{path}", server.base));
        let credentials = [
            (None, "token_missing"),
            (Some("Basic dGVzdGVyOng=".to_owned()), "token_missing"),
            (Some("Bearer".to_owned()), "token_missing"),
            (Some("Bearer nonsense".to_owned()), "token_invalid"),
            (Some(format!("Bearer {}x", server.token)), "token_invalid"),
        ];
        for (credential, code) in credentials {
            let mut request = bare.try_clone().unwrap().json(&json!({}));
            if let Some(credential) = credential {
                request = request.header("authorization", credential);
            }
            let answer = send(request).await;
            answer.fails(401, code, &["oauth/token"]);
            assert!(
                answer.header("www-authenticate").starts_with("Bearer"),
                "{answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_say_so() {
    let server = Server::demo().await;
    server
        .get("/nowhere")
        .await
        .fails(404, "not_found", &["/openapi.json"]);
    server
        .get("/CSSAPI/V3/tblCustomers/Get")
        .await
        .fails(404, "not_found", &[]);
    for (method, path, allow) in [
        (Method::GET, UPSERT, "POST"),
        (Method::PUT, UPSERT, "POST"),
        (Method::DELETE, "/CSSAPI/V2/EntityList", "GET"),
        (Method::GET, "/oauth/token", "POST"),
    ] {
        let answer = send(server.request(method, path)).await;
        answer.fails(405, "method_not_allowed", &[allow]);
        assert!(answer.header("allow").contains(allow), "{answer:?}");
    }
    let answer = server.post("tblCustomer", "Get", json!({})).await;
    answer.fails(404, "unknown_entity", &["did you mean 'tblCustomers'?"]);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_with_its_place() {
    let server = Server::demo().await;
    for (body, words) in [
        ("{\"Tuples\": [}", vec!["line 1"]),
        ("", vec![]),
        ("[]", vec!["object"]),
        ("\"text\"", vec!["object"]),
        ("{} x", vec![]),
        ("{\"Tuples\": 5}", vec!["Tuples"]),
        ("{\"Tuples\": [5]}", vec!["Tuples"]),
        ("{\"Tuples\": [{\"Value\": 5}]}", vec!["Name"]),
        (
            "{\"Tuples\": [], \"AllowMultiUpdate\": \"perhaps\"}",
            vec!["AllowMultiUpdate"],
        ),
        ("{\"Tuples\": [], \"Clause\": 5}", vec!["Clause"]),
    ] {
        let answer = server.post_raw(UPSERT, body).await;
        assert_eq!(answer.status, 400, "{body}: {answer:?}");
        for word in words {
            assert!(
                answer.message().contains(word),
                "'{word}' for {body}: {answer:?}"
            );
        }
    }
    let bytes = b"{\"Tuples\": [{\"Name\": \"City\", \"Value\": \"\xff\"}]}".to_vec();
    let answer = server.post_raw(UPSERT, bytes).await;
    answer.fails(400, "body_malformed", &[]);
}

#[tokio::test]
async fn a_deeply_nested_body_is_refused_and_the_service_lives() {
    let server = Server::demo().await;
    for body in ["[".repeat(100_000), "{\"Clause\":".repeat(50_000)] {
        let answer = server.post_raw(UPSERT, body).await;
        answer.fails(400, "body_malformed", &[]);
    }
    for text in ["(".repeat(60_000), "NOT ".repeat(15_000) + "City = 'x'"] {
        let body = json!({"Tuples": [tuple("City", "x")], "Clause": text});
        let answer = server.post("tblCustomers", "Update", body).await;
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    assert_eq!(server.get("/health/ready").await.status, 200);
}

#[tokio::test]
async fn another_content_type_is_refused_and_a_missing_one_is_json() {
    let server = Server::demo().await;
    let body = r#"{"Length": 1}"#;
    let get = || {
        server
            .request(Method::POST, "/CSSAPI/V2/tblCustomers/Get")
            .body(body)
    };
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
    ] {
        let answer = send(get().header("content-type", kind)).await;
        answer.fails(415, "unsupported_media_type", &["application/json"]);
    }
    for kind in [
        "application/json; charset=UTF-8",
        "application/problem+json",
        "Application/JSON",
    ] {
        assert_eq!(
            send(get().header("content-type", kind)).await.status,
            200,
            "{kind}"
        );
    }
    assert_eq!(send(get()).await.status, 200);
    let answer = send(get().header("content-encoding", "gzip")).await;
    answer.fails(415, "unsupported_media_type", &["Content-Encoding 'gzip'"]);
    assert_eq!(
        send(get().header("content-encoding", "identity"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_while_it_is_read() {
    let server = Server::demo_with(|config| config.server.max_body_bytes = 2000).await;
    let body = format!("{{\"Length\": 1}}{}", " ".repeat(3000));
    let answer = server.post_raw(GET, body.clone()).await;
    answer.fails(413, "body_too_large", &["2000 bytes"]);
    // Chunked, so that no header tells the length beforehand.
    let head = server.head(GET, "Transfer-Encoding: chunked\r\nConnection: close");
    let raw = format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let text = exchange(&server, &raw).await;
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
    assert!(text.contains("body_too_large"), "{text}");
    let answer = server.post_raw(GET, "{\"Length\": 1}").await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_answered_408_and_its_connection_closed() {
    let server =
        Server::demo_with(|config| config.server.request_timeout = Duration::from_secs(1)).await;
    for headers in ["Content-Length: 100", "Transfer-Encoding: chunked"] {
        let text = exchange(&server, &server.head(GET, headers)).await;
        assert!(text.starts_with("HTTP/1.1 408"), "{text}");
        for part in [
            "x-error-code: body_timeout",
            "connection: close",
            "within 1 s",
        ] {
            assert!(text.contains(part), "'{part}' in {text}");
        }
    }
    let form = "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ngrant";
    let text = exchange(&server, form).await;
    assert!(text.contains("body_timeout"), "{text}");
    assert!(text.contains("\"error\":\"invalid_request\""), "{text}");
}

/// Sends this and reads until the service closes the connection.
async fn exchange(server: &Server, request: &str) -> String {
    let mut stream = server.connect().await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = Vec::new();
    let read = stream.read_to_end(&mut text);
    let read = timeout(Duration::from_secs(30), read).await;
    assert!(matches!(read, Ok(Ok(_))), "closed in time: {read:?}");
    String::from_utf8(text).unwrap()
}

#[tokio::test]
async fn rights_are_checked_before_the_body_is_read() {
    let server = Server::demo_with(|config| config.serving.declared[0].actions.add = false).await;
    let answer = server.post_raw(UPSERT, "no json").await;
    answer.fails(403, "action_not_allowed", &["'tblCustomers'", "adding"]);
}

#[tokio::test]
async fn an_entity_that_allows_nothing_shows_nothing() {
    let server = Server::demo_with(|config| {
        let actions = &mut config.serving.declared[0].actions;
        (actions.add, actions.edit, actions.view) = (false, false, false);
    })
    .await;
    let answer = server.post("tblCustomers", "Schema", json!({})).await;
    answer.fails(
        404,
        "unknown_entity",
        &["There is no entity 'tblCustomers'"],
    );
    let listed = server.get("/CSSAPI/V2/EntityList").await;
    assert!(!listed.text.contains("tblCustomers"), "{listed:?}");
}

#[tokio::test]
async fn a_check_without_a_name_does_not_tell_its_expression() {
    let server = Server::demo().await;
    let body = json!({"Tuples": [tuple("CountryCode", "X"), tuple("CountryName", "Nowhere")]});
    let answer = server.post("tblCountries", "Add", body).await;
    // On SQL Server every constraint has a name.
    let named = server.told("CK_tblCountries_CountryCode");
    let told = if server.database.is_embedded() {
        "A check constraint of the table".to_owned()
    } else {
        format!("A check constraint '{named}' of the table")
    };
    answer.fails(409, "check_conflict", &[&told]);
    for part in ["length", "LEN("] {
        assert!(!answer.text.contains(part), "{answer:?}");
    }
    let body = json!({"Tuples": [tuple("Rating", 9)], "Clause": "VendorCode = 'ACME-PAR'"});
    let answer = server.post("tblCustomers", "Update", body).await;
    let named = format!("'{}'", server.told("CK_tblCustomers_Rating"));
    answer.fails(409, "check_conflict", &[&named]);
}

#[tokio::test]
async fn a_dropped_table_is_not_found_and_the_others_are_read_anew() {
    let server = Server::with_tables(
        "CREATE TABLE t (a int); CREATE TABLE u (a int);",
        &["t", "u"],
    )
    .await;
    server.execute("DROP TABLE u").await;
    let answer = server.post("u", "Get", json!({})).await;
    answer.fails(404, "unknown_entity", &["'u'"]);
    let answer = server.post("u", "Get", json!({})).await;
    answer.fails(404, "unknown_entity", &["'u'"]);
    server
        .execute(Sql {
            sqlite: "ALTER TABLE t RENAME COLUMN a TO b",
            mssql: "EXEC sp_rename 't.a', 'b', 'COLUMN'",
        })
        .await;
    // The statement fails, the tables are read again, and the caller hears of the column as it is now.
    let body = json!({"Tuples": [tuple("a", 1)]});
    let answer = server.post("t", "Add", body).await;
    answer.fails(400, "unknown_column", &["'a'"]);
    let body = json!({"Tuples": [tuple("b", 1)], "Clause": "b = 1"});
    assert_eq!(server.post("t", "Upsert", body).await.status, 200);
}

#[tokio::test]
async fn requests_that_meet_a_dropped_table_at_once_are_all_told_the_same() {
    let server = Server::with_tables("CREATE TABLE t (a int)", &["t"]).await;
    server.execute("DROP TABLE t").await;
    let gets = (0..40).map(|_| server.post("t", "Get", json!({})));
    for answer in futures_util::future::join_all(gets).await {
        answer.fails(404, "unknown_entity", &["'t'"]);
    }
}

/// A service of these tables that serves every other table too.
async fn serving_all(sql: &str, declared: &[&str]) -> Server {
    Server::with_tables_and(sql, declared, |config| {
        config.serving.all_tables = Some(AllTables {
            actions: EVERYTHING,
            passwords: Vec::new(),
            caller_keys: false,
            create: false,
        });
    })
    .await
}

#[tokio::test]
async fn a_new_column_is_found_and_a_new_table_soon() {
    let server = serving_all("CREATE TABLE t (a int)", &["t"]).await;
    server
        .execute("ALTER TABLE t ADD b int; CREATE TABLE v (a int)")
        .await;
    let body = json!({"Tuples": [tuple("b", 1)]});
    assert_eq!(server.post("t", "Add", body).await.status, 200);
    // Reading the tables for the column has found the table too.
    assert_eq!(server.post("v", "Get", json!({})).await.status, 200);

    let server = serving_all("CREATE TABLE t (a int)", &[]).await;
    server.execute("CREATE TABLE v (a int)").await;
    let answer = server.post("v", "Get", json!({})).await;
    answer.fails(404, "unknown_entity", &["'v'"]);
    while server.post("v", "Get", json!({})).await.status != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_table_that_lost_its_password_column_is_not_served_without_guard() {
    let server = Server::demo_with(|config| {
        config.serving.all_tables = Some(AllTables {
            actions: EVERYTHING,
            passwords: Vec::new(),
            caller_keys: false,
            create: false,
        });
    })
    .await;
    server
        .execute(Sql {
            sqlite: "ALTER TABLE tblEmployees RENAME COLUMN PasswordHash TO Kept; DROP TABLE tblInvoices",
            mssql: "EXEC sp_rename 'tblEmployees.PasswordHash', 'Kept', 'COLUMN'; DROP TABLE tblInvoices",
        })
        .await;
    // This has the tables read again.
    server
        .post("tblInvoices", "Get", json!({}))
        .await
        .fails(404, "unknown_entity", &[]);
    server
        .post("tblEmployees", "Get", json!({}))
        .await
        .fails(404, "unknown_entity", &[]);
    server.rows("tblCustomers", json!({"Length": 1})).await;
}

#[tokio::test]
async fn a_trigger_that_names_what_is_gone_is_the_databases_own_defect() {
    let server = Server::with_tables(
        Sql {
            sqlite: "CREATE TABLE t (a int); CREATE TABLE log (a int);
                     CREATE TRIGGER logs AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END;",
            mssql: "CREATE TABLE t (a int); CREATE TABLE log (a int);
GO
CREATE TRIGGER logs ON t AFTER INSERT AS INSERT INTO log SELECT a FROM inserted;",
        },
        &["t"],
    )
    .await;
    server.execute("DROP TABLE log").await;
    for _ in 0..2 {
        let answer = server
            .post("t", "Add", json!({"Tuples": [tuple("a", 1)]}))
            .await;
        answer.fails(500, "schema_broken", &["trigger", "LogId"]);
        assert!(!answer.text.contains("log\""), "{answer:?}");
        assert!(answer.headers.get("retry-after").is_none(), "{answer:?}");
    }
    server.rows("t", json!({})).await;
}
