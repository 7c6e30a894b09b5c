//! The signals that ask the process to stop, and the one that asks it to look at the database again.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// To stop; holds the exit code of a process that the signal ends.
    Stop(i32),
    /// To read the database's tables again.
    Reload,
}

/// Hears SIGTERM, Ctrl-C and SIGHUP from the moment it is made.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    hangup: Signal,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Asked {
        let stop = |kind: SignalKind| Asked::Stop(128 + kind.as_raw_value());
        tokio::select! {
            _ = self.terminate.recv() => stop(SignalKind::terminate()),
            _ = self.interrupt.recv() => stop(SignalKind::interrupt()),
            _ = self.hangup.recv() => Asked::Reload,
        }
    }

    /// Waits for the next one that asks to stop; gives the exit code of a process that it ends.
    pub(super) async fn stop(&mut self) -> i32 {
        loop {
            if let Asked::Stop(code) = self.next().await {
                return code;
            }
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Asked {
        Asked::Stop(self.stop().await)
    }

    /// Waits for the next one that asks to stop; gives the exit code of a process that it ends.
    pub(super) async fn stop(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            // Ctrl-C cannot be heard: nothing will ever come.
            std::future::pending::<()>().await;
        }
        1
    }
}
