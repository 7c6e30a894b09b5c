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
        body, panic,
        path::{Found, Router},
        reply,
    },
    operation::{Captures, Envelope, Exchange},
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
    /// The operation's template; `None` for a path that leads nowhere.
    path: Option<&'static str>,
    entity: &'a str,
    client: Option<&'a str>,
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
        let mut exchange = Exchange::new(request, Captures::default());
        let (path, envelope, result) = match found {
            Found::Operation(operation, captures) => {
                exchange.captures = captures;
                let handling = (operation.handler)(&self.state, &mut exchange);
                let result = panic::catch(handling).await;
                (Some(operation.path), operation.envelope, result)
            }
            Found::WrongMethod(operation, allowed) => {
                let refused = Err(Error::MethodNotAllowed { allowed });
                (Some(operation.path), operation.envelope, refused)
            }
            Found::Nothing => (None, self.fallback, Err(Error::NotFound)),
        };
        if result.is_err() {
            body::discard_rest(&mut exchange.request).await;
        }
        let line = Line {
            method: &method,
            path,
            entity: &shorten(exchange.entity()),
            client: exchange.client.as_deref(),
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
    fn write(&self, status: u16, error: Option<&Error>) {
        let Self {
            method,
            path,
            entity,
            client,
            log_id,
            started,
        } = self;
        let entity = Some(entity).filter(|entity| !entity.is_empty());
        let code = error.map(Error::code);
        let ms = started.elapsed().as_secs_f64() * 1e3;
        if status >= 500 {
            let detail = error.and_then(Error::detail);
            tracing::error!(%method, path, entity, client, status, code, detail, log_id, ms, "request failed");
        } else {
            tracing::info!(%method, path, entity, client, status, code, log_id, ms, "request");
        }
    }
}
