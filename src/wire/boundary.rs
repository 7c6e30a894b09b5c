//! The outermost layer: every request gets its log id here, every error its body, every answer its
//! line in the log. The line never holds a body, a secret or a value.

use std::sync::Arc;

use poem::{
    Endpoint, Request, Response,
    http::{HeaderValue, Method, header},
};

use super::{
    gate::{Caller, Gate},
    health,
    http::{
        body, panic,
        path::{Found, Router},
        reply,
    },
    limits::Standing,
    once,
    operation::{Captures, Envelope, Exchange, Operation},
    state::State,
};
use crate::{
    domain::{
        fault::shorten,
        journal::{LogError, now},
    },
    error::Error,
};

/// What scripts on a page say of themselves; Swagger UI does.
const FROM_SCRIPT: &str = "x-requested-with";

/// What the journal says of an answer that its API has put together itself.
const TOLD: &str = "The answer said why.";

/// Serves all operations.
pub struct Boundary {
    router: Router,
    state: State,
    gate: Gate,
    /// The body of errors that belong to no operation.
    fallback: Envelope,
}

/// A request from its first look to its line in the log, which it gets whatever becomes of it.
struct Call {
    exchange: Exchange,
    method: Method,
    /// The operation's template; `None` for a path that leads nowhere.
    path: Option<&'static str>,
    logged: bool,
}

/// How a request ends.
enum End<'e> {
    Answered(u16),
    Failed(&'e Error),
    /// Nobody waits for the answer.
    Gone,
}

impl Boundary {
    /// Serves the operations that the router finds.
    #[must_use]
    pub fn new(router: Router, state: State, gate: Gate, fallback: Envelope) -> Self {
        Self {
            router,
            state,
            gate,
            fallback,
        }
    }
}

impl Endpoint for Boundary {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let caller = self.gate.look(&request);
        let mut call = Call::new(request);
        call.exchange.peer = caller.peer;
        call.exchange.limiter = Some(Arc::clone(&self.gate.limiter));
        let mut response = match self.gate.preflight(&call.exchange.request, &caller) {
            Some(response) => {
                call.log(&End::Answered(response.status().as_u16()));
                response
            }
            None => self.answer(&mut call).await,
        };
        self.finish(&mut call, &caller, &mut response);
        Ok(response)
    }
}

impl Boundary {
    /// Finds the operation and has it answer.
    async fn answer(&self, call: &mut Call) -> Response {
        let found = self
            .router
            .find(&call.method, call.exchange.request.uri().path());
        let (envelope, result) = match found {
            Found::Operation(operation, captures) => {
                call.path = Some(operation.path);
                call.exchange.captures = captures;
                call.exchange.deed = Some((operation.envelope.api, operation.name()));
                (operation.envelope, self.run(operation, call).await)
            }
            Found::WrongMethod(operation, allowed) => {
                call.path = Some(operation.path);
                let refused = Err(Error::MethodNotAllowed { allowed });
                (operation.envelope, refused)
            }
            Found::Nothing => (self.fallback, Err(Error::NotFound)),
        };
        let error = match result {
            Ok(response) => {
                let status = response.status().as_u16();
                call.log(&End::Answered(status));
                if status >= 400 {
                    let code = response.headers().get(&reply::ERROR_CODE);
                    let code = code.and_then(|code| code.to_str().ok());
                    call.journal(
                        &self.state,
                        envelope,
                        status,
                        code.unwrap_or("refused"),
                        TOLD,
                    );
                }
                return response;
            }
            Err(error) => error,
        };
        // Of one that there is no room for the rest is not waited for.
        if error != Error::OVERLOADED {
            body::discard_rest(&mut call.exchange.request).await;
        }
        call.log(&End::Failed(&error));
        let mut response = reply::error(&error, envelope, &call.exchange.log_id);
        // What is refused so that the database is spared must not be written to it.
        if !error.is_of_limits() {
            let status = response.status().as_u16();
            let (code, message) = (error.code(), error.to_string());
            call.journal(&self.state, envelope, status, code, &message);
        }
        if call.exchange.headers().contains_key(FROM_SCRIPT) {
            // A browser would meet it with a dialogue of its own, before the script hears a word.
            response.headers_mut().remove(header::WWW_AUTHENTICATE);
        }
        response
    }

