//! What every request passes before it is answered, and every answer before it is sent, whatever the API: where it comes
//! from, whether there is room for it, how long its URL is, what browsers may do with the answer. It knows no operation.

mod cors;
mod headers;
mod peer;

use std::sync::Arc;

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderValue},
};

pub use cors::Cors;
pub use headers::page_policy;
pub use peer::{Forwarded, Peer, Proxies};

use super::limits::{self, Limiter, Standing};
use crate::error::Error;

/// What the configuration says about what comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Who is believed about whom it passes on.
    pub proxies: Proxies,
    /// Whose pages may call.
    pub cors: Cors,
    /// How much callers may ask for.
    pub limits: limits::Settings,
    /// The longest URL, in bytes, without scheme and host.
    pub url_length: usize,
    /// The most parameters of a query.
    pub query_parameters: usize,
}

/// What every request passes.
pub struct Gate {
    proxies: Proxies,
    cors: Cors,
    /// Counts what callers ask for.
    pub limiter: Arc<Limiter>,
    url_length: usize,
    query_parameters: usize,
}

/// What is to be remembered of a request for its answer.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// Where it comes from.
    pub peer: Peer,
    /// The page that sends it, where that may.
    allowed_origin: Option<HeaderValue>,
}

impl Gate {
    /// Nothing has passed yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            proxies: settings.proxies,
            cors: settings.cors,
            limiter: Arc::new(Limiter::new(settings.limits)),
            url_length: settings.url_length,
            query_parameters: settings.query_parameters,
        }
    }

    /// Looks at where a request comes from.
    #[must_use]
    pub fn look(&self, request: &Request) -> Caller {
        Caller {
            peer: self.proxies.peer(request),
            allowed_origin: self.cors.allowed(request.headers()),
        }
    }

    /// The answer to a browser that asks first whether a page may send a request.
    #[must_use]
    pub fn preflight(&self, request: &Request, caller: &Caller) -> Option<Response> {
        caller.allowed_origin.as_ref()?;
        Cors::preflight(request)
    }

    /// Whether a URL is one that is read at all.
    ///
    /// # Errors
    /// [`Error::UrlTooLong`], [`Error::TooManyParameters`].
    pub fn check_url(&self, request: &Request) -> Result<(), Error> {
        let uri = request.uri();
        let query = uri.query();
        if uri.path().len() + query.map_or(0, |query| query.len() + 1) > self.url_length {
            return Err(Error::UrlTooLong {
                limit: self.url_length,
            });
        }
        let parameters = query.map_or(0, |query| query.split('&').count());
        if parameters > self.query_parameters {
            return Err(Error::TooManyParameters {
                limit: self.query_parameters,
            });
        }
        Ok(())
    }

    /// Says on an answer what is to be said on every answer.
    pub fn finish(&self, caller: &Caller, standings: &[Standing], headers: &mut HeaderMap) {
        headers::secure(headers, caller.peer.secure);
        headers::limits(headers, standings);
        self.cors.say(caller.allowed_origin.as_ref(), headers);
    }
}
