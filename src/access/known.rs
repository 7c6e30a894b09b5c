//! Ids and secrets that were good a moment ago. A client of HTTP Basic sends its secret with every request, and
//! hashing that each time would take most of the request's time. Kept is only a keyed hash, under a key that goes
//! with the process; neither an id nor a secret can be read from it.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use blake2::{
    Blake2sMac256,
    digest::{KeyInit as _, Mac as _},
};

use super::directory::Record;

/// How long a secret counts as checked.
const LIFETIME: Duration = Duration::from_secs(60);
/// Pairs kept. When there are more, all are forgotten, and each is checked once more.
const KEPT: usize = 1024;

type Mark = [u8; 32];

pub(super) struct Known {
    /// `None` where the system gave no random key: then nothing is kept.
    key: Option<[u8; 32]>,
    held: RwLock<HashMap<Mark, (Arc<Record>, Instant)>>,
}

impl Known {
    pub(super) fn new() -> Self {
        let mut key = [0; 32];
        Self {
            key: getrandom::fill(&mut key).is_ok().then_some(key),
            held: RwLock::default(),
        }
    }

    /// The client of a pair that was good at most [`LIFETIME`] before this moment, as it was then.
    pub(super) fn find(&self, id: &str, secret: &str, now: Instant) -> Option<Arc<Record>> {
        let mark = self.mark(id, secret)?;
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let (record, until) = held.get(&mark)?;
        (now < *until).then(|| Arc::clone(record))
    }

    /// Keeps a pair that has just been checked, no longer than the secret is taken.
    pub(super) fn keep(
        &self,
        id: &str,
        secret: &str,
        record: &Arc<Record>,
        now: Instant,
        left: Option<Duration>,
    ) {
        let Some(mark) = self.mark(id, secret) else {
            return;
        };
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= KEPT {
            held.clear();
        }
        let lifetime = left.map_or(LIFETIME, |left| left.min(LIFETIME));
        held.insert(mark, (Arc::clone(record), now + lifetime));
    }

    /// A hash that only this process can make. Who finds marks by trying cannot tell from the time that takes how
    /// much of one is right: the hash of another secret has nothing in common with it.
    fn mark(&self, id: &str, secret: &str) -> Option<Mark> {
        let mut mac = Blake2sMac256::new_from_slice(self.key.as_ref()?).ok()?;
        // The length keeps `a` + `bc` apart from `ab` + `c`.
        mac.update(&u64::try_from(id.len()).ok()?.to_le_bytes());
        mac.update(id.as_bytes());
        mac.update(secret.as_bytes());
        Some(mac.finalize().into_bytes().into())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        access::{ClientSecret, directory::Directory, hash_secret},
        domain::Rights,
    };

    fn record() -> Arc<Record> {
        let client = ClientSecret {
            id: "erp".to_owned(),
            hash: hash_secret("s3cret").unwrap(),
            rights: Arc::new(Rights::default()),
        };
        let directory = Directory::configured(vec![client], &[]);
        Arc::clone(directory.find("erp").unwrap())
    }

    #[test]
    fn a_pair_is_known_for_a_minute_and_no_other_pair_is() {
        let (known, record) = (Known::new(), record());
        let now = Instant::now();
        known.keep("erp", "s3cret", &record, now, None);
        let found = known.find("erp", "s3cret", now).unwrap();
        assert!(Arc::ptr_eq(&found, &record));
        for (id, secret) in [
            ("er", "ps3cret"),
            ("erp", "s3cre"),
            ("ERP", "s3cret"),
            ("erp", ""),
        ] {
            assert!(known.find(id, secret, now).is_none(), "{id}:{secret}");
        }
        assert!(known.find("erp", "s3cret", now + LIFETIME / 2).is_some());
        assert!(known.find("erp", "s3cret", now + LIFETIME).is_none());
    }

    #[test]
    fn a_secret_that_is_soon_taken_no_more_is_known_no_longer() {
        let known = Known::new();
        let now = Instant::now();
        let left = Duration::from_secs(2);
        known.keep("erp", "old", &record(), now, Some(left));
        assert!(known.find("erp", "old", now + left / 2).is_some());
        assert!(known.find("erp", "old", now + left).is_none());
    }

    #[test]
    fn no_more_than_the_bound_is_kept() {
        let (known, record) = (Known::new(), record());
        let now = Instant::now();
        for number in 0..=KEPT {
            known.keep("erp", &number.to_string(), &record, now, None);
        }
        assert_eq!(known.held.read().unwrap().len(), 1);
        assert!(known.find("erp", &KEPT.to_string(), now).is_some());
    }

    #[test]
    fn another_process_makes_other_marks() {
        assert_ne!(Known::new().mark("a", "b"), Known::new().mark("a", "b"));
    }
}
