//! Reads a table of settings key by key: each key asked for is known, each key left over is not. What
//! is wrong goes into one report.

use std::{cell::RefCell, fmt::Display, ops::RangeInclusive};

use figment::value::{Dict, Value};

use super::sources::{Sources, parse_list, variable_name};
use crate::domain::name::nearest;

/// What came out of reading.
pub(super) struct Report<'s> {
    sources: &'s Sources,
    problems: RefCell<Vec<String>>,
    known: RefCell<Vec<String>>,
    unknown: RefCell<Vec<Unknown>>,
}

struct Unknown {
    /// The section's path, `server`.
    section: String,
    key: String,
    /// How a message calls it, with where it stands.
    shown: String,
    variable: bool,
}

/// A table of settings.
pub(super) struct Section<'r> {
    report: &'r Report<'r>,
    /// Its path, `server`; the same for every table of a list.
    path: String,
    /// What stands before a key in a message: `server.`, `entity 'x': `.
    place: String,
    values: Dict,
    /// The variable that holds it as a whole, for the tables of a list.
    variable: Option<String>,
    /// Whether it only says which keys there are: nothing in it is wrong.
    outline: bool,
}

impl<'s> Report<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            problems: RefCell::default(),
            known: RefCell::default(),
            unknown: RefCell::default(),
        }
    }

    pub(super) fn root(&'s self) -> Section<'s> {
        Section {
            report: self,
            path: String::new(),
            place: String::new(),
            values: self.sources.root.clone(),
            variable: None,
            outline: false,
        }
    }

    pub(super) fn known(&self) -> Vec<String> {
        self.known.borrow().clone()
    }

    /// Everything that is wrong: unknown keys first, since they explain what seems to be missing.
    pub(super) fn problems(&self) -> Vec<String> {
        let unknown = self.unknown.borrow();
        let unknown = unknown.iter().map(|u| match self.suggest(u) {
            Some(suggestion) => format!("{} is not a setting; did you mean {suggestion}?", u.shown),
            None => format!("{} is not a setting", u.shown),
        });
        unknown
            .chain(self.problems.borrow().iter().cloned())
            .collect()
    }

    fn suggest(&self, unknown: &Unknown) -> Option<String> {
        let known = self.known.borrow();
        let names: Vec<(&str, &str)> = known.iter().flat_map(|path| names_in(path)).collect();
        let within = |section: &str| {
            let keys = names.iter().filter(|(s, _)| *s == section).map(|(_, k)| *k);
            nearest(&unknown.key, keys).map(|key| join(section, key))
        };
        // Outside of any section only the name says what was meant, so a near one will do there.
        let elsewhere = || {
            let keys = || names.iter().map(|(_, key)| *key);
            let key = keys().find(|key| *key == unknown.key).or_else(|| {
                let root = unknown.section.is_empty();
                nearest(&unknown.key, keys().filter(|_| root))
            })?;
            let (section, key) = names.iter().find(|(_, k)| *k == key)?;
            Some(join(section, key))
        };
        let path = within(&unknown.section).or_else(|| {
            let section = nearest(&unknown.section, names.iter().map(|(s, _)| *s));
            section.and_then(within).or_else(elsewhere)
        })?;
        Some(if unknown.variable {
            variable_name(&path)
        } else {
            format!("'{path}'")
        })
    }
}

