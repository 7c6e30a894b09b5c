//! Where the rows go: to a database, or to a service. What cannot be done for a moment is tried again.

use std::time::Duration;

use tokio::time::sleep;

use super::{chunks::Chunk, direct::Direct, options::Options, remote::Remote};
use crate::cli::Failure;

/// How often a chunk is tried again, and the pause before the first of these; each next one is twice as long.
const RETRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(250);

/// Where the rows go.
pub(super) enum Target {
    Direct(Box<Direct>),
    Remote(Box<Remote>),
}

/// What became of a row.
pub(super) enum Done {
    Created,
    Updated,
    /// It was rejected, and why.
    Failed(String),
}

/// Why a chunk was not written.
pub(super) enum Trouble {
    /// Perhaps it will be in a moment. Rows are found by their keys, so that none is written twice.
    Passing(String),
    /// It will not be.
    Lasting(Failure),
}

impl Target {
    pub(super) async fn open(options: &Options) -> Result<Self, Failure> {
        Ok(match &options.config {
            Some(file) => Self::Direct(Box::new(Direct::open(options, file).await?)),
            None => Self::Remote(Box::new(Remote::open(options).await?)),
        })
    }

    async fn try_write(&mut self, chunk: &Chunk) -> Result<Vec<Done>, Trouble> {
        match self {
            Self::Direct(direct) => direct.write(chunk).await,
            Self::Remote(remote) => remote.write(chunk).await,
        }
    }

    /// Lets go of the database.
    pub(super) async fn close(self) {
        if let Self::Direct(direct) = self {
            direct.close().await;
        }
    }
}

/// Writes a chunk, and tries again what may pass.
pub(super) async fn write(target: &mut Target, chunk: &Chunk) -> Result<Vec<Done>, Failure> {
    let mut pause = PAUSE;
    for _ in 0..RETRIES {
        match target.try_write(chunk).await {
            Ok(done) => return Ok(done),
            Err(Trouble::Lasting(failure)) => return Err(failure),
            Err(Trouble::Passing(why)) => tracing::debug!(why, "trying again"),
        }
        sleep(pause).await;
        pause *= 2;
    }
    target
        .try_write(chunk)
        .await
        .map_err(|trouble| match trouble {
            Trouble::Lasting(failure) => failure,
            Trouble::Passing(why) => Failure::new(&why),
        })
}
