//! Whose pages may call from a browser (the Fetch standard's CORS protocol). Nobody's, unless the configuration names
//! them. Credentials that a browser would send by itself are never asked for: callers send theirs in a header.

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};

/// What callers may need of an answer besides what every page may see of it.
const EXPOSED: &str = "X-Log-Id, X-Error-Code, RateLimit, RateLimit-Policy, Retry-After, ETag, Location, Link, \
                       Idempotency-Replayed, X-SODA2-Fields, X-SODA2-Types, X-SODA2-Truth-Last-Modified, \
                       X-Socrata-RequestId, Sforce-Limit-Info";
/// For how long a browser need not ask again, in seconds.
const MAX_AGE: &str = "600";

/// Whose pages may call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cors {
    /// Nobody's.
    #[default]
    Off,
    /// Those from these origins, such as `https://app.example.com`.
    Origins(Vec<String>),
    /// Everybody's.
    Any,
}

impl Cors {
    /// What to say that is allowed to the page that sends a request; `None` where it is not, or none sends it.
    #[must_use]
    pub fn allowed(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let origin = headers.get(header::ORIGIN)?;
        match self {
            Self::Off => None,
            Self::Any => Some(HeaderValue::from_static("*")),
            Self::Origins(origins) => {
                let found = origins.iter().any(|known| known.as_bytes() == origin);
                found.then(|| origin.clone())
            }
        }
    }

    /// The answer to a page that may call and asks whether it may: whatever the path takes, it may send.
    #[must_use]
    pub fn preflight(request: &Request) -> Option<Response> {
        let headers = request.headers();
        let method = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD)?;
        if request.method() != Method::OPTIONS {
            return None;
        }
        let mut response = Response::builder().status(StatusCode::NO_CONTENT);
        response = response
            .header(header::ACCESS_CONTROL_ALLOW_METHODS, method)
            .header(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        if let Some(wanted) = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            response = response.header(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted);
        }
        let mut response = response.finish();
        for asked in [
            header::ACCESS_CONTROL_REQUEST_METHOD,
            header::ACCESS_CONTROL_REQUEST_HEADERS,
        ] {
            vary(response.headers_mut(), &asked);
        }
        Some(response)
    }

    /// Says on an answer who may see it.
    pub fn say(&self, allowed: Option<&HeaderValue>, headers: &mut HeaderMap) {
        if let Self::Origins(_) = self {
            vary(headers, &header::ORIGIN);
        }
        if let Some(origin) = allowed {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static(EXPOSED),
            );
        }
    }
}

fn vary(headers: &mut HeaderMap, by: &HeaderName) {
    if let Ok(value) = HeaderValue::from_str(by.as_str()) {
        headers.append(header::VARY, value);
    }
}