impl<'r> Section<'r> {
    /// A table within this one.
    pub(super) fn section(&mut self, key: &str) -> Section<'r> {
        let values = match self.values.remove(key) {
            None => Dict::new(),
            Some(Value::Dict(_, values)) => values,
            Some(other) => {
                self.wrong(key, Some(&other), "must be a table of settings");
                Dict::new()
            }
        };
        let path = self.path_of(key);
        Section {
            report: self.report,
            place: format!("{path}."),
            path,
            values,
            variable: None,
            outline: self.outline,
        }
    }

    /// The tables of a list, each read by `read`.
    pub(super) fn tables<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(Section<'r>) -> T,
    ) -> Vec<T> {
        let path = self.path_of(key);
        let mut table = |place: String, values: Dict, variable: Option<String>, outline: bool| {
            read(Section {
                report: self.report,
                path: path.clone(),
                place,
                values,
                variable,
                outline,
            })
        };
        // Once without values, so that the keys are known where the list is empty.
        table(String::new(), Dict::new(), None, true);
        let Some(value) = self.values.remove(key) else {
            return Vec::new();
        };
        let variable = self
            .report
            .sources
            .is_variable(&value)
            .then(|| variable_name(&path));
        let mut made = Vec::new();
        let mut misfits = 0;
        for (i, item) in items(&value, variable.is_some())
            .into_iter()
            .flatten()
            .enumerate()
        {
            match item {
                Value::Dict(_, values) => {
                    made.push(table(
                        format!("{path} #{}: ", i + 1),
                        values,
                        variable.clone(),
                        false,
                    ));
                }
                _ => misfits += 1,
            }
        }
        if misfits > 0 || items(&value, variable.is_some()).is_none() {
            let message = format!("must be a list of tables, each under [[{path}]]");
            self.wrong(key, Some(&value), &message);
        }
        made
    }

    /// Calls the table of a list by what it is about.
    pub(super) fn call(&mut self, name: &str) {
        self.place = format!("{} '{name}': ", self.path);
    }

    /// A text.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let value = self.take(key)?;
        match value {
            Value::String(_, text) => Some(text),
            Value::Char(_, c) => Some(c.to_string()),
            other => {
                self.wrong(key, Some(&other), "must be text in quotes");
                None
            }
        }
    }

    /// A text that means something.
    pub(super) fn parsed<T, E: Display>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let value = self.values.get(key).cloned();
        let text = self.text(key)?;
        match parse(&text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.wrong(key, value.as_ref(), &error.to_string());
                None
            }
        }
    }

    /// A whole number within a range.
    pub(super) fn whole(&mut self, key: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.take(key)?;
        let number = match &value {
            Value::Num(_, n) => n
                .to_i128()
                .and_then(|n| u64::try_from(n).ok())
                .or_else(|| n.to_u128().and_then(|n| u64::try_from(n).ok())),
            Value::String(_, text) if self.is_from_variable(&value) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|n| range.contains(n));
        if number.is_none() {
            let message = format!(
                "must be a whole number from {} to {}",
                range.start(),
                range.end()
            );
            self.wrong(key, Some(&value), &message);
        }
        number
    }

    /// Yes or no.
    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        let value = self.take(key)?;
        let flag = match &value {
            Value::Bool(_, flag) => Some(*flag),
            Value::String(_, text) if self.is_from_variable(&value) => text.trim().parse().ok(),
            _ => None,
        };
        if flag.is_none() {
            self.wrong(key, Some(&value), "must be true or false");
        }
        flag
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let value = self.take(key)?;
        let texts = items(&value, self.is_from_variable(&value)).and_then(|items| {
            let text = |item: Value| item.into_string();
            items.into_iter().map(text).collect::<Option<Vec<_>>>()
        });
        if texts.is_none() {
            self.wrong(
                key,
                Some(&value),
                "must be a list of texts, like [\"a\", \"b\"]",
            );
        }
        texts
    }

    /// Notes that a setting that was given (or must be) cannot be used.
    pub(super) fn refuse(&self, key: &str, message: &str) {
        self.wrong(key, None, message);
    }

    /// Whether a setting is given, rightly or wrongly, and not yet taken.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self) {
        let mut pending = vec![(self.path.clone(), self.place.clone(), self.values.clone())];
        while let Some((section, place, values)) = pending.pop() {
            for (key, value) in values {
                match value {
                    Value::Dict(_, inner) if !inner.is_empty() => {
                        let path = join(&section, &key);
                        pending.push((path, format!("{place}{key}."), inner));
                    }
                    value => {
                        let variable = self.is_from_variable(&value);
                        let source = self.source(&join(&section, &key), variable);
                        self.report.unknown.borrow_mut().push(Unknown {
                            shown: format!("{place}{key}{source}"),
                            section: section.clone(),
                            key,
                            variable: variable && self.variable.is_none(),
                        });
                    }
                }
            }
        }
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        let path = self.path_of(key);
        let mut known = self.report.known.borrow_mut();
        if !known.contains(&path) {
            known.push(path);
        }
        self.values.remove(key)
    }

    fn wrong(&self, key: &str, value: Option<&Value>, message: &str) {
        if self.outline {
            return;
        }
        let source = value.map_or_else(String::new, |v| {
            self.source(&self.path_of(key), self.is_from_variable(v))
        });
        let problem = format!("{}{key}{source} {message}", self.place);
        self.report.problems.borrow_mut().push(problem);
    }

    fn is_from_variable(&self, value: &Value) -> bool {
        self.variable.is_some() || self.report.sources.is_variable(value)
    }

    fn source(&self, path: &str, variable: bool) -> String {
        match &self.variable {
            Some(name) => format!(" (in {name})"),
            None if variable => format!(" (in {})", variable_name(path)),
            None => format!(" (in {})", self.report.sources.file),
        }
    }

    fn path_of(&self, key: &str) -> String {
        join(&self.path, key)
    }
}

fn join(section: &str, key: &str) -> String {
    if section.is_empty() {
        key.to_owned()
    } else {
        format!("{section}.{key}")
    }
}

/// A path's own name and those of the sections it lies in, each with the section it stands in.
fn names_in(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let ends = path.match_indices('.').map(|(at, _)| at);
    ends.chain([path.len()])
        .map(|end| path[..end].rsplit_once('.').unwrap_or(("", &path[..end])))
}

/// The items of a list; `None` when it is none.
fn items(value: &Value, from_variable: bool) -> Option<Vec<Value>> {
    match value {
        Value::Array(_, items) => Some(items.clone()),
        Value::String(_, text) if from_variable => parse_list(text),
        _ => None,
    }
}
