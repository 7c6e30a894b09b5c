//! Many callers at once.

use futures_util::future::join_all;
use upsertd::{
    domain::{Literal, WriteOutcome, batch::RowOutcome},
    engine::{Engine, rows::RowReport},
};

use crate::{
    driver::{Driver, text},
    rows::{Batch, row},
};

// A claim is given back on the way, while others are asked for.
pub use super::repeats::a_claim_is_one_s_alone;

pub async fn one_missing_key_upserted_at_once_makes_one_row(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    // VendorName has no unique key: nothing but the engine keeps a second row out.
    let upserts = (0..64).map(|i| {
        let driver = &driver;
        async move {
            let values = [
                ("VendorName", text("Racer")),
                ("CreditUsed", Literal::Number(i.to_string())),
            ];
            driver
                .upsert("tblCustomers", &values, "VendorName = 'Racer'", false)
                .await
        }
    });
    let outcomes = join_all(upserts).await;
    let inserts = outcomes
        .iter()
        .filter(|o| matches!(o, Ok(WriteOutcome::Inserted { .. })))
        .count();
    let updates = outcomes
        .iter()
        .filter(|o| **o == Ok(WriteOutcome::Updated { affected: 1 }))
        .count();
    assert_eq!((inserts, updates), (1, 63), "{outcomes:?}");
    assert_eq!(
        driver.count("tblCustomers", "VendorName = 'Racer'").await,
        1
    );
}

pub async fn a_caller_that_stops_waiting_leaves_nothing_open(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    for i in 0..40 {
        let values = [("City", text(&format!("c{i}")))];
        let write = driver.update("tblCustomers", &values, "CustomerId = 1");
        // Polled once, then dropped.
        let gone = futures_util::future::select(Box::pin(write), Box::pin(std::future::ready(())));
        drop(gone.await);
    }
    // Another column: a server may still be at what was left behind, and be done with it after this.
    let values = [("Email", text("last"))];
    let outcome = driver
        .update("tblCustomers", &values, "CustomerId = 1")
        .await;
    assert_eq!(outcome, Ok(WriteOutcome::Updated { affected: 1 }));
    let written = driver
        .count("tblCustomers", "CustomerId = 1 AND Email = 'last'")
        .await;
    assert_eq!(written, 1);
}

pub async fn overlapping_batches_written_at_once_are_all_written(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let batch = Batch::upsert("tblCountries", &["CountryCode"]);
    let code = |i: usize| {
        let letter = |i: usize| char::from(b'A' + u8::try_from(i).unwrap());
        format!("{}{}", letter(13 + i / 13), letter(13 + i % 13))
    };
    // The same keys in another order each, some of them there and most of them not.
    let writers = (0..16).map(|writer: usize| {
        let (driver, batch) = (&driver, &batch);
        async move {
            let step = 2 * writer + 1;
            let rows: Vec<_> = (0..64)
                .map(|i| (i * step + writer) % 64)
                .map(|i| {
                    let name = format!("{i} of {writer}");
                    row(&[
                        ("CountryCode", text(&code(i))),
                        ("CountryName", text(&name)),
                    ])
                })
                .collect();
            driver.rows(batch, &rows).await
        }
    });
    let reports: Vec<_> = join_all(writers).await.into_iter().flatten().collect();
    let created = |report: &&RowReport| matches!(report, RowReport::Done(done) if done.outcome == RowOutcome::Created);
    assert!(reports.iter().all(RowReport::is_done), "{reports:?}");
    assert_eq!(reports.iter().filter(created).count(), 64);
    assert_eq!(
        driver
            .count("tblCountries", "CountryName LIKE '% of %'")
            .await,
        64
    );
}
