//! `upsertd serve`, and running until a signal comes.

use std::{net::SocketAddr, path::Path, process};

use super::{
    Failure, block_on, print,
    signals::{Asked, Signals},
};
use crate::{app::App, config::Config, telemetry};

pub(super) fn run(file: &Path) -> Result<(), Failure> {
    let config = Config::load(file)?;
    telemetry::start(&config.log)?;
    block_on(until_signal(config, |_| Ok(())))
}

/// Serves until a signal comes, then lets what runs finish; a second signal ends the process at once.
/// `greet` runs as soon as requests are accepted.
pub(super) async fn until_signal(
    config: Config,
    greet: impl FnOnce(SocketAddr) -> Result<(), Failure>,
) -> Result<(), Failure> {
    // From here on, so that a signal that comes right after `ready` is not lost.
    let mut signals = Signals::listen()?;
    let mut running = App::start(config).await?;
    let at = running.local_addr();
    greet(at)?;
    print(&format!("ready http://{at}"))?;
    loop {
        tokio::select! {
            stopped = running.wait() => return Ok(stopped?),
            asked = signals.next() => match asked {
                Asked::Stop(_) => break,
                Asked::Reload => {
                    tracing::info!("reading the database's tables again, as asked by SIGHUP");
                    tokio::select! {
                        () = running.reload() => {}
                        _ = signals.stop() => break,
                    }
                }
            },
        }
    }
    tracing::info!("stopping; a second signal stops at once");
    tokio::select! {
        stopped = running.shutdown() => Ok(stopped?),
        code = signals.stop() => process::exit(code),
    }
}
