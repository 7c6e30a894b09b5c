//! What one row of the table of operations says: method, path, handler and description. Routing and
//! the `OpenAPI` document both read the same rows, so that neither can promise what the other lacks.
//! Nothing here runs an operation.

use std::{future::Future, pin::Pin, sync::Arc, time::Instant};

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderName, Method},
};
use poem_openapi::{
    registry::{MetaSchemaRef, Registry},
    types::Type,
};

use uuid::Uuid;

use super::{
    gate::Peer,
    http::precondition,
    limits::{Admission, Limiter},
    openapi::sample::Sample,
    state::State,
};
use crate::{
    domain::{Action, Api, Deed, Entity, deed::Once, once::Outcome},
    error::Error,
    service::Client,
};

/// One operation.
pub struct Operation {
    /// The method it takes.
    pub verb: Verb,
    /// The path below the base path, with `{name}` for each segment that is captured.
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
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
    /// Whatever the operations before it with the same path do not take. Not for documented operations.
    Any,
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

/// Which API it is, and what that makes of an error.
#[derive(Debug, Clone, Copy)]
pub struct Envelope {
    /// The API.
    pub api: Api,
    /// The HTTP status that its contract has for the error; usually the error's own.
    pub status: fn(&Error) -> u16,
    /// The body, from the error and the request's log id.
    pub body: fn(&Error, &str) -> serde_json::Value,
}

/// A request while it is answered, with what the log shall say of it.
pub struct Exchange {
    /// The request; its body is still unread when a handler gets it.
    pub request: Request,
    /// What stood in the path's captured segments.
    pub captures: Captures,
    /// Who calls, once that is known.
    pub client: Option<String>,
    /// Whom a caller says to be that asks for a token: for the log alone, until a secret has shown it.
    pub claimed: Option<String>,
    /// When it came.
    pub started: Instant,
    /// The id under which the log has it.
    pub log_id: String,
    /// The same as a number.
    pub request_id: Uuid,
    /// The API and the operation that the path leads to.
    pub deed: Option<(Api, &'static str)>,
    /// A header by which an API's clients expect that id, besides `X-Log-Id`.
    pub also_log_id: Option<HeaderName>,
    /// The client, where it is known before the operation asks.
    admitted: Option<Client>,
    /// Where it comes from.
    pub peer: Peer,
    /// Counts what callers ask for; `None`: nobody does.
    pub limiter: Option<Arc<Limiter>>,
    /// The client's leave for it, once it is known.
    pub admission: Option<Admission>,
}

/// What stood in the place of each `{name}` of a path, percent-decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captures(Vec<(&'static str, String)>);

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
    /// The captured segments of its path.
    pub parameters: &'static [Parameter],
    /// The request body, if it takes one.
    pub body: Option<Payload>,
    /// What a 200 holds.
    pub answer: Payload,
    /// What its errors hold.
    pub error: Payload,
    /// The statuses besides 200.
    pub errors: Errors,
    /// Whether a token is needed.
    pub secured: bool,
    /// What it does with the `{entity}` of its path, if it has one.
    pub entity: Option<EntityUse>,
}

/// Statuses, each with the codes that `X-Error-Code` may then have. Those below 400 have none: they are other answers
/// than 200, 201 with the same body.
pub type Errors = &'static [(u16, &'static [&'static str])];

/// A captured segment of a path.
#[derive(Debug)]
pub struct Parameter {
    /// Its name in the path.
    pub name: &'static str,
    /// What to put there.
    pub description: &'static str,
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
            Self::Any => true,
            Self::Get if method == Method::HEAD => true,
            _ => *method == self.method(),
        }
    }

    /// The methods it takes, for the `Allow` header.
    #[must_use]
    pub const fn allow(self) -> &'static str {
        match self {
            Self::Get => "GET, HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Any => "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        }
    }

    /// The method by which the document lists it.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Put => Method::PUT,
            Self::Patch => Method::PATCH,
            Self::Delete => Method::DELETE,
            Self::Any => Method::OPTIONS,
        }
    }
}

