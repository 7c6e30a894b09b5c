//! Finds the operation a path means. Case is ignored, also in the base path; segments may be
//! percent-encoded; a trailing or doubled slash does no harm. It does not know what an entity is.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use poem::http::Method;

use crate::{
    domain::name::same_name,
    wire::operation::{Captures, Mount, Operation},
};

/// All operations, below a base path.
pub struct Router {
    base: Vec<String>,
    operations: Vec<&'static Operation>,
}

/// What a method and a path lead to.
pub enum Found {
    /// An operation, with what its path captured.
    Operation(&'static Operation, Captures),
    /// An operation that takes another method, with the methods that the path takes.
    WrongMethod(&'static Operation, String),
    /// Nothing.
    Nothing,
}

impl Router {
    /// A router for these operations.
    #[must_use]
    pub fn new(base_path: &str, operations: Vec<&'static Operation>) -> Self {
        Self {
            base: segments(base_path).map(Cow::into_owned).collect(),
            operations,
        }
    }

    /// The operation that a method and a path mean.
    #[must_use]
    pub fn find(&self, method: &Method, path: &str) -> Found {
        let all: Vec<Cow<'_, str>> = segments(path).collect();
        let below_base = self.strip_base(&all);
        let places = |operation: &Operation| {
            let at_root = (operation.mount == Mount::Anywhere).then_some(all.as_slice());
            [below_base, at_root]
        };
        let mut others: Vec<&'static Operation> = Vec::new();
        for operation in &self.operations {
            let mut places = places(operation).into_iter().flatten();
            let Some(captures) = places.find_map(|place| capture(operation.path, place)) else {
                continue;
            };
            if operation.verb.takes(method) {
                return Found::Operation(operation, captures);
            }
            others.push(operation);
        }
        match others.first() {
            Some(first) => {
                let mut allowed: Vec<&str> = Vec::new();
                for verb in others.iter().map(|other| other.verb.allow()) {
                    // A path may fit two templates.
                    if !allowed.contains(&verb) {
                        allowed.push(verb);
                    }
                }
                Found::WrongMethod(first, allowed.join(", "))
            }
            None => Found::Nothing,
        }
    }

    fn strip_base<'s, 'p>(&self, all: &'s [Cow<'p, str>]) -> Option<&'s [Cow<'p, str>]> {
        let (head, rest) = all.split_at_checked(self.base.len())?;
        let same = head.iter().zip(&self.base).all(|(a, b)| same_name(a, b));
        same.then_some(rest)
    }
}

fn segments(path: &str) -> impl Iterator<Item = Cow<'_, str>> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy())
}

/// What stands in the places of a template's `{…}`; `None` when the segments do not match it. A place may have text
/// before or after it (`v{version}`, `{table}.json`); one that ends in `*` takes all segments that are left.
fn capture(template: &'static str, place: &[Cow<'_, str>]) -> Option<Captures> {
    let mut captured = Vec::new();
    let mut place = place.iter();
    for expected in template.split('/').filter(|segment| !segment.is_empty()) {
        let segment = place.next()?;
        let Some((prefix, (name, suffix))) = expected
            .split_once('{')
            .and_then(|(prefix, rest)| Some((prefix, rest.split_once('}')?)))
        else {
            if segment.eq_ignore_ascii_case(expected) {
                continue;
            }
            return None;
        };
        if let Some(name) = name.strip_suffix('*') {
            let rest = place.by_ref().map(Cow::as_ref);
            let all: Vec<&str> = std::iter::once(segment.as_ref()).chain(rest).collect();
            captured.push((name, all.join("/")));
        } else {
            let inner = strip_ends(segment, prefix, suffix)?;
            captured.push((name, inner.to_owned()));
        }
    }
    place.next().is_none().then(|| Captures::new(captured))
}

