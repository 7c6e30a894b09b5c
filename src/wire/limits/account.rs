//! What one client has asked for of late. The rows of a request are known when it has run; it may overdraw, and what it
//! owes then is paid before the client's next one.

use std::{
    num::NonZeroU32,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use governor::clock::DefaultClock;

use super::{Caps, bucket::Bucket};
use crate::{domain::Deed, error::Error};

/// A client's account.
pub struct Account {
    requests: Option<Bucket>,
    rows: Option<Bucket>,
    concurrent: Option<NonZeroU32>,
    running: AtomicU32,
    spent: Mutex<Spent>,
}

struct Spent {
    /// Rows that were given before they were there.
    owed: u64,
    /// When it was last used.
    used: Instant,
}

/// How a client stands with one of its bounds, for the headers of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What is counted.
    pub name: &'static str,
    /// How much there is when nothing was used.
    pub quota: u32,
    /// In how many seconds that comes back.
    pub window: u32,
    /// How much is left.
    pub left: u32,
    /// In how many seconds all of it is there again.
    pub reset: u32,
}

/// A client's leave for one request. Dropping it settles what the request has used.
pub struct Admission {
    account: Arc<Account>,
    /// The request; what it touches is counted there.
    deed: Option<Arc<Deed>>,
    /// How the client stands; up to date once the request is settled.
    pub standings: Vec<Standing>,
}

impl Account {
    pub fn new(caps: Caps) -> Self {
        let bucket = |size: Option<NonZeroU32>, window| {
            size.map(|size| Bucket::new(size, window, DefaultClock::default()))
        };
        Self {
            requests: bucket(caps.requests_per_second, 1),
            rows: bucket(caps.rows_per_minute, 60),
            concurrent: caps.concurrent_requests,
            running: AtomicU32::new(0),
            spent: Mutex::new(Spent {
                owed: 0,
                used: Instant::now(),
            }),
        }
    }

    fn spent(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When it was last used; `None` while it cannot be forgotten.
    pub fn idle_since(&self) -> Option<Instant> {
        let spent = self.spent();
        let busy = spent.owed > 0 || self.running.load(Ordering::Relaxed) > 0;
        (!busy).then_some(spent.used)
    }

    /// Lets the client make one request, and counts it.
    ///
    /// # Errors
    /// [`Error::TooManyRequests`], [`Error::TooManyRows`]. How the client stands comes with both.
    pub fn admit(self: &Arc<Self>, deed: &mut Deed) -> (Admission, Result<(), Error>) {
        self.spent().used = Instant::now();
        let running = self.running.fetch_add(1, Ordering::Relaxed);
        // From here on the request is counted, whatever becomes of it.
        let mut admission = Admission {
            account: Arc::clone(self),
            deed: None,
            standings: Vec::new(),
        };
        let admitted = self.count(running, deed, &mut admission.standings);
        (admission, admitted)
    }

    fn count(
        &self,
        running: u32,
        deed: &mut Deed,
        standings: &mut Vec<Standing>,
    ) -> Result<(), Error> {
        if self.concurrent.is_some_and(|most| running >= most.get()) {
            return Err(Error::TooManyRequests { retry_after: 1 });
        }
        if let Some(requests) = &self.requests {
            let taken = requests.take(NonZeroU32::MIN);
            standings.push(Standing::of("requests", requests, taken));
            taken.map_err(|retry_after| Error::TooManyRequests { retry_after })?;
        }
        if let Some(rows) = &self.rows {
            let taken = self.pay(rows).and_then(|()| rows.take(NonZeroU32::MIN));
            standings.push(Standing::of("rows", rows, taken));
            let left = taken.map_err(|retry_after| Error::TooManyRows { retry_after })?;
            // One of them is taken already.
            deed.set_most_rows(u64::from(left) + 1, rows.full_after(left));
        }
        Ok(())
    }

    /// Pays what is owed.
    fn pay(&self, rows: &Bucket) -> Result<(), u32> {
        let mut spent = self.spent();
        spent.owed = rows.drain(spent.owed);
        match u32::try_from(spent.owed).unwrap_or(u32::MAX) {
            0 => Ok(()),
            // Nobody has to wait for more than a bucket at a time.
            owed => Err(rows.full_after(rows.size.get().saturating_sub(owed)).max(1)),
        }
    }
}

impl Standing {
    fn of(name: &'static str, bucket: &Bucket, taken: Result<u32, u32>) -> Self {
        let left = taken.unwrap_or(0);
        Self {
            name,
            quota: bucket.size.get(),
            window: bucket.window,
            left,
            reset: taken.map_or_else(|wait| wait, |left| bucket.full_after(left)),
        }
    }
}

impl Admission {
    /// Says what the request is known by.
    pub fn is_for(&mut self, deed: &Arc<Deed>) {
        self.deed = Some(Arc::clone(deed));
    }

    /// Counts the rows that the request has touched since this was asked last.
    pub fn settle(&mut self) {
        let (Some(deed), Some(bucket)) = (&self.deed, &self.account.rows) else {
            return;
        };
        // The first row of a request is taken when it comes.
        let more = deed.unsettled_rows();
        if more == 0 {
            return;
        }
        let unpaid = bucket.drain(more);
        self.account.spent().owed += unpaid;
        if let Some(rows) = self.standings.iter_mut().find(|s| s.name == "rows") {
            let more = u32::try_from(more).unwrap_or(u32::MAX);
            rows.left = rows.left.saturating_sub(more);
            rows.reset = bucket.full_after(rows.left);
        }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.settle();
        self.account.running.fetch_sub(1, Ordering::Relaxed);
    }
}
