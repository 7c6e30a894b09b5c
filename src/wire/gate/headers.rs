//! The headers of every answer: what browsers may do with it, and how its caller stands with its limits.

use std::iter;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use poem::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::Standing;

/// For answers that are no pages: nothing in them is run, and nobody frames them.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Says what browsers may do, where the answer does not say it itself. An answer that came over TLS has the browser come
/// back over TLS, for a year.
pub fn secure(headers: &mut HeaderMap, over_tls: bool) {
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, NOTHING),
    ];
    let tls = (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    for (name, value) in always.into_iter().chain(over_tls.then_some(tls)) {
        let value = HeaderValue::from_static(value);
        headers.entry(name).or_insert(value);
    }
}

/// What a page may do: run the scripts that stand in it and no others, and call where the documentation says.
#[must_use]
pub fn page_policy(page: &str, api: Option<&str>) -> String {
    let hash = |script| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
    let scripts: Vec<String> = scripts(page).map(hash).collect();
    let scripts = scripts.join(" ");
    let origin = api.and_then(|url| Some(Url::parse(url).ok()?.origin().ascii_serialization()));
    let api = origin.map_or_else(String::new, |origin| format!(" {origin}"));
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src 'self' data:; \
         connect-src 'self'{api}; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// The texts of the scripts of a page.
fn scripts(page: &str) -> impl Iterator<Item = &str> {
    let mut rest = page;
    iter::from_fn(move || {
        let (_, after) = rest.split_once("<script")?;
        let (_, after) = after.split_once('>')?;
        // Whatever stands before this is the script's, also what looks like the beginning of another one.
        let (script, after) = after.split_once("</script>")?;
        rest = after;
        Some(script)
    })
}

/// Says how a caller stands, as draft-ietf-httpapi-ratelimit-headers-10 has it.
pub fn limits(headers: &mut HeaderMap, standings: &[Standing]) {
    let mut say = |name, each: fn(&Standing) -> String| {
        let items: Vec<String> = standings.iter().map(each).collect();
        if let Ok(value) = HeaderValue::from_str(&items.join(", "))
            && !standings.is_empty()
        {
            headers.insert(name, value);
        }
    };
    say(POLICY, |s| {
        format!("\"{}\";q={};w={}", s.name, s.quota, s.window)
    });
    say(LIMIT, |s| {
        format!("\"{}\";r={};t={}", s.name, s.left, s.reset)
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_an_answer_says_itself_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, "private".parse().unwrap());
        secure(&mut headers, false);
        assert_eq!(headers[header::CACHE_CONTROL], "private");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        secure(&mut headers, true);
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn a_page_may_run_its_own_scripts() {
        let page = "<script charset=\"x\">'<script>'</script><p>x</p><script>\nb\n</script><script>never ends";
        let policy = page_policy(page, Some("https://api.example.com/API2"));
        for text in ["'<script>'", "\nb\n"] {
            let hash = STANDARD.encode(Sha256::digest(text));
            assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
        }
        assert_eq!(policy.matches("sha256").count(), 2);
        assert!(policy.contains("connect-src 'self' https://api.example.com;"));
    }

    #[test]
    fn limits_are_told_as_the_draft_has_them() {
        let mut headers = HeaderMap::new();
        limits(&mut headers, &[]);
        assert!(headers.is_empty());
        let standing = |name| Standing {
            name,
            quota: 100,
            window: 60,
            left: 7,
            reset: 56,
        };
        limits(&mut headers, &[standing("requests"), standing("rows")]);
        assert_eq!(
            headers[POLICY],
            "\"requests\";q=100;w=60, \"rows\";q=100;w=60"
        );
        assert_eq!(headers[LIMIT], "\"requests\";r=7;t=56, \"rows\";r=7;t=56");
    }
}
