//! What the service answered, and what must hold of it.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// What the service answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(response: reqwest::Response) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn message(&self) -> String {
        self.json()["Message"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Asserts the status and that the body is what it should be.
    #[track_caller]
    pub fn is(&self, expected: &Value) -> &Self {
        assert_eq!(
            (self.status, self.json()),
            (200, expected.clone()),
            "{self:?}"
        );
        self.has_log_id();
        self
    }

    /// Asserts an error: its status, code, envelope, and that the message holds each of the words.
    #[track_caller]
    pub fn fails(&self, status: u16, code: &str, words: &[&str]) -> &Self {
        assert_eq!(
            (self.status, self.header("x-error-code")),
            (status, code),
            "{self:?}"
        );
        let body = self.json();
        assert_eq!(body["Exception"], Value::Null, "{self:?}");
        assert_eq!(body["LogId"], self.header("x-log-id"), "{self:?}");
        self.has_log_id();
        let message = self.message();
        for word in words {
            assert!(message.contains(word), "'{word}' in {self:?}");
        }
        self
    }

    #[track_caller]
    fn has_log_id(&self) {
        let id = self.header("x-log-id");
        assert!(uuid::Uuid::parse_str(id).is_ok(), "X-Log-Id: {id}");
    }
}
