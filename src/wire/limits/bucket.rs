//! A bucket that a client takes from, and that fills up again as time passes: governor's generic cell rate algorithm.

use std::{num::NonZeroU32, time::Duration};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::{InMemoryState, NotKeyed},
};

/// A bucket.
pub struct Bucket<C: Clock = DefaultClock> {
    rate: RateLimiter<NotKeyed, InMemoryState, C, StateInformationMiddleware>,
    clock: C,
    /// What it holds when it is full.
    pub size: NonZeroU32,
    /// How long it takes to fill, in seconds.
    pub window: u32,
}

impl<C: Clock + Clone> Bucket<C> {
    /// A full bucket, which takes so many seconds, 1 at least, to fill.
    pub fn new(size: NonZeroU32, window: u32, clock: C) -> Self {
        let each = Duration::from_secs(window.max(1).into()) / size.get();
        // None for a period of nothing: more than one in a nanosecond cannot be asked for.
        let quota = Quota::with_period(each.max(Duration::from_nanos(1)))
            .map_or(Quota::per_second(size), |quota| quota.allow_burst(size));
        Self {
            rate: RateLimiter::direct_with_clock(quota, clock.clone()).with_middleware(),
            clock,
            size,
            window,
        }
    }

    /// Takes so much, or nothing. Gives back what is left.
    ///
    /// # Errors
    /// The seconds after which there may be as much: 1 at least. More than it ever holds counts as all that it holds.
    pub fn take(&self, number: NonZeroU32) -> Result<u32, u32> {
        match self.rate.check_n(number.min(self.size)) {
            Ok(Ok(state)) => Ok(state.remaining_burst_capacity()),
            Ok(Err(until)) => Err(seconds(until.wait_time_from(self.clock.now()))),
            Err(_) => Err(self.window),
        }
    }

    /// Takes as much of this as there is. Gives back what there was not.
    pub fn drain(&self, mut number: u64) -> u64 {
        let mut part = number.min(self.size.get().into());
        while part > 0 {
            let taking = u32::try_from(part).ok().and_then(NonZeroU32::new);
            if taking.is_some_and(|part| self.take(part).is_ok()) {
                number -= part;
                part = part.min(number);
            } else {
                part /= 2;
            }
        }
        number
    }

    /// After how many seconds it is full again, when so much is left.
    pub fn full_after(&self, left: u32) -> u32 {
        let missing = u64::from(self.size.get().saturating_sub(left)) * u64::from(self.window);
        u32::try_from(missing.div_ceil(self.size.get().into())).unwrap_or(self.window)
    }
}

fn seconds(wait: Duration) -> u32 {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    u32::try_from(whole.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn number(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap()
    }

    fn bucket(size: u32, window: u32) -> (Bucket<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Bucket::new(number(size), window, clock.clone()), clock)
    }

    #[test]
    fn it_gives_what_it_holds_and_says_when_there_is_more() {
        let (bucket, clock) = bucket(3, 60);
        assert_eq!(bucket.take(number(2)), Ok(1));
        assert_eq!(bucket.take(number(2)), Err(20));
        assert_eq!(bucket.take(number(1)), Ok(0));
        assert_eq!(bucket.full_after(0), 60);
        clock.advance(Duration::from_secs(20));
        assert_eq!(bucket.take(number(1)), Ok(0));
        clock.advance(Duration::from_secs(600));
        assert_eq!(bucket.take(number(9)), Ok(0), "all that it holds");
    }

    #[test]
    fn a_wait_is_a_second_at_least() {
        let (bucket, _) = bucket(1000, 1);
        assert_eq!(bucket.take(number(1000)), Ok(0));
        assert_eq!(bucket.take(number(1)), Err(1));
        assert_eq!((bucket.full_after(999), bucket.full_after(1000)), (1, 0));
    }

    #[test]
    fn what_it_does_not_hold_is_left_over() {
        let (bucket, clock) = bucket(100, 60);
        assert_eq!(bucket.drain(30), 0);
        assert_eq!(bucket.drain(500), 430);
        assert_eq!(bucket.drain(1), 1);
        clock.advance(Duration::from_secs(30));
        assert_eq!(bucket.drain(430), 380);
    }
}
