//! The parameters of a write. Socrata's own server has them; its pages do not name them.

use super::encode::refusal;
use crate::error::Error;

/// Row errors that `nonFatalRowErrors[]` may name, in the words of Socrata's server.
const ROW_ERRORS: [&str; 7] = [
    "insert_in_update_only",
    "no_such_row_to_delete",
    "no_such_row_to_update",
    "no_primary_key",
    "version_mismatch",
    "version_on_new_row",
    "update_in_insert_only",
];

/// How rows are to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Delete all rows first.
    pub truncate: bool,
    /// What a row leaves out stays as it is; otherwise it gets its default or NULL.
    pub merge: bool,
    /// One row that fails ends the request, and nothing is written.
    pub errors_are_fatal: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            truncate: false,
            merge: true,
            errors_are_fatal: false,
        }
    }
}

/// Reads the parameters behind a URL's `?`. Others than these (an app token) say nothing.
///
/// # Errors
/// A value that a parameter cannot have.
pub fn read(query: &str) -> Result<Options, Error> {
    let mut options = Options::default();
    let mut exempt = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "truncate" => options.truncate = flag(&name, &value)?,
            "mergeInsteadOfReplace" => options.merge = flag(&name, &value)?,
            "errorsAreFatal" => options.errors_are_fatal = flag(&name, &value)?,
            "nonFatalRowErrors[]" | "nonFatalRowErrors" => {
                if !ROW_ERRORS.contains(&value.as_ref()) {
                    return Err(refusal::contract(
                        400,
                        "req.bad-parameter",
                        format!(
                            "Parameter '{name}' cannot be '{}'; there are {}.",
                            crate::domain::fault::shorten(&value),
                            ROW_ERRORS.join(", ")
                        ),
                    ));
                }
                exempt = Some(name.into_owned());
            }
            _ => {}
        }
    }
    match exempt {
        // Without errorsAreFatal none is fatal anyway.
        Some(name) if options.errors_are_fatal || options.truncate => Err(refusal::contract(
            400,
            "req.bad-parameter",
            format!(
                "Parameter '{name}' does not go with a request that is written as a whole; leave it out."
            ),
        )),
        _ => Ok(options),
    }
}

fn flag(name: &str, value: &str) -> Result<bool, Error> {
    if value.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if value.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(refusal::bad_parameter(name, value))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn flags_are_true_or_false_and_nothing_else() {
        let all = "truncate=true&mergeInsteadOfReplace=FALSE&errorsAreFatal=true&$$app_token=x";
        let expected = Options {
            truncate: true,
            merge: false,
            errors_are_fatal: true,
        };
        assert_eq!(read(all).unwrap(), expected);
        assert_eq!(read("").unwrap(), Options::default());
        assert_eq!(
            read("nonFatalRowErrors[]=no_such_row_to_delete").unwrap(),
            Options::default()
        );
        for wrong in [
            "truncate=1",
            "errorsAreFatal=",
            "mergeInsteadOfReplace=yes",
            "nonFatalRowErrors[]=everything",
            "nonFatalRowErrors[]=no_primary_key&errorsAreFatal=true",
        ] {
            let refused = read(wrong).unwrap_err();
            assert_eq!(
                (refused.status(), refused.code()),
                (400, "req.bad-parameter"),
                "{wrong}"
            );
        }
    }
}
