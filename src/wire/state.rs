//! What every handler can reach: the service, the settings it needs and the documents made from the
//! catalog.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{BatchLimits, Settings, datasette, http::body::Allowance, openapi::Documents};
use crate::{domain::Entity, service::Service};

/// Shared by all requests.
pub struct State {
    /// What does the work.
    pub service: Arc<Service>,
    /// The longest body that is read, in bytes.
    pub max_body_bytes: usize,
    /// How long a request may take to arrive.
    pub request_timeout: Duration,
    /// For how long a body may come too slowly.
    pub body_stall: Duration,
    /// What a batch of rows may take up.
    pub batch: BatchLimits,
    /// The path everything stands below: empty, or `/API2`.
    pub base_path: String,
    /// The URL callers know in front of the base path, without a slash at its end.
    pub public_url: Option<String>,
    /// Whether an id and a secret are taken from other machines in requests to Socrata's API.
    pub basic_over_http: bool,
    /// Whether examples offer the demo's client.
    pub demo_client: bool,
    /// What Datasette's API needs to know.
    pub datasette: datasette::Settings,
    /// The `OpenAPI` document and its page.
    pub documents: Documents,
}

impl State {
    /// Nothing is read or built yet.
    #[must_use]
    pub fn new(service: Arc<Service>, settings: Settings) -> Self {
        let public_url = settings
            .public_url
            .map(|url| url.trim_end_matches('/').to_owned())
            .filter(|url| !url.is_empty());
        Self {
            service,
            max_body_bytes: settings.max_body_bytes,
            request_timeout: settings.request_timeout,
            body_stall: settings.body_stall,
            batch: settings.batch,
            base_path: canonical_base(&settings.base_path),
            public_url,
            basic_over_http: settings.basic_over_http,
            demo_client: settings.demo_client,
            datasette: settings.datasette,
            documents: Documents::default(),
        }
    }

    /// What stands in front of every path in a document: the base path, behind the public URL where one
    /// is set.
    #[must_use]
    pub fn public_base(&self) -> String {
        let base = &self.base_path;
        match &self.public_url {
            // Set with the base path at its end already.
            Some(url) if !base.is_empty() && url.ends_with(base.as_str()) => url.clone(),
            Some(url) => format!("{url}{base}"),
            None => base.clone(),
        }
    }

    /// What the body of a request that came at this moment may take up.
    #[must_use]
    pub fn allowance(&self, from: Instant) -> Allowance {
        Allowance {
            bytes: self.max_body_bytes,
            from,
            time: self.request_timeout,
            stall: self.body_stall,
        }
    }

    /// What a body with rows may take up, of a request that came at this moment.
    #[must_use]
    pub fn batch_allowance(&self, from: Instant) -> Allowance {
        Allowance {
            bytes: self.batch.bytes,
            from,
            time: self.batch.time,
            stall: self.body_stall,
        }
    }

    /// What is served now, whoever asks: for ids that are the same to everybody, never to be told of.
    #[must_use]
    pub fn every_entity(&self) -> Vec<Arc<Entity>> {
        self.service.catalog().entities().cloned().collect()
    }
}

/// `API2/` → `/API2`, `/` → empty.
fn canonical_base(base_path: &str) -> String {
    base_path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .flat_map(|segment| ["/", segment])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_may_be_written_with_any_slashes() {
        for (written, base) in [("", ""), ("/", ""), ("API2/", "/API2"), ("/a//b", "/a/b")] {
            assert_eq!(canonical_base(written), base, "{written}");
        }
    }
}
