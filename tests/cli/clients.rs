//! `upsertd client`: what it prints, and what services that run make of it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::process::{Serving, example, text, upsertd, with_stdin};

/// Runs `upsertd client` with these arguments; its exit code, and what it said.
fn client(file: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = upsertd(&["client"]);
    let ran = command.args(arguments).arg("--config").arg(file);
    let ran = ran.output().unwrap();
    (ran.status.code(), text(&ran.stdout), text(&ran.stderr))
}

/// The lines that it printed; it must have done what it was told.
fn done(file: &Path, arguments: &[&str]) -> Vec<String> {
    let (code, out, err) = client(file, arguments);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{arguments:?}");
    out.lines().map(str::to_owned).collect()
}

fn serving(file: &Path) -> Serving {
    let mut command = upsertd(&["serve", "--config"]);
    command
        .arg(file)
        .env("UPSERTD__SERVER__LISTEN", "127.0.0.1:0");
    Serving::start(command)
}

struct Caller {
    http: reqwest::Client,
    url: String,
}

impl Caller {
    fn of(serving: &Serving) -> Self {
        Self {
            http: reqwest::Client::new(),
            url: serving.url.clone(),
        }
    }

    async fn token(&self, id: &str, secret: &str) -> Option<String> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", secret),
        ];
        let asking = self.http.post(format!("{}/oauth/token", self.url));
        let answer: Value = asking
            .form(&form)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        answer["access_token"].as_str().map(str::to_owned)
    }

    async fn status(&self, token: &str) -> u16 {
        let asking = self.http.get(format!("{}/CSSAPI/V2/EntityList", self.url));
        let answer = asking.bearer_auth(token).send().await.unwrap();
        answer.status().as_u16()
    }

    async fn write_status(&self, token: &str) -> u16 {
        let url = format!("{}/CSSAPI/V2/tblCustomers/Add", self.url);
        let body = serde_json::json!({"Tuples": [{"Name": "VendorName", "Value": "New"}]});
        let asking = self.http.post(url).bearer_auth(token).json(&body);
        asking.send().await.unwrap().status().as_u16()
    }
}

