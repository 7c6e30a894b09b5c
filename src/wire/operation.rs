//! What one row of the table of operations says: method, path, handler and description. Routing and
//! the `OpenAPI` document both read the same rows, so that neither can promise what the other lacks.
//! Nothing here runs an operation.

use std::{future::Future, pin::Pin, sync::Arc};

use poem::{
    Request, Response,
    http::{HeaderMap, Method},
};
use poem_openapi::{
    registry::{MetaSchemaRef, Registry},
    types::Type,
};

use super::{openapi::sample::Sample, state::State};
use crate::{
    domain::{Action, Entity},
    error::Error,
};

/// One operation.
pub struct Operation {
    /// The method it takes.
    pub verb: Verb,
    /// The path below the base path, with `{entity}` where a name stands.
    pub path: &'static str,
    /// Where it is mounted.
    pub mount: Mount,
    /// What answers it.
    pub handler: Handler,
    /// The body of its errors.
    pub envelope: Envelope,
    /// How the `OpenAPI` document describes it; `None` leaves it out (pages for people).
    pub doc: Option<Doc>,
}

/// The method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// GET, and with it HEAD.
    Get,
    /// POST.
    Post,
}

/// Where an operation is found when a base path is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mount {
    /// Below the base path alone.
    Base,
    /// Below the base path and at the root too, where probes and people look first.
    Anywhere,
}

/// An answer on its way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send + 'a>>;

/// What answers an operation.
pub type Handler = for<'a> fn(&'a State, &'a mut Exchange) -> Answering<'a>;

/// The body an API gives an error, from the error and the request's log id.
pub type Envelope = fn(&Error, &str) -> serde_json::Value;

/// A request while it is answered, with what the log shall say of it.
pub struct Exchange {
    /// The request; its body is still unread when a handler gets it.
    pub request: Request,
    /// The `{entity}` of the path, percent-decoded; empty where the path has none.
    pub entity: String,
    /// Who calls, once that is known.
    pub client: Option<String>,
}

/// How the `OpenAPI` document describes an operation.
pub struct Doc {
    /// The operation id.
    pub id: &'static str,
    /// The group it is shown in.
    pub tag: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Everything a caller needs to know, in Markdown.
    pub description: &'static str,
    /// The request body, if it takes one.
    pub body: Option<Payload>,
    /// What a 200 holds.
    pub answer: Payload,
    /// What its errors hold.
    pub error: Payload,
    /// The statuses besides 200.
    pub errors: &'static [u16],
    /// Whether a token is needed.
    pub secured: bool,
    /// What it does with the `{entity}` of its path, if it has one.
    pub entity: Option<EntityUse>,
}

/// What an operation does with an entity.
pub struct EntityUse {
    /// What the entity must allow.
    pub actions: &'static [Action],
    /// An example for what is served, if one can be made.
    pub sample: fn(&[Arc<Entity>]) -> Option<Sample>,
}

/// A body with its schema.
#[derive(Clone, Copy)]
pub struct Payload {
    /// The media type.
    pub content_type: &'static str,
    /// Whether a request must have it.
    pub required: bool,
    /// Where its schema is found.
    pub schema: fn() -> MetaSchemaRef,
    /// Adds the schema to the document's components.
    pub register: fn(&mut Registry),
}

impl Payload {
    /// A body of a type that describes itself.
    #[must_use]
    pub const fn new<T: Type>(content_type: &'static str) -> Self {
        Self {
            content_type,
            required: true,
            schema: T::schema_ref,
            register: T::register,
        }
    }

    /// A JSON body.
    #[must_use]
    pub const fn json<T: Type>() -> Self {
        Self::new::<T>("application/json")
    }

    /// The same, but a request may leave it out.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            required: false,
            ..self
        }
    }
}

impl Verb {
    /// Whether a request's method is this one.
    #[must_use]
    pub fn takes(self, method: &Method) -> bool {
        match self {
            Self::Get => method == Method::GET || method == Method::HEAD,
            Self::Post => method == Method::POST,
        }
    }

    /// The methods it takes, for the `Allow` header.
    #[must_use]
    pub const fn allow(self) -> &'static str {
        match self {
            Self::Get => "GET, HEAD",
            Self::Post => "POST",
        }
    }

    /// The method by which the document lists it.
    #[must_use]
    pub fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
        }
    }
}

impl Exchange {
    /// A request that nobody has looked at.
    #[must_use]
    pub fn new(request: Request, entity: String) -> Self {
        Self {
            request,
            entity,
            client: None,
        }
    }

    /// The request's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }
}
