//! The outermost layer: every request gets its log id here, every error its body, every answer its
//! line in the log. The line never holds a body, a secret or a value.

use std::time::Instant;

use poem::{
    Endpoint, Request, Response,
    http::{HeaderValue, Method},
};
use uuid::Uuid;

use super::{
    http::{
        panic,
        path::{Found, Router},
        reply,
    },
    operation::{Envelope, Exchange},
    state::State,
};
use crate::{domain::fault::shorten, error::Error};

/// Serves all operations.
pub struct Boundary {
    router: Router,
    state: State,
    /// The body of errors that belong to no operation.
    fallback: Envelope,
}

/// What the log says of a request.
struct Line<'a> {
    method: &'a Method,
    path: &'a str,
    entity: &'a str,
    client: &'a str,
    log_id: &'a str,
    started: Instant,
}

impl Boundary {
    /// Serves the operations that the router finds.
    #[must_use]
    pub fn new(router: Router, state: State, fallback: Envelope) -> Self {
        Self {
            router,
            state,
            fallback,
        }
    }
}

impl Endpoint for Boundary {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let started = Instant::now();
        let log_id = Uuid::new_v4().hyphenated().to_string();
        let method = request.method().clone();
        let found = self.router.find(&method, request.uri().path());
        let mut exchange = Exchange::new(request, String::new());
        let (path, envelope, result) = match found {
            Found::Operation(operation, entity) => {
                exchange.entity = entity;
                let handling = (operation.handler)(&self.state, &mut exchange);
                let result = panic::catch(handling).await;
                (operation.path, operation.envelope, result)
            }
            Found::WrongMethod(operation) => {
                let allowed = operation.verb.allow();
                let refused = Err(Error::MethodNotAllowed { allowed });
                (operation.path, operation.envelope, refused)
            }
            Found::Nothing => ("", self.fallback, Err(Error::NotFound)),
        };
        let line = Line {
            method: &method,
            path,
            entity: &shorten(&exchange.entity),
            client: exchange.client.as_deref().unwrap_or_default(),
            log_id: &log_id,
            started,
        };
        let mut response = match result {
            Ok(response) => {
                line.write(response.status().as_u16(), None);
                response
            }
            Err(error) => {
                line.write(error.status(), Some(&error));
                reply::error(&error, &envelope(&error, &log_id))
            }
        };
        if let Ok(value) = HeaderValue::from_str(&log_id) {
            response.headers_mut().insert(reply::LOG_ID, value);
        }
        Ok(response)
    }
}

impl Line<'_> {
    /// `path` is the operation's template, empty for a path that leads nowhere; what a caller wrote
    /// (`entity`, `client`) is quoted.
    fn write(&self, status: u16, error: Option<&Error>) {
        let Self {
            method,
            path,
            entity,
            client,
            log_id,
            started,
        } = self;
        let ms = started.elapsed().as_secs_f64() * 1e3;
        let code = error.map_or("", Error::code);
        if status >= 500 {
            let detail = error.and_then(Error::detail).unwrap_or_default();
            tracing::error!(%method, path, ?entity, status, code, log_id, ?client, ms, detail, "request failed");
        } else {
            tracing::info!(%method, path, ?entity, status, code, log_id, ?client, ms, "request");
        }
    }
}