/// What stands between the two, if that is something.
fn strip_ends<'s>(segment: &'s str, prefix: &str, suffix: &str) -> Option<&'s str> {
    let (head, rest) = segment.split_at_checked(prefix.len())?;
    let (inner, tail) = rest.split_at_checked(rest.len().checked_sub(suffix.len())?)?;
    let same = head.eq_ignore_ascii_case(prefix) && tail.eq_ignore_ascii_case(suffix);
    (same && !inner.is_empty()).then_some(inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::future::ready;

    use serde_json::Value;

    use super::*;
    use crate::{
        error::Error,
        wire::{
            self,
            operation::{Envelope, Verb},
        },
    };

    fn look(base: &str, method: &Method, path: &str) -> Option<(&'static str, String)> {
        let router = Router::new(base, wire::operations().collect());
        match router.find(method, path) {
            Found::Operation(operation, captures) => {
                Some((operation.path, captures.get("entity").to_owned()))
            }
            Found::WrongMethod(_, allowed) => Some(("", allowed)),
            Found::Nothing => None,
        }
    }

    const fn row(verb: Verb, path: &'static str) -> Operation {
        Operation {
            verb,
            path,
            mount: Mount::Base,
            handler: |_, _| Box::pin(ready(Err(Error::NotFound))),
            envelope: Envelope {
                api: crate::domain::Api::Admin,
                status: Error::status,
                body: |_, _| Value::Null,
            },
            doc: None,
        }
    }

    /// As other APIs have them.
    static ROWS: [Operation; 4] = [
        row(Verb::Get, "/{database}/{table}/{id}"),
        row(Verb::Put, "/{database}/{table}/{id}"),
        row(Verb::Patch, "/{database}/{table}/{id}"),
        row(Verb::Delete, "/{database}/{table}/{id}"),
    ];

    #[test]
    fn a_path_may_capture_several_segments_and_take_several_methods() {
        let router = Router::new("", ROWS.iter().collect());
        for method in [
            Method::GET,
            Method::HEAD,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ] {
            let Found::Operation(operation, captures) = router.find(&method, "/shop/a%2Fb/7")
            else {
                unreachable!("{method} is not found");
            };
            assert!(operation.verb.takes(&method));
            let segments = ["database", "table", "id", "entity"].map(|name| captures.get(name));
            assert_eq!(segments, ["shop", "a/b", "7", ""]);
        }
        let Found::WrongMethod(_, allowed) = router.find(&Method::POST, "/shop/orders/7") else {
            unreachable!("POST is not refused");
        };
        assert_eq!(allowed, "GET, HEAD, PUT, PATCH, DELETE");
    }

    #[test]
    fn a_place_may_have_text_around_it_or_take_all_that_is_left() {
        let template = "/services/data/v{version}/sobjects/{object}/{value*}";
        let place = |path| segments(path).collect::<Vec<_>>();
        let found = capture(template, &place("/services/data/V59.0/sobjects/A/a%20b/c")).unwrap();
        let captured = ["version", "object", "value"].map(|name| found.get(name).to_owned());
        assert_eq!(captured, ["59.0", "A", "a b/c"]);
        assert!(capture(template, &place("/services/data/v/sobjects/A/x")).is_none());
        assert!(capture(template, &place("/services/data/v1/sobjects/A")).is_none());
        let json = capture("/{database}/{table}.json", &place("/shop/a.b.json")).unwrap();
        assert_eq!(json.get("table"), "a.b");
        assert!(capture("/{database}/{table}.json", &place("/shop/é")).is_none());
    }

    #[test]
    fn case_encoding_and_slashes_do_not_matter() {
        let upsert = "/CSSAPI/V2/{entity}/Upsert";
        for (path, entity) in [
            ("/API2/CSSAPI/V2/tblCustomers/Upsert", "tblCustomers"),
            ("/api2/cssapi/v2/TBLcustomers/upsert", "TBLcustomers"),
            ("/API2/CSSAPI/v2/tblCustomers/UPSERT/", "tblCustomers"),
            ("/API2//CSSAPI/V2/tblCustomers/Upsert", "tblCustomers"),
            ("/API2/CSSAPI/V2/Order%20Details/Upsert", "Order Details"),
            ("/API2/CSSAPI/V2/%C3%9Cbersicht/%55psert", "Übersicht"),
            ("/API2/CSSAPI/V2/a%2Fb/Upsert", "a/b"),
            ("/API2/CSSAPI/V2/%FF/Upsert", "\u{FFFD}"),
        ] {
            assert_eq!(
                look("/API2", &Method::POST, path),
                Some((upsert, entity.to_owned())),
                "{path}"
            );
        }
    }

    #[test]
    fn with_a_base_path_the_api_is_below_it_alone_and_health_is_at_both_places() {
        let (post, get) = (&Method::POST, &Method::GET);
        assert!(look("API2/", post, "/CSSAPI/V2/t/Upsert").is_none());
        assert!(look("API2/", post, "/oauth/token").is_none());
        assert!(look("API2/", post, "/api2/oauth/token").is_some());
        for path in ["/health/live", "/API2/health/live", "/", "/API2"] {
            assert!(look("API2/", get, path).is_some(), "{path}");
        }
        assert!(look("", post, "/CSSAPI/V2/t/Upsert").is_some());
        assert!(look("a/b", post, "/A/B/CSSAPI/V2/t/Upsert").is_some());
    }

    #[test]
    fn another_method_is_told_apart_from_another_path() {
        let upsert = "/CSSAPI/V2/t/Upsert";
        for (method, path, allow) in [
            (Method::GET, upsert, "POST"),
            (Method::OPTIONS, upsert, "POST"),
            (Method::POST, "/CSSAPI/V2/EntityList", "GET, HEAD"),
        ] {
            assert_eq!(look("", &method, path), Some(("", allow.to_owned())));
        }
        assert!(look("", &Method::HEAD, "/CSSAPI/V2/EntityList").is_some());
        for path in [
            "/CSSAPI/V2/t",
            "/CSSAPI/V2/t/Upsert/x",
            "/CSSAPI/V3/t/Upsert",
        ] {
            assert!(look("", &Method::POST, path).is_none(), "{path}");
        }
    }
}
