//! The README's tutorial, word for word: every command marked `<!-- tutorial -->` is sent as it stands
//! (with the test's own address) and must get the answer that the README prints.

use std::collections::VecDeque;

use reqwest::Method;

use crate::support::{self, Answer, Server};

/// A command and the answer printed under it, if any.
struct Step {
    command: String,
    answer: Option<String>,
}

fn steps(readme: &str) -> Vec<Step> {
    let marked = readme.split("<!-- tutorial -->\n```sh\n").skip(1);
    marked
        .map(|text| {
            let (command, rest) = text.split_once("\n```\n").unwrap();
            let answer = rest
                .strip_prefix("```json\n")
                .map(|rest| rest.split_once("\n```").unwrap().0.to_owned());
            Step {
                command: command.to_owned(),
                answer,
            }
        })
        .collect()
}

/// Splits a POSIX shell command into words: single and double quotes, and backslashes outside them.
fn words(command: &str, token: &str) -> VecDeque<String> {
    let mut words = VecDeque::new();
    let mut word: Option<String> = None;
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => word
                .get_or_insert_default()
                .extend(chars.by_ref().take_while(|c| *c != '\'')),
            '"' => {
                let quoted: String = chars.by_ref().take_while(|c| *c != '"').collect();
                word.get_or_insert_default()
                    .push_str(&quoted.replace("$TOKEN", token));
            }
            '\\' => match chars.next() {
                Some('\n') | None => {}
                Some(c) => word.get_or_insert_default().push(c),
            },
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Sends what a curl command would.
async fn curl(server: &Server, command: &str, token: &str) -> Answer {
    let mut words = words(command, token);
    assert_eq!(words.pop_front().as_deref(), Some("curl"));
    let (mut url, mut headers, mut data) = (String::new(), Vec::new(), Vec::new());
    let mut basic = None;
    let mut method = Method::POST;
    while let Some(word) = words.pop_front() {
        match word.as_str() {
            "-s" => {}
            "-X" => method = words.pop_front().unwrap().parse().unwrap(),
            "-H" => headers.push(words.pop_front().unwrap()),
            "-u" => basic = words.pop_front(),
            "-d" => data.push(words.pop_front().unwrap()),
            other => url = other.replace("http://127.0.0.1:8080", &server.base),
        }
    }
    let mut request = server.http.request(method, url).body(data.join("&"));
    if !headers.iter().any(|h| h.starts_with("Content-Type")) {
        request = request.header("Content-Type", "application/x-www-form-urlencoded");
    }
    if let Some((id, secret)) = basic.as_deref().and_then(|basic| basic.split_once(':')) {
        request = request.basic_auth(id, Some(secret));
    }
    for header in headers {
        let (name, value) = header.split_once(": ").unwrap();
        request = request.header(name.to_owned(), value.to_owned());
    }
    Answer::of(request.send().await.unwrap()).await
}

/// A `LogId` is another one each time.
fn without_log_id(text: &str) -> String {
    match text.split_once(r#""LogId":""#) {
        Some((before, rest)) => format!("{before}{}", &rest[36..]),
        None => text.to_owned(),
    }
}

#[tokio::test]
async fn the_readme_s_commands_get_the_answers_it_prints() {
    let readme = include_str!("../../README.md");
    let server = Server::demo_with(|config| {
        let employees = &mut config.serving.declared[2];
        employees.keys.external_ids = vec!["UserName".to_owned()];
        config.datasette.database = Some("demo".to_owned());
        config.auth.clients = vec![upsertd::access::ClientSecret {
            id: "demo".to_owned(),
            hash: upsertd::access::hash_secret("demo-secret").unwrap(),
            rights: std::sync::Arc::new(upsertd::domain::Rights::everything()),
        }]
        .into_iter()
        .chain(config.auth.clients.clone())
        .collect();
    })
    .await;
    let steps = steps(readme);
    assert!(steps.len() >= 5, "the tutorial was found");
    let mut token = String::new();
    for step in steps {
        if let Some(inner) = step.command.strip_prefix("TOKEN=$(") {
            let command = inner.split_once(" | ").unwrap().0;
            let answer = curl(&server, command, "").await;
            token = answer.json()["access_token"].as_str().unwrap().to_owned();
            continue;
        }
        let answer = curl(&server, &step.command, &token).await;
        let expected = step.answer.unwrap();
        assert_eq!(
            without_log_id(&answer.text),
            without_log_id(&expected),
            "{}",
            step.command
        );
    }
    // The words after Task 3 hold too: sent again, it updates.
    let again = support::all(&[support::rule("VendorName", "equal", "Northwind Paper")]);
    let body = serde_json::json!({"Tuples": [support::tuple("City", "Salem")], "Clause": again});
    let answer = server.post("tblCustomers", "Upsert", body).await;
    assert_eq!(answer.json()["TotalAffected"], 1);
}
