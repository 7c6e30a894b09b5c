//! A body on its way: it has a time by which it must be there, and until then it must not trickle. What comes is not
//! looked at.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    time::{Instant, timeout_at},
};

use super::{Allowance, broke_off};
use crate::error::Error;

/// The fewest bytes a second that a body may come with, over a window of time.
pub const RATE: u32 = 500;

/// A body on its way.
pub struct Arriving<R> {
    body: R,
    until: Instant,
    allowance: Allowance,
    /// When the window began, and what came in it.
    window: (Instant, u64),
}

impl<R: AsyncRead + Unpin> Arriving<R> {
    /// Begins to wait for it.
    pub fn new(body: R, allowance: Allowance) -> Self {
        Self {
            body,
            until: Instant::from_std(allowance.from + allowance.time),
            allowance,
            window: (Instant::now(), 0),
        }
    }

    /// Counts anew: time went by in which nothing was read.
    pub fn begin_window(&mut self) {
        self.window = (Instant::now(), 0);
    }

    /// Reads what comes next; 0 at the end.
    ///
    /// # Errors
    /// [`Error::BodyTimeout`], [`Error::BodyTooSlow`], [`Error::Malformed`] when the client stopped sending.
    pub async fn read(&mut self, into: &mut Vec<u8>) -> Result<usize, Error> {
        loop {
            let (began, came) = self.window;
            let ends = began + self.allowance.stall;
            let reading = timeout_at(ends.min(self.until), self.body.read_buf(into));
            match reading.await {
                Ok(read) => {
                    let read = read.map_err(|_| broke_off())?;
                    self.window.1 += read as u64;
                    return Ok(read);
                }
                Err(_) if ends >= self.until => {
                    return Err(Error::BodyTimeout {
                        limit: self.allowance.time,
                    });
                }
                Err(_) if came < least(self.allowance.stall) => {
                    return Err(Error::BodyTooSlow {
                        rate: RATE,
                        window: self.allowance.stall,
                    });
                }
                Err(_) => self.begin_window(),
            }
        }
    }

    /// What was not read.
    pub fn into_inner(self) -> R {
        self.body
    }
}

/// The fewest bytes of a window.
fn least(window: Duration) -> u64 {
    window.as_secs().saturating_mul(RATE.into()).max(1)
}
