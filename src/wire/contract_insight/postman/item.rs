//! One request of a Postman collection with its scripts.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::wire::openapi::sample::Target;

/// A request in the making.
pub(super) struct Item {
    name: String,
    request: Value,
    events: Vec<Value>,
}

impl Item {
    /// A POST to an entity.
    pub(super) fn post(name: &str, target: &Target<'_>, operation: &str) -> Self {
        let entity = target.entity.name().as_str();
        let entity = utf8_percent_encode(entity, NON_ALPHANUMERIC).to_string();
        Self::new(name, "POST", &["CSSAPI", "V2", &entity, operation])
    }

    /// A GET.
    pub(super) fn get(name: &str, path: &[&str]) -> Self {
        Self::new(name, "GET", path)
    }

    fn new(name: &str, method: &str, path: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            request: json!({
                "method": method,
                "header": [],
                "url": {
                    "raw": format!("{{{{baseUrl}}}}/{}", path.join("/")),
                    "host": ["{{baseUrl}}"],
                    "path": path,
                },
            }),
            events: Vec::new(),
        }
    }

    /// Sends JSON.
    pub(super) fn body(mut self, body: &Value) -> Self {
        self.request["header"] = json!([{"key": "Content-Type", "value": "application/json"}]);
        self.request["body"] = json!({
            "mode": "raw",
            "raw": format!("{body:#}"),
            "options": {"raw": {"language": "json"}},
        });
        self
    }

    /// Runs a script first.
    pub(super) fn before(mut self, script: &[&str]) -> Self {
        self.events.push(event("prerequest", script));
        self
    }

    /// Asserts something of the answer.
    pub(super) fn test(mut self, what: &str, assertions: &[&str]) -> Self {
        let open = format!("pm.test('{what}', () => {{");
        let body: Vec<String> = assertions.iter().map(|line| format!("  {line}")).collect();
        let mut script = vec![open.as_str()];
        script.extend(body.iter().map(String::as_str));
        script.push("});");
        self.events.push(event("test", &script));
        self
    }

    /// The item as Postman reads it.
    pub(super) fn build(self) -> Value {
        json!({"name": self.name, "event": self.events, "request": self.request})
    }
}

fn event(listen: &str, script: &[&str]) -> Value {
    json!({"listen": listen, "script": {"type": "text/javascript", "exec": script}})
}

/// The assertion on a 200.
pub(super) const STATUS_200: &str = "pm.response.to.have.status(200);";

/// The request that fetches the token every other one uses.
pub(super) fn token() -> Value {
    let mut item = Item::new("Get a token", "POST", &["oauth", "token"]).test(
        "a token is issued",
        &[
            STATUS_200,
            "const body = pm.response.json();",
            "pm.expect(body.token_type).to.eql('bearer');",
            "pm.collectionVariables.set('token', body.access_token);",
        ],
    );
    let pair = |key: &str, value: &str| json!({"key": key, "value": value, "type": "text"});
    item.request["auth"] = json!({"type": "noauth"});
    item.request["body"] = json!({
        "mode": "urlencoded",
        "urlencoded": [
            pair("grant_type", "client_credentials"),
            pair("client_id", "{{clientId}}"),
            pair("client_secret", "{{clientSecret}}"),
        ],
    });
    item.build()
}
