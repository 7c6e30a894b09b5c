//! Health and documentation, open to everybody.

use std::{fs::OpenOptions, io::Write as _};

use serde_json::{Value, json};

use crate::support::{Answer, Server};

#[tokio::test]
async fn health_and_documentation_need_no_token() {
    let server = Server::demo_with(|config| config.server.base_path = "/API2".to_owned()).await;
    for path in [
        "/health/live",
        "/health/ready",
        "/openapi.json",
        "/swagger",
        "/postman.json",
    ] {
        let request = server.http.get(format!("{}{path}", server.base));
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn the_swagger_page_holds_the_document_and_loads_nothing_from_elsewhere() {
    let server = Server::demo().await;
    let page = server.get("/swagger").await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text.contains("SwaggerUIBundle"));
    assert!(page.text.contains("/CSSAPI/V2/{entity}/Upsert"));
    for foreign in [
        "<script src=\"http",
        "<link href=\"http",
        "unpkg.com",
        "cdn.",
    ] {
        assert!(!page.text.contains(foreign), "{foreign}");
    }
}

/// Every example of the document, sent as it stands: the first value of each path parameter, each
/// request example.
#[tokio::test]
async fn the_document_describes_every_path_and_its_examples_work_when_sent() {
    let server = Server::demo_with(add_demo_client).await;
    let document = server.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.0.0");
    let paths = document["paths"].as_object().unwrap();
    let mut sent = 0;
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            let named = format!("{method} {path}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.contains_key("200"), "{named}");
            if path.contains("/CSSAPI/") {
                for status in [
                    "400", "401", "403", "404", "405", "408", "413", "415", "429", "500", "503",
                ] {
                    let get = method == "get" || path.ends_with("Schema");
                    let bodyless =
                        get && ["400", "403", "404", "408", "413", "415"].contains(&status);
                    assert!(
                        bodyless || responses.contains_key(status),
                        "{named} {status}"
                    );
                }
            }
            if path.contains("oauth") {
                let content = &operation["requestBody"]["content"];
                let form = &content["application/x-www-form-urlencoded"]["example"];
                let request = server
                    .http
                    .post(format!("{}{path}", server.base))
                    .form(form);
                let answer = Answer::of(request.send().await.unwrap()).await;
                assert_eq!(answer.status, 200, "{named}: {answer:?}");
                continue;
            }
            // Some name what only the configuration knows.
            let Some(url) = example_path(path, operation) else {
                assert!(!path.contains("/CSSAPI/"), "{named} has no example");
                continue;
            };
            for body in example_bodies(operation) {
                let method = method.to_uppercase().parse().unwrap();
                let mut request = server.request(method, &url);
                if let Some(body) = body {
                    request = request.json(&body);
                }
                let answer = Answer::of(request.send().await.unwrap()).await;
                assert_eq!(answer.status, 200, "{named}: {answer:?}");
                sent += 1;
            }
        }
    }
    assert!(sent >= 8, "{sent} examples were sent");
}

/// The path with its examples; `None` where a place has none.
fn example_path(path: &str, operation: &Value) -> Option<String> {
    let mut path = path.to_owned();
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    for parameter in parameters.filter(|p| p["in"] == "path") {
        let name = parameter["name"].as_str().unwrap();
        let example = parameter["example"]
            .as_str()
            .or(parameter["schema"]["example"].as_str())?;
        path = path.replace(&format!("{{{name}}}"), example);
    }
    Some(path)
}

fn example_bodies(operation: &Value) -> Vec<Option<Value>> {
    let content = &operation["requestBody"]["content"]["application/json"];
    if let Some(examples) = content["examples"].as_object() {
        return examples
            .values()
            .map(|e| Some(e["value"].clone()))
            .collect();
    }
    match content["example"].clone() {
        // Nothing can be sent where a body is needed and no entity has one to show.
        Value::Null if operation["requestBody"]["required"] == true => vec![],
        Value::Null => vec![None],
        example => vec![Some(example)],
    }
}

#[tokio::test]
async fn readiness_follows_the_database() {
    let (server, file) = Server::embedded_demo().await;
    assert_eq!(server.get("/health/ready").await.status, 200);
    // A change by another process makes every connection look into the file anew; what it holds by then
    // is no database any more. The files beside it stay as they are: one of them is mapped into memory.
    let mut other = server.session().await;
    other
        .execute(
            "UPDATE tblCustomers SET City = 'Ulm'; PRAGMA wal_checkpoint(TRUNCATE);
             UPDATE tblCustomers SET City = 'Rom'; PRAGMA wal_checkpoint(RESTART);",
        )
        .await;
    let mut file = OpenOptions::new().write(true).open(file).unwrap();
    file.write_all(b"not a database any more").unwrap();
    let answer = server.get("/health/ready").await;
    answer.fails(503, "database_unavailable", &["nothing was written"]);
    assert_eq!(server.get("/health/live").await.status, 200);
    let answer = server.post("tblCustomers", "Get", json!({})).await;
    answer.fails(503, "database_unavailable", &[]);
}

#[tokio::test]
async fn the_postman_collection_has_the_three_tasks_with_tests() {
    let server = Server::demo().await;
    let collection = server.get("/postman.json").await.json();
    assert!(
        collection["info"]["schema"]
            .as_str()
            .unwrap()
            .contains("v2.1.0")
    );
    let mut requests = Vec::new();
    collect(&collection["item"], &mut requests);
    for task in ["Task 1", "Task 2", "Task 3"] {
        let found = requests
            .iter()
            .find(|r| r["name"].as_str().unwrap().starts_with(task));
        let script = &found.unwrap_or_else(|| panic!("{task}"))["event"];
        assert!(script.to_string().contains("pm.test"), "{task}: {script}");
    }
    let variables: Vec<&str> = collection["variable"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["key"].as_str().unwrap())
        .collect();
    for key in ["baseUrl", "clientId", "clientSecret"] {
        assert!(variables.contains(&key), "{variables:?}");
    }
    let value = |collection: &Value, key: &str| {
        let variables = collection["variable"].as_array().unwrap();
        let found = variables.iter().find(|v| v["key"] == key);
        found.unwrap()["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(value(&collection, "clientId"), "");
    assert_eq!(value(&collection, "clientSecret"), "");
    let demo = Server::demo_with(add_demo_client).await;
    let collection = demo.get("/postman.json").await.json();
    assert_eq!(value(&collection, "clientId"), "demo");
    assert_eq!(value(&collection, "clientSecret"), "demo-secret");
}

/// The demo's client beside the tests' own.
fn add_demo_client(config: &mut upsertd::config::Config) {
    config.auth.clients.push(upsertd::access::ClientSecret {
        id: "demo".to_owned(),
        hash: upsertd::access::hash_secret("demo-secret").unwrap(),
        rights: std::sync::Arc::new(upsertd::domain::Rights::everything()),
    });
}

fn collect<'a>(items: &'a Value, found: &mut Vec<&'a Value>) {
    for item in items.as_array().into_iter().flatten() {
        if item["request"].is_null() {
            collect(&item["item"], found);
        } else {
            found.push(item);
        }
    }
}