/// Waits until the services have read what was changed.
async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !holds().await {
        assert!(started.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_client_is_made_changed_and_revoked_while_two_services_run() {
    let (_folder, file) = example();
    // It asks again and again until a secret counts.
    let limited = std::fs::read_to_string(&file).unwrap();
    let unlimited = limited.replace(
        "failed_logins_per_minute = 60",
        "failed_logins_per_minute = 0",
    );
    assert_ne!(limited, unlimited);
    std::fs::write(&file, unlimited).unwrap();
    let services = [serving(&file), serving(&file)];
    let callers = [Caller::of(&services[0]), Caller::of(&services[1])];
    let made = done(&file, &["add", "crm", "--role", "everything"]);
    let [secret] = &made[..] else {
        panic!("{made:?}")
    };
    let mut tokens = Vec::new();
    for caller in &callers {
        until(async || caller.token("crm", secret).await.is_some()).await;
        tokens.push(caller.token("crm", secret).await.unwrap());
    }
    for caller in &callers {
        for token in &tokens {
            assert_eq!(caller.status(token).await, 200);
        }
    }
    assert_eq!(
        callers[0].write_status(&tokens[1]).await,
        200,
        "the role's rights"
    );

    let new = done(&file, &["rotate", "crm", "--keep-old-for", "600"]).remove(0);
    assert_ne!(&new, secret);
    for caller in &callers {
        until(async || caller.token("crm", &new).await.is_some()).await;
        assert!(caller.token("crm", secret).await.is_some());
        assert_eq!(caller.status(&tokens[0]).await, 200);
    }
    let newest = done(&file, &["rotate", "crm"]).remove(0);
    for caller in &callers {
        until(async || caller.status(&tokens[0]).await == 401).await;
        assert!(caller.token("crm", secret).await.is_none());
        assert!(caller.token("crm", &new).await.is_none());
        assert!(caller.token("crm", &newest).await.is_some());
    }
    let token = callers[0].token("crm", &newest).await.unwrap();
    assert_eq!(done(&file, &["revoke", "crm"]), [""; 0]);
    for caller in &callers {
        until(async || caller.status(&token).await == 401).await;
        assert!(caller.token("crm", &newest).await.is_none());
    }
    assert_eq!(done(&file, &["restore", "crm"]), [""; 0]);
    for caller in &callers {
        until(async || caller.token("crm", &newest).await.is_some()).await;
        assert_eq!(
            caller.status(&token).await,
            401,
            "what was revoked stays so"
        );
    }
    for service in services {
        let (code, _, log) = service.stop();
        assert_eq!(code, Some(0));
        for kept in [secret.as_str(), &new, &newest, "$argon2id", &token] {
            assert!(!log.contains(kept), "{log}");
        }
    }
}

#[test]
fn the_list_names_every_client_and_nothing_secret() {
    let (_folder, file) = example();
    let grant = r#"{"entities": ["tblCustomers"], "allow": ["view"], "rows": "City = 'Vienna'"}"#;
    let made = done(&file, &["add", "bi", "--grant", grant, "--app-token"]);
    let [secret, app_token] = &made[..] else {
        panic!("{made:?}")
    };
    done(&file, &["revoke", "erp"]);
    let list = done(&file, &["list"]);
    assert_eq!(list.len(), 2, "{list:?}");
    assert!(list[0].starts_with("bi\tdatabase\tactive\t"), "{list:?}");
    assert!(list[0].contains("City = 'Vienna'"), "{list:?}");
    assert_eq!(list[1], "erp\tconfiguration\trevoked");
    let shown = list.concat();
    for hidden in [secret, app_token, "$argon2id"] {
        assert!(!shown.contains(hidden), "{shown}");
    }
    let database = rusqlite::Connection::open(file.with_file_name("upsertd-demo/demo.db")).unwrap();
    let stored: String = database
        .query_row(
            "SELECT secret_hash || app_tokens FROM upsertd_clients WHERE id = 'bi'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert!(stored.starts_with("$argon2id$"));
    assert!(!stored.contains(secret) && !stored.contains(app_token));
}

#[test]
fn what_cannot_be_done_is_told_with_the_remedy() {
    let (_folder, file) = example();
    done(&file, &["add", "crm"]);
    for (arguments, says) in [
        (&["add", "crm"][..], "there is a client 'crm' already"),
        (&["add", "erp"], "'erp' is a client of the configuration"),
        (&["add", "a:b"], "an id is text without a colon"),
        (&["add", ""], "an id is text without a colon"),
        (
            &["add", "x", "--role", "clerks"],
            "there is no role 'clerks'",
        ),
        (&["add", "x", "--grant", "view"], "--grant is no grant"),
        (
            &[
                "add",
                "x",
                "--grant",
                r#"{"entities": ["*"], "allow": ["fly"]}"#,
            ],
            "allow holds 'fly'; the actions are",
        ),
        (&["rotate", "nobody"], "there is no client 'nobody'"),
        (&["rotate", "erp"], "change its secret_hash there"),
        (&["revoke", "nobody"], "there is no client 'nobody'"),
        (&["revoke", "corp:ada"], "there is no client 'corp:ada'"),
        (&["restore", "crm"], "the client 'crm' is not revoked"),
        (&["restore", "erp"], "there is no revoked client 'erp'"),
    ] {
        let (code, out, err) = client(&file, arguments);
        assert_eq!((code, out.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(err.contains(says), "{arguments:?}: {err}");
    }
    done(&file, &["revoke", "crm"]);
    let (code, _, err) = client(&file, &["rotate", "crm"]);
    assert_eq!(code, Some(1));
    assert!(
        err.contains("`upsertd client restore` lets it in again"),
        "{err}"
    );
    for arguments in [&["rotate", "crm", "--keep-old-for", "0"][..], &["add"], &[]] {
        assert_eq!(client(&file, arguments).0, Some(2), "{arguments:?}");
    }
}

#[test]
fn a_service_may_have_its_clients_in_the_database_alone() {
    let (_folder, file) = example();
    let made = upsertd(&["client", "add", "only", "--config"])
        .arg(&file)
        .env("UPSERTD__AUTH__CLIENTS", "[]")
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut command = upsertd(&["serve", "--config"]);
    command
        .arg(&file)
        .env("UPSERTD__AUTH__CLIENTS", "[]")
        .env("UPSERTD__SERVER__LISTEN", "127.0.0.1:0");
    let serving = Serving::start(command);
    let secret = text(&made.stdout);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let token = runtime.block_on(Caller::of(&serving).token("only", secret.trim_end()));
    assert!(token.is_some());
    serving.stop();
}

#[test]
fn an_app_token_and_its_hash_are_two_lines_and_never_the_same() {
    let make = || {
        let made = with_stdin(upsertd(&["new-app-token"]), "");
        let out = text(&made.stdout);
        let lines: Vec<String> = out.lines().map(str::to_owned).collect();
        lines
    };
    let (one, other) = (make(), make());
    let [token, hash] = &one[..] else {
        panic!("{one:?}")
    };
    assert_eq!(upsertd::access::AppTokenHash::of(token).to_string(), *hash);
    assert_ne!(one, other);
}
