//! Hands the table of operations to poem-openapi. Only what holds for every catalog is said here.

use std::collections::HashMap;

use poem::{endpoint::BoxEndpoint, http::Method};
use poem_openapi::{
    OpenApi, OpenApiService,
    registry::{
        MetaApi, MetaHeader, MetaMediaType, MetaOAuthFlow, MetaOAuthFlows, MetaOperation,
        MetaOperationParam, MetaParamIn, MetaPath, MetaRequest, MetaResponse, MetaResponses,
        MetaSchema, MetaSchemaRef, MetaSecurityScheme, MetaTag, Registry,
    },
    types::Type,
};
use serde_json::json;

use super::{
    conditional::{self, Conditional},
    door,
};
use crate::wire::{
    oauth,
    operation::{Doc, Operation, Payload},
    operations,
};

/// The scheme by which Swagger UI fetches a token itself.
const OAUTH2: &str = "oauth2";
/// The scheme by which a token is pasted.
const BEARER: &str = "bearer";

const TITLE: &str = "upsertd";
const DESCRIPTION: &str = "Update the rows that match a clause, or insert one when none does: the ContractInsight \
    REST API.\n\nGet a token at `oauth/token` with a client's id and secret and send it as \
    `Authorization: Bearer <token>`. Paths, entity names and column names are read without regard to \
    case.\n\nEvery answer has a log id in `X-Log-Id`, by which the log has the request. Every error has a \
    stable code in `X-Error-Code` and says in its message what to do.";

/// The operations as poem-openapi wants them.
pub(super) struct Described;

/// What writes the document.
pub(super) fn service() -> OpenApiService<Described, ()> {
    OpenApiService::new(Described, TITLE, env!("CARGO_PKG_VERSION")).description(DESCRIPTION)
}

fn documented() -> impl Iterator<Item = (&'static Operation, &'static Doc)> {
    operations().filter_map(|operation| Some((operation, operation.doc.as_ref()?)))
}

impl OpenApi for Described {
    fn meta() -> Vec<MetaApi> {
        let mut paths: Vec<MetaPath> = Vec::new();
        for (operation, doc) in documented() {
            let described = describe(operation, doc);
            let path = documented_path(operation);
            match paths.iter_mut().find(|known| known.path == path) {
                Some(known) => known.operations.push(described),
                None => paths.push(MetaPath {
                    path,
                    operations: vec![described],
                }),
            }
        }
        vec![MetaApi { paths }]
    }

    fn register(registry: &mut Registry) {
        for (_, doc) in documented() {
            let payloads = [Some(doc.answer), Some(doc.error), doc.body];
            for payload in payloads.into_iter().flatten() {
                (payload.register)(registry);
            }
            registry.create_tag(MetaTag {
                name: doc.tag,
                description: None,
                external_docs: None,
            });
        }
        registry.create_security_scheme(OAUTH2, oauth2());
        registry.create_security_scheme(BEARER, bearer());
    }

