//! What settings say of those who are trusted besides clients with secrets: issuers of tokens, and app tokens.

use super::{Roles, rights, section::Section};
use crate::{
    access::{AppToken, AppTokenHash, IssuerAlgorithm, IssuerSettings, check_issuer_url},
    domain::rights::Grant,
};

/// The longest name of an issuer, in bytes.
const LONGEST_NAME: usize = 40;

/// The claim that names the client unless another one does (RFC 9068, section 2.2; `OpenID` Connect Core, section 2).
const CLIENT_CLAIM: &str = "sub";
/// The claim with the roles unless it is another one (RFC 9068, section 2.2.3.1).
const ROLES_CLAIM: &str = "roles";

/// Reads every app token; each is of one of these clients.
pub(super) fn app_tokens(section: &mut Section<'_>, clients: &[String]) -> Vec<AppToken> {
    let read = section.tables("app_tokens", |mut table| {
        let given = (table.has("client"), table.has("hash"));
        let client = table.text("client");
        match &client {
            Some(id) if !clients.contains(id) => {
                table.refuse(
                    "client",
                    &format!("is '{id}', which is no client under [[auth.clients]]"),
                );
            }
            None if !given.0 => table.refuse("client", "is missing; it is the id of a client"),
            _ => {}
        }
        let hash = table.parsed("hash", |text| {
            text.parse::<AppTokenHash>().map_err(|e| format!("is {e}"))
        });
        if !given.1 {
            table.refuse("hash", "is missing; `upsertd new-app-token` prints one");
        }
        table.finish();
        Some(AppToken {
            hash: hash?,
            client: client?,
        })
    });
    read.into_iter().flatten().collect()
}

/// Reads every issuer.
pub(super) fn read(section: &mut Section<'_>, roles: &Roles) -> Vec<IssuerSettings> {
    let mut names: Vec<String> = Vec::new();
    let mut urls: Vec<String> = Vec::new();
    let read = section.tables("issuers", |mut table| {
        let name = needed(
            &mut table,
            "name",
            "what its clients' ids begin with",
            parse_name,
        );
        if let Some(name) = &name {
            table.call(name);
            if names.contains(name) {
                table.refuse("name", "is taken by an issuer above");
            }
            names.push(name.clone());
        }
        let url = needed(&mut table, "url", "the issuer's identifier", parse_url);
        if let Some(url) = &url {
            if urls.contains(url) {
                table.refuse("url", "is that of an issuer above");
            }
            urls.push(url.clone());
        }
        let issuer = issuer(&mut table, roles, name, url);
        table.finish();
        issuer
    });
    read.into_iter().flatten().collect()
}

fn issuer(
    table: &mut Section<'_>,
    roles: &Roles,
    name: Option<String>,
    url: Option<String>,
) -> Option<IssuerSettings> {
    let audience = table.texts("audience").unwrap_or_default();
    if audience.is_empty() {
        table.refuse(
            "audience",
            "is missing; without it tokens for any other service would be taken; write audience = [\"…\"]",
        );
    }
    let algorithms = algorithms(table);
    let jwks_url = table.parsed("jwks_url", parse_url);
    let client_claim = table.text("client_claim");
    let roles_claim = table.text("roles_claim");
    let everyone = rights::named(table, "everyone", roles);
    let mut mapped = Roles::new();
    for (value, grants) in table
        .tables("roles", |table| mapping(table, roles))
        .into_iter()
        .flatten()
    {
        let all: &mut Vec<Grant> = mapped.entry(value).or_default();
        all.extend(grants);
    }
    let required = table.tables("required", required);
    Some(IssuerSettings {
        name: name?,
        url: url?,
        audience,
        algorithms,
        jwks_url,
        client_claim: client_claim.unwrap_or_else(|| CLIENT_CLAIM.to_owned()),
        roles_claim: roles_claim.unwrap_or_else(|| ROLES_CLAIM.to_owned()),
        roles: mapped,
        everyone,
        required: required.into_iter().flatten().collect(),
    })
}

fn algorithms(table: &mut Section<'_>) -> Vec<IssuerAlgorithm> {
    let words = table.texts("algorithms").unwrap_or_default();
    if words.is_empty() {
        table.refuse(
            "algorithms",
            "is missing; write those that the issuer signs with, like algorithms = [\"RS256\"]",
        );
    }
    let mut algorithms = Vec::new();
    for word in words {
        match word.parse::<IssuerAlgorithm>() {
            Ok(algorithm) => algorithms.push(algorithm),
            Err(message) => table.refuse("algorithms", &message),
        }
    }
    algorithms
}

/// A value of the roles' claim, and the grants of the roles that it gives.
fn mapping(mut table: Section<'_>, roles: &Roles) -> Option<(String, Vec<Grant>)> {
    let value = needed(&mut table, "value", "a value of the roles' claim", |text| {
        Ok::<_, &str>(text.to_owned())
    });
    let grants = rights::named(&mut table, "roles", roles);
    table.finish();
    Some((value?, grants))
}

/// A claim that has to be there, and the values of which it has to have one.
fn required(mut table: Section<'_>) -> Option<(String, Vec<String>)> {
    let claim = needed(&mut table, "claim", "a claim's name", |text| {
        Ok::<_, &str>(text.to_owned())
    });
    let values = table.texts("values").unwrap_or_default();
    if values.is_empty() {
        table.refuse(
            "values",
            "is missing; write those of which the claim has to have one",
        );
    }
    table.finish();
    Some((claim?, values))
}

/// A text that has to be there.
fn needed<E: std::fmt::Display>(
    table: &mut Section<'_>,
    key: &str,
    what: &str,
    parse: impl FnOnce(&str) -> Result<String, E>,
) -> Option<String> {
    if !table.has(key) {
        table.refuse(key, &format!("is missing; it is {what}"));
    }
    table.parsed(key, parse)
}

fn parse_name(text: &str) -> Result<String, &'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let well = !text.is_empty() && text.len() <= LONGEST_NAME && text.chars().all(plain);
    well.then(|| text.to_owned())
        .ok_or("must be 1 to 40 of letters, digits, '-', '.' and '_'")
}

fn parse_url(text: &str) -> Result<String, &'static str> {
    check_issuer_url(text).map(|()| text.to_owned())
}
