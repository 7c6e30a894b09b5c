//! Requests that are not to act twice.

use upsertd::{
    domain::{
        Value, WriteOutcome,
        batch::{RowAction, RowOutcome},
        deed::Once,
        once::{Answer, Recalled},
    },
    engine::{
        Engine, EngineError,
        rows::{Ending, RowReport},
    },
};

use crate::{
    driver::{Driver, deadline, text},
    rows::{Batch, row},
};

pub fn once(key: u8) -> Once {
    Once {
        key: [key; 32],
        fingerprint: [200 - key; 32],
    }
}

async fn recall(engine: &dyn Engine, once: &Once) -> Option<Recalled> {
    let repeats = engine.repeats().unwrap();
    repeats.recall(once, deadline()).await.unwrap()
}

pub async fn what_a_write_came_to_is_kept_with_it(engine: &dyn Engine) {
    let mut driver = Driver::new(engine).await;
    assert_eq!(recall(engine, &once(1)).await, None);
    driver = driver.once(1, once(1));
    let vendor = [("VendorName", text("Once")), ("VendorCode", text("ONCE"))];
    let added = driver.add("tblCustomers", &vendor).await.unwrap();
    let city = [("City", text("Ω"))];
    let updated = driver
        .update("tblCustomers", &city, "Rating = 4")
        .await
        .unwrap();
    let country = [("CountryCode", text("ÖÄ")), ("CountryName", text("Ω"))];
    let country_added = driver
        .upsert("tblCountries", &country, "CountryCode = 'ÖÄ'", false)
        .await
        .unwrap();
    // Nothing was written, so there is nothing to be kept.
    let nobody = "VendorCode = 'NOBODY'";
    driver.update("tblCustomers", &city, nobody).await.unwrap();

    let recalled = recall(engine, &once(1)).await.unwrap();
    assert_eq!(recalled.fingerprint, once(1).fingerprint);
    assert_eq!(recalled.answer, None);
    let places: Vec<_> = recalled
        .steps
        .iter()
        .map(|(step, part, _)| (*step, *part))
        .collect();
    assert_eq!(places, [(0, 0), (1, 0), (2, 0)]);
    let told = |place: usize, entity: &str| recalled.steps[place].2.write(driver.entity(entity));
    assert_eq!(told(0, "tblCustomers"), Some(added));
    assert_eq!(told(1, "tblCustomers"), Some(updated));
    assert_eq!(told(2, "tblCountries"), Some(country_added));
    let WriteOutcome::Inserted {
        generated: Some(Value::Int(_)),
    } = told(0, "tblCustomers").unwrap()
    else {
        panic!("{recalled:?}")
    };

    // The same writes of the same request: none of them acts again.
    driver = driver.once(7, once(1));
    let again = [("VendorName", text("Once")), ("VendorCode", text("TWICE"))];
    let added = driver.add("tblCustomers", &again).await;
    assert_eq!(added, Err(EngineError::Underway));
    let names = driver.count("tblCustomers", "VendorName = 'Once'").await;
    assert_eq!(names, 1);
}

pub async fn what_became_of_rows_is_kept_with_them(engine: &dyn Engine) {
    let mut driver = Driver::new(engine).await.once(1, once(2));
    let vendor =
        |code: &str, name: &str| row(&[("VendorCode", text(code)), ("VendorName", text(name))]);
    let batch = Batch::upsert("tblCustomers", &["VendorCode"]);
    let rows = [vendor("N-1", "New"), vendor("ACME-PAR", "Old")];
    let reports = driver.rows(&batch, &rows).await;
    let countries = |code: &str| row(&[("CountryCode", text(code)), ("CountryName", text(code))]);
    let ignoring = Batch {
        action: RowAction::InsertIgnore,
        ..Batch::upsert("tblCountries", &["CountryCode"])
    };
    let (ending, together) = driver
        .together(&ignoring, &[&[countries("NO")], &[countries("FR")]])
        .await;
    assert_eq!(ending, Ok(Ending::Done));
    let recalled = recall(engine, &once(2)).await.unwrap();
    let of_step = |step: u32, entity: &str| {
        let of = recalled.steps.iter().filter(move |(of, ..)| *of == step);
        of.flat_map(|(.., outcome)| outcome.rows(driver.entity(entity)).unwrap())
            .map(|(number, done)| (number, RowReport::Done(done)))
            .collect::<Vec<_>>()
    };
    let expected: Vec<_> = (0..).zip(reports).collect();
    assert_eq!(of_step(0, "tblCustomers"), expected);
    let outcomes = together.iter().map(|(_, report)| match report {
        RowReport::Done(done) => done.outcome,
        other => panic!("{other:?}"),
    });
    let outcomes: Vec<_> = outcomes.collect();
    assert_eq!(outcomes, [RowOutcome::Created, RowOutcome::Ignored]);
    assert_eq!(of_step(1, "tblCountries"), together);
    driver = driver.once(8, once(2));
    let rows = [vendor("N-2", "New"), vendor("ACME-PAR", "Older")];
    let (ending, _) = driver.together(&batch, &[&rows]).await;
    assert_eq!(ending, Err(EngineError::Underway));
    assert_eq!(
        driver
            .count("tblCustomers", "VendorName IN ('New', 'Older')")
            .await,
        1
    );
}

pub async fn an_answer_is_kept_until_it_is_forgotten(engine: &dyn Engine) {
    let driver = Driver::new(engine).await.once(1, once(3));
    let country = [("CountryCode", text("NO")), ("CountryName", text("Norge"))];
    driver.add("tblCountries", &country).await.unwrap();
    let repeats = engine.repeats().unwrap();
    let answer = Answer {
        status: 201,
        headers: "{\"content-type\": \"Ω\"}".to_owned(),
        body: vec![0, 1, 255],
    };
    repeats
        .keep(&once(3), "erp", &answer, deadline())
        .await
        .unwrap();
    // A request that has written nothing has an answer too.
    let refused = Answer {
        status: 400,
        body: Vec::new(),
        ..answer.clone()
    };
    repeats
        .keep(&once(4), "erp", &refused, deadline())
        .await
        .unwrap();
    for (key, answer) in [(3, answer), (4, refused)] {
        let recalled = recall(engine, &once(key)).await.unwrap();
        let expected = Recalled {
            fingerprint: once(key).fingerprint,
            answer: Some(answer),
            steps: Vec::new(),
        };
        assert_eq!(recalled, expected);
    }
    let ever = jiff::civil::datetime(9999, 1, 1, 0, 0, 0, 0);
    // Whoever comes too late does not act, whatever is left of what the first has done.
    let late = Driver::new(engine).await.once(9, once(3));
    let other = [
        ("CountryCode", text("ZA")),
        ("CountryName", text("South Africa")),
    ];
    let added = late.add("tblCountries", &other).await;
    assert_eq!(added, Err(EngineError::Underway));
    assert_eq!(repeats.prune(ever, 1, deadline()).await, Ok(1));
    assert_eq!(repeats.prune(ever, 9, deadline()).await, Ok(1));
    assert_eq!(recall(engine, &once(4)).await, None);
}

pub async fn a_claim_is_one_s_alone(engine: &dyn Engine) {
    let repeats = engine.repeats().unwrap();
    let claim = repeats.claim(&once(5), deadline()).await.unwrap();
    assert!(claim.is_some());
    assert!(repeats.claim(&once(5), deadline()).await.unwrap().is_none());
    let other = repeats.claim(&once(6), deadline()).await.unwrap();
    assert!(other.is_some());
    drop(claim);
    // It is given back on the way.
    while repeats.claim(&once(5), deadline()).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
}