    /// Runs an operation if there is room for it.
    async fn run(&self, operation: &Operation, call: &mut Call) -> Result<Response, Error> {
        self.gate.check_url(&call.exchange.request)?;
        // Whoever looks after this service must hear how it is, above all when it is busy.
        let _place = if health::OPERATIONS.iter().any(|o| o.path == operation.path) {
            None
        } else {
            Some(self.gate.limiter.enter()?)
        };
        panic::catch(once::run(&self.state, operation, &mut call.exchange)).await
    }

    /// Says on an answer what every answer says.
    fn finish(&self, call: &mut Call, caller: &Caller, response: &mut Response) {
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&call.exchange.log_id) {
            if let Some(name) = call.exchange.also_log_id.take() {
                headers.insert(name, value.clone());
            }
            headers.insert(reply::LOG_ID, value);
        }
        let mut standings: &[Standing] = &[];
        if let Some(admission) = &mut call.exchange.admission {
            admission.settle();
            standings = &admission.standings;
        }
        self.gate.finish(caller, standings, headers);
    }
}

impl Call {
    fn new(request: Request) -> Self {
        Self {
            method: request.method().clone(),
            exchange: Exchange::new(request, Captures::default()),
            path: None,
            logged: false,
        }
    }

    /// Has the journal note that the request failed, if it is known who asked, or it is a defect: what anybody can bring
    /// about as often as he likes is not written to the database.
    fn journal(&self, state: &State, envelope: Envelope, status: u16, code: &str, message: &str) {
        let exchange = &self.exchange;
        if !state.service.notes_errors() || (exchange.client.is_none() && status != 500) {
            return;
        }
        let entity = shorten(exchange.entity());
        let operation = exchange.deed.map_or("", |(_, operation)| operation);
        state.service.note_error(LogError {
            log_id: exchange.request_id,
            at: now(),
            client: exchange.client.clone(),
            api: envelope.api.word().to_owned(),
            entity: Some(entity).filter(|entity| !entity.is_empty()),
            operation: operation.to_owned(),
            status,
            code: code.to_owned(),
            message: message.to_owned(),
            detail: None,
        });
    }

    fn log(&mut self, end: &End<'_>) {
        self.logged = true;
        let Self {
            exchange,
            method,
            path,
            ..
        } = self;
        let log_id = &exchange.log_id;
        let entity = shorten(exchange.entity());
        let entity = Some(entity).filter(|entity| !entity.is_empty());
        let client = exchange.client.as_deref().or(exchange.claimed.as_deref());
        let address = exchange.peer.address.map(tracing::field::display);
        let ms = exchange.started.elapsed().as_secs_f64() * 1e3;
        match end {
            End::Answered(status) => {
                tracing::info!(%method, path, entity, client, address, status, log_id, ms, "request");
            }
            End::Failed(error) => {
                let (status, code) = (error.status(), error.code());
                let detail = error.detail();
                if status >= 500 {
                    tracing::error!(%method, path, entity, client, address, status, code, detail, log_id, ms, "request failed");
                } else {
                    tracing::info!(%method, path, entity, client, address, status, code, detail, log_id, ms, "request");
                }
            }
            End::Gone => {
                tracing::info!(%method, path, entity, client, address, log_id, ms, "client gone");
            }
        }
    }
}

/// A caller that hangs up drops its request wherever it stands, as a service does that cannot wait for it
/// when it stops.
impl Drop for Call {
    fn drop(&mut self) {
        if !self.logged {
            self.log(&End::Gone);
        }
    }
}
