//! Finds the operation a path means. Case is ignored, also in the base path; segments may be
//! percent-encoded; a trailing or doubled slash does no harm. It does not know what an entity is.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use poem::http::Method;

use crate::{
    domain::name::same_name,
    wire::operation::{Mount, Operation},
};

/// All operations, below a base path.
pub struct Router {
    base: Vec<String>,
    operations: Vec<&'static Operation>,
}

/// What a method and a path lead to.
pub enum Found {
    /// An operation, with the `{entity}` of its path (empty where it has none).
    Operation(&'static Operation, String),
    /// An operation that takes another method.
    WrongMethod(&'static Operation),
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
        let hit = self.operations.iter().find_map(|operation| {
            let mut entities = places(operation)
                .into_iter()
                .flatten()
                .filter_map(|place| capture(operation.path, place));
            entities.next().map(|entity| (*operation, entity))
        });
        match hit {
            Some((operation, entity)) if operation.verb.takes(method) => {
                Found::Operation(operation, entity.to_owned())
            }
            Some((operation, _)) => Found::WrongMethod(operation),
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

/// The `{…}` of a template that the segments match, `""` for a template without one.
fn capture<'s>(template: &str, place: &'s [Cow<'_, str>]) -> Option<&'s str> {
    let mut entity = "";
    let mut place = place.iter();
    for expected in template.split('/').filter(|segment| !segment.is_empty()) {
        let segment = place.next()?;
        if expected.starts_with('{') {
            entity = segment.as_ref();
        } else if !segment.eq_ignore_ascii_case(expected) {
            return None;
        }
    }
    place.next().is_none().then_some(entity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire;

    fn look(base: &str, method: &Method, path: &str) -> Option<(&'static str, String)> {
        let router = Router::new(base, wire::operations().collect());
        match router.find(method, path) {
            Found::Operation(operation, entity) => Some((operation.path, entity)),
            Found::WrongMethod(operation) => Some((operation.verb.allow(), String::new())),
            Found::Nothing => None,
        }
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
            assert_eq!(look("", &method, path), Some((allow, String::new())));
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