    /// None: the boundary routes by the same table, without regard to case.
    fn add_routes(self, _: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}

/// The path as the document has it, which knows no place that takes all segments that are left.
pub(super) fn documented_path(operation: &Operation) -> String {
    operation.path.replace("*}", "}")
}

fn describe(operation: &Operation, doc: &Doc) -> MetaOperation {
    let params = doc.parameters.iter().map(|parameter| MetaOperationParam {
        name: parameter.name.to_owned(),
        schema: String::schema_ref(),
        in_type: MetaParamIn::Path,
        description: Some(parameter.description.to_owned()),
        required: true,
        deprecated: false,
        explode: false,
        style: None,
    });
    let conditional = conditional::of(doc);
    let errors = door::statuses(operation, doc);
    let errors = errors.iter().map(|(status, codes)| {
        let content = match status {
            // Another answer than the usual one, but no error.
            201 => Some(doc.answer),
            204 | 300 | 304 => None,
            _ => Some(doc.error),
        };
        response(*status, codes, content)
    });
    let mut done = response(200, &[], Some(doc.answer));
    done.headers.extend(conditional.and_then(Conditional::tag));
    let headers = conditional.map(Conditional::params).unwrap_or_default();
    let key = operation.acts().then(|| MetaOperationParam {
        name: "Idempotency-Key".to_owned(),
        schema: String::schema_ref(),
        in_type: MetaParamIn::Header,
        description: Some(
            "A key of the caller's own, 1 to 255 characters: the request acts once, however often it is sent with it, \
             and a repetition gets the first answer, with `Idempotency-Replayed: true`."
                .to_owned(),
        ),
        required: false,
        deprecated: false,
        explode: false,
        style: None,
    });
    let schemes = doc.secured.then_some([OAUTH2, BEARER]);
    MetaOperation {
        method: operation.verb.method(),
        tags: vec![doc.tag],
        summary: Some(doc.summary),
        description: Some(doc.description),
        external_docs: None,
        params: params.chain(headers).chain(key).collect(),
        request: doc.body.map(|body| MetaRequest {
            description: None,
            content: vec![media(body)],
            required: body.required,
        }),
        responses: MetaResponses {
            responses: std::iter::once(done).chain(errors).collect(),
        },
        deprecated: false,
        security: schemes
            .into_iter()
            .flatten()
            .map(|scheme| HashMap::from([(scheme, Vec::new())]))
            .collect(),
        operation_id: Some(doc.id),
        code_samples: Vec::new(),
    }
}

fn media(payload: Payload) -> MetaMediaType {
    MetaMediaType {
        content_type: payload.content_type,
        schema: (payload.schema)(),
    }
}

fn response(status: u16, codes: &[&str], content: Option<Payload>) -> MetaResponse {
    let mut headers = vec![header(
        "X-Log-Id",
        "The id under which the log has the request.",
        String::schema_ref(),
    )];
    if status >= 400 {
        headers.push(header(
            "X-Error-Code",
            &format!("The stable code of the error: {}.", codes.join(", ")),
            MetaSchemaRef::Inline(Box::new(MetaSchema {
                enum_items: codes.iter().map(|code| json!(code)).collect(),
                ..MetaSchema::new("string")
            })),
        ));
    }
    match status {
        401 => headers.push(header(
            "WWW-Authenticate",
            "The scheme that is asked for.",
            String::schema_ref(),
        )),
        405 => headers.push(header(
            "Allow",
            "The methods that the path takes.",
            String::schema_ref(),
        )),
        429 | 503 => headers.push(header(
            "Retry-After",
            "Seconds after which the same request may succeed.",
            u32::schema_ref(),
        )),
        _ => {}
    }
    MetaResponse {
        description: meaning(status),
        status: Some(status),
        status_range: None,
        content: content.map(media).into_iter().collect(),
        headers,
    }
}

fn header(name: &str, description: &str, schema: MetaSchemaRef) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: true,
        deprecated: false,
        schema,
    }
}

fn meaning(status: u16) -> &'static str {
    match status {
        200 => "Done.",
        201 => "A row was inserted.",
        204 => "Done; there is no body.",
        300 => "Several rows match: the body is an array of their URLs. Nothing was written.",
        304 => "The row is as the caller knows it.",
        400 => {
            "The request cannot be carried out as it is: the message names every fault. Nothing was written."
        }
        401 => "No credential, or one that does not hold.",
        403 => "The entity does not allow this action.",
        404 => "There is no such entity.",
        405 => "The path takes another method.",
        409 => {
            "A unique key, a foreign key or a check of the database does not allow it, or the first request with this \
             Idempotency-Key still runs. Nothing was written."
        }
        408 => {
            "The body did not arrive in time, or too slowly; the connection is closed. Nothing was written."
        }
        412 => "The row is not as If-Match or If-None-Match has it. Nothing was written.",
        413 => "The body is larger than allowed.",
        414 => "The URL is longer than allowed.",
        415 => "The Content-Type is not supported.",
        422 => "Another request was made with this Idempotency-Key. Nothing was written.",
        429 => "Too many requests, or too many rows, in too short a time; try again.",
        500 => "A defect of the service; the log has it under the log id.",
        503 => "The database is busy or cannot be reached; try again.",
        _ => "Another answer.",
    }
}

fn oauth2() -> MetaSecurityScheme {
    MetaSecurityScheme {
        description: Some("The client's id and secret; the token is fetched with them."),
        flows: Some(MetaOAuthFlows {
            implicit: None,
            password: None,
            client_credentials: Some(MetaOAuthFlow {
                authorization_url: None,
                // Without the base path, which is a setting.
                token_url: Some(oauth::TOKEN_PATH),
                refresh_url: None,
                scopes: Vec::new(),
            }),
            authorization_code: None,
        }),
        ..scheme("oauth2")
    }
}

fn bearer() -> MetaSecurityScheme {
    MetaSecurityScheme {
        description: Some("A token fetched before."),
        scheme: Some("bearer"),
        ..scheme("http")
    }
}

fn scheme(ty: &'static str) -> MetaSecurityScheme {
    MetaSecurityScheme {
        ty,
        description: None,
        name: None,
        key_in: None,
        scheme: None,
        bearer_format: None,
        flows: None,
        openid_connect_url: None,
    }
}
