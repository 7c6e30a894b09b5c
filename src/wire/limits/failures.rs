//! Wrong secrets, counted by where they come from, so that nobody can go on guessing. However many addresses there are,
//! no more than a number of them is kept in mind; the others are counted as one.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// For how long a wrong secret counts.
const WINDOW: Duration = Duration::from_secs(60);

/// Addresses kept in mind.
const KEPT: usize = 10_000;

/// Where a secret came from; `None` for what is not told apart.
type Source = Option<IpAddr>;

/// Wrong secrets of late.
pub struct Failures {
    most: Option<NonZeroU32>,
    tallies: Mutex<HashMap<Source, Tally>>,
    kept: usize,
}

#[derive(Clone, Copy)]
struct Tally {
    since: Instant,
    number: u32,
}

impl Tally {
    fn holds(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.since) < WINDOW
    }
}

impl Failures {
    /// Lets so many pass in a minute from each address; all, where none is named.
    pub fn new(most: Option<NonZeroU32>) -> Self {
        Self {
            most,
            tallies: Mutex::default(),
            kept: KEPT,
        }
    }

    /// Whether a secret from there may be looked at.
    ///
    /// # Errors
    /// The seconds after which one may be.
    pub fn allow(&self, address: Option<IpAddr>, now: Instant) -> Result<(), u32> {
        let Some(most) = self.most else {
            return Ok(());
        };
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let source = self.source(&mut tallies, address, now);
        let tally = tallies.get(&source).filter(|tally| tally.holds(now));
        match tally.filter(|tally| tally.number >= most.get()) {
            None => Ok(()),
            Some(tally) => {
                let left = WINDOW.saturating_sub(now.saturating_duration_since(tally.since));
                Err(u32::try_from(left.as_secs() + 1).unwrap_or(u32::MAX))
            }
        }
    }

    /// Notes that a secret from there was wrong.
    pub fn note(&self, address: Option<IpAddr>, now: Instant) {
        if self.most.is_none() {
            return;
        }
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let source = self.source(&mut tallies, address, now);
        let begun = Tally {
            since: now,
            number: 0,
        };
        let tally = tallies.entry(source).or_insert(begun);
        if !tally.holds(now) {
            *tally = begun;
        }
        tally.number = tally.number.saturating_add(1);
    }

    /// How an address is counted.
    fn source(
        &self,
        tallies: &mut HashMap<Source, Tally>,
        address: Option<IpAddr>,
        now: Instant,
    ) -> Source {
        let source = address.map(network);
        if tallies.len() < self.kept || tallies.contains_key(&source) {
            return source;
        }
        tallies.retain(|_, tally| tally.holds(now));
        if tallies.len() < self.kept {
            source
        } else {
            None
        }
    }
}

/// A household has 2^64 addresses of IPv6 at least.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    fn failures(most: u32) -> Failures {
        Failures::new(NonZeroU32::new(most))
    }

    #[test]
    fn an_address_that_guesses_has_to_wait_and_others_do_not() {
        let (failures, now) = (failures(2), Instant::now());
        let later = |seconds| now + Duration::from_secs(seconds);
        failures.note(Some(at("192.0.2.1")), now);
        assert_eq!(failures.allow(Some(at("192.0.2.1")), now), Ok(()));
        failures.note(Some(at("192.0.2.1")), later(10));
        assert_eq!(failures.allow(Some(at("192.0.2.1")), later(20)), Err(41));
        assert_eq!(
            failures.allow(Some(at("::ffff:192.0.2.1")), later(20)),
            Err(41)
        );
        assert_eq!(failures.allow(Some(at("192.0.2.2")), later(20)), Ok(()));
        assert_eq!(failures.allow(Some(at("192.0.2.1")), later(60)), Ok(()));
        failures.note(Some(at("192.0.2.1")), later(60));
        assert_eq!(failures.allow(Some(at("192.0.2.1")), later(60)), Ok(()));
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one() {
        let (failures, now) = (failures(1), Instant::now());
        failures.note(Some(at("2001:db8:1:2::1")), now);
        assert!(
            failures
                .allow(Some(at("2001:db8:1:2:ffff::9")), now)
                .is_err()
        );
        assert!(failures.allow(Some(at("2001:db8:1:3::1")), now).is_ok());
    }

    #[test]
    fn no_more_addresses_are_kept_than_may_be_and_the_others_count_together() {
        let mut failures = failures(1);
        failures.kept = 2;
        let now = Instant::now();
        for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"] {
            failures.note(Some(at(address)), now);
        }
        assert!(failures.tallies.lock().unwrap().len() <= 3);
        assert!(
            failures.allow(Some(at("192.0.2.9")), now).is_err(),
            "as one"
        );
        assert!(failures.allow(Some(at("192.0.2.9")), now + WINDOW).is_ok());
    }

    #[test]
    fn where_no_number_is_named_nothing_is_counted() {
        let (failures, now) = (failures(0), Instant::now());
        failures.note(None, now);
        assert_eq!(failures.allow(None, now), Ok(()));
        assert!(failures.tallies.lock().unwrap().is_empty());
    }
}
