//! What clients are given, and what is taken from them.

#![allow(clippy::unwrap_used)]

use uuid::Uuid;

use super::*;
use crate::domain::Api;

fn limiter(caps: Caps, clients: &[(&str, Caps)]) -> Limiter {
    Limiter::new(Settings {
        concurrent_requests: 2,
        failed_logins_per_minute: None,
        caps,
        clients: clients
            .iter()
            .map(|(id, caps)| ((*id).to_owned(), *caps))
            .collect(),
    })
}

fn deed() -> Deed {
    Deed::new(Uuid::now_v7(), "erp".into(), Api::Datasette, "test")
}

/// A request that touches so many rows.
fn request(limiter: &Limiter, client: &str, rows: u64) -> Result<Vec<Standing>, Error> {
    let mut deed = deed();
    let (mut admission, admitted) = limiter.admit(client, &mut deed);
    admitted?;
    let deed = Arc::new(deed);
    admission.is_for(&deed);
    deed.count_rows(rows);
    admission.settle();
    Ok(admission.standings.clone())
}

fn few(number: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(number)
}

#[test]
fn only_so_many_requests_run_at_once_and_others_are_turned_away() {
    let limiter = limiter(Caps::default(), &[]);
    let first = limiter.enter().unwrap();
    let _second = limiter.enter().unwrap();
    let refused = limiter.enter().unwrap_err();
    assert_eq!((refused.status(), refused.retry_after()), (503, Some(1)));
    drop(first);
    assert!(limiter.enter().is_ok());
}

#[test]
fn a_client_has_only_so_many_requests_at_once_and_the_next_has_its_own() {
    let caps = Caps {
        concurrent_requests: few(1),
        ..Caps::default()
    };
    let limiter = limiter(caps, &[("batch", Caps::default())]);
    let (held, admitted) = limiter.admit("erp", &mut deed());
    assert_eq!(admitted, Ok(()));
    let refused = Err(Error::TooManyRequests { retry_after: 1 });
    assert_eq!(limiter.admit("erp", &mut deed()).1, refused);
    assert_eq!(limiter.admit("web", &mut deed()).1, Ok(()));
    let several = [(), ()].map(|()| limiter.admit("batch", &mut deed()));
    assert!(several.iter().all(|(_, admitted)| admitted.is_ok()));
    drop(held);
    assert_eq!(limiter.admit("erp", &mut deed()).1, Ok(()));
}

#[test]
fn rows_beyond_what_there_is_are_owed_and_paid_before_the_next_request() {
    let caps = Caps {
        rows_per_minute: few(100),
        ..Caps::default()
    };
    let limiter = limiter(caps, &[]);
    let standings = request(&limiter, "erp", 40).unwrap();
    assert_eq!((standings[0].name, standings[0].left), ("rows", 60));
    let standings = request(&limiter, "erp", 90).unwrap();
    assert_eq!((standings[0].left, standings[0].reset), (0, 60));
    let refused = request(&limiter, "erp", 0).unwrap_err();
    // 30 of 100 in a minute.
    let wait = refused.retry_after().unwrap();
    assert!((15..=19).contains(&wait), "{wait}");
    assert!(request(&limiter, "web", 1).is_ok());
}

#[test]
fn a_request_learns_how_many_rows_it_may_touch() {
    let caps = Caps {
        rows_per_minute: few(100),
        ..Caps::default()
    };
    let limiter = limiter(caps, &[]);
    request(&limiter, "erp", 40).unwrap();
    let mut deed = deed();
    let (_admission, admitted) = limiter.admit("erp", &mut deed);
    admitted.unwrap();
    assert_eq!(deed.check_rows(60), Ok(()));
    assert!(deed.check_rows(61).is_err());
}

#[test]
fn a_client_may_make_so_many_requests_and_then_has_to_wait() {
    let caps = Caps {
        requests_per_second: few(3),
        ..Caps::default()
    };
    let limiter = limiter(caps, &[]);
    let mut refused = None;
    for _ in 0..1000 {
        if let Err(error) = request(&limiter, "erp", 1) {
            refused = Some(error);
            break;
        }
    }
    assert_eq!(refused, Some(Error::TooManyRequests { retry_after: 1 }));
}