impl Operation {
    /// What the API calls it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.doc.as_ref().map_or(self.path, |doc| doc.id)
    }

    /// Whether it may change something: it is not just read by another method.
    #[must_use]
    pub fn acts(&self) -> bool {
        let Some(doc) = &self.doc else {
            return false;
        };
        let actions = doc.entity.as_ref().map_or(&[][..], |usage| usage.actions);
        let reads = !actions.is_empty() && actions.iter().all(|action| *action == Action::View);
        doc.secured && !reads && !matches!(self.verb, Verb::Get | Verb::Any)
    }
}

impl Captures {
    /// What was captured, in the order of the path.
    #[must_use]
    pub fn new(captured: Vec<(&'static str, String)>) -> Self {
        Self(captured)
    }

    /// What stood in the place of that name; empty where the path has no such place.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(captured, _)| *captured == name);
        found.map_or("", |(_, segment)| segment)
    }
}

impl Exchange {
    /// A request that nobody has looked at.
    #[must_use]
    pub fn new(request: Request, captures: Captures) -> Self {
        let request_id = Uuid::now_v7();
        Self {
            request,
            captures,
            client: None,
            claimed: None,
            started: Instant::now(),
            log_id: request_id.hyphenated().to_string(),
            request_id,
            deed: None,
            also_log_id: None,
            admitted: None,
            peer: Peer::default(),
            limiter: None,
            admission: None,
        }
    }

    /// Takes note of who calls: from now on the client acts for this request.
    ///
    /// # Errors
    /// The client has to wait ([`Error::TooManyRequests`], [`Error::TooManyRows`]), or its preconditions cannot be read.
    pub fn admit(&mut self, client: Client) -> Result<Client, Error> {
        self.client = Some(client.id().to_owned());
        let (api, operation) = self.deed.unwrap_or((Api::Admin, ""));
        let id = Arc::from(client.id());
        let mut deed = Deed::new(self.request_id, id, api, operation);
        if let Some(limiter) = &self.limiter {
            let (admission, admitted) = limiter.admit(client.id(), &mut deed);
            self.admission = Some(admission);
            admitted?;
        }
        deed.preconditions = precondition::read(self.headers())?;
        let deed = Arc::new(deed);
        if let Some(admission) = &mut self.admission {
            admission.is_for(&deed);
        }
        Ok(client.doing(deed))
    }

    /// Has a secret checked that came with it, unless too many from the same place were wrong.
    ///
    /// # Errors
    /// What the check says; [`Error::TooManyRequests`].
    pub async fn check_secret<T>(
        &self,
        checking: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(limiter) = &self.limiter else {
            return checking.await;
        };
        limiter.allow_secret(self.peer.address)?;
        let checked = checking.await;
        if let Err(Error::Unauthenticated(_)) = checked {
            limiter.note_wrong_secret(self.peer.address);
        }
        checked
    }

    /// The client that was admitted before: it is not asked for its credentials again.
    #[must_use]
    pub fn admitted(&self) -> Option<Client> {
        self.admitted.clone()
    }

    /// From now on the client's request is not to act twice.
    pub fn once(&mut self, client: Client, once: Once, past: Vec<(u32, u64, Outcome)>) {
        let deed = client.deed().map(|deed| deed.once(once, past));
        self.admitted = Some(match deed {
            Some(deed) => {
                let deed = Arc::new(deed);
                if let Some(admission) = &mut self.admission {
                    admission.is_for(&deed);
                }
                client.doing(deed)
            }
            None => client,
        });
    }

    /// The `{entity}` of the path; empty where the path has none.
    #[must_use]
    pub fn entity(&self) -> &str {
        self.captures.get("entity")
    }

    /// The request's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }
}
