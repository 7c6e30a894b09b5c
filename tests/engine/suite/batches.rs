//! Rows found by their keys: written, refused, reported.

use upsertd::{
    domain::{
        Fault, Literal, Value,
        batch::{Repeated, RowAction, RowOutcome},
    },
    engine::{
        Engine, EngineError,
        rows::{Ending, RowReport},
    },
};

use crate::{
    driver::{Driver, text},
    rows::{Batch, row},
};

fn number(digits: &str) -> Literal {
    Literal::Number(digits.to_owned())
}

fn outcomes(reports: &[RowReport]) -> Vec<Option<RowOutcome>> {
    let outcome = |report: &RowReport| match report {
        RowReport::Done(done) => Some(done.outcome),
        _ => None,
    };
    reports.iter().map(outcome).collect()
}

fn keys(reports: &[RowReport]) -> Vec<Option<Value>> {
    let key = |report: &RowReport| match report {
        RowReport::Done(done) => done.key.first().cloned().flatten(),
        other => panic!("{other:?} has no key"),
    };
    reports.iter().map(key).collect()
}

const CREATED: Option<RowOutcome> = Some(RowOutcome::Created);
const UPDATED: Option<RowOutcome> = Some(RowOutcome::Updated);

pub async fn rows_are_created_and_updated_by_their_key(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let batch = Batch::upsert("tblCustomers", &["VendorCode"]);
    let rows = [
        row(&[
            ("VendorCode", text("NEW-1")),
            ("VendorName", text("New one")),
        ]),
        row(&[("VendorCode", text("acme-par")), ("City", text("Nice"))]),
        row(&[
            ("City", text("Oslo")),
            ("VendorCode", text("NEW-2")),
            ("VendorName", text("New two")),
        ]),
        row(&[("VendorCode", text("ACME-LYS")), ("Phone", Literal::Null)]),
    ];
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(outcomes(&reports), [CREATED, UPDATED, CREATED, UPDATED]);
    // What a row leaves out stays as it was.
    let changed = "VendorCode = 'ACME-PAR' AND City = 'Nice' AND Phone = '+33 1 5550 0101'";
    assert_eq!(driver.count("tblCustomers", changed).await, 1);
    let emptied = "VendorCode = 'ACME-LYS' AND City = 'Lyon' AND Phone IS NULL";
    assert_eq!(driver.count("tblCustomers", emptied).await, 1);
    let made = "VendorCode LIKE 'NEW-%' AND DateEntered IS NOT NULL";
    assert_eq!(driver.count("tblCustomers", made).await, 2);
    // Each row's own key, not the one that found it.
    let own = keys(&reports);
    for (key, code) in own.iter().zip(["NEW-1", "ACME-PAR", "NEW-2", "ACME-LYS"]) {
        let condition = format!("VendorCode = '{code}'");
        let found = driver.column("tblCustomers", "CustomerId", &condition);
        assert_eq!(found.await, std::slice::from_ref(key));
    }
}

pub async fn rows_without_a_key_are_inserted_and_told_theirs(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let mut batch = Batch::upsert("tblCustomers", &["CustomerId"]);
    batch.action = RowAction::Insert;
    let names = ["Keyless b", "Keyless a", "Keyless c"];
    let rows = names.map(|name| row(&[("VendorName", text(name))]));
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(outcomes(&reports), [CREATED; 3]);
    for (key, name) in keys(&reports).into_iter().zip(names) {
        let condition = format!("VendorName = '{name}'");
        let found = driver.column("tblCustomers", "CustomerId", &condition);
        assert_eq!(found.await, [key]);
    }
}

pub async fn a_repeated_key_is_taken_in_order_or_refused(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let mut batch = Batch::upsert("tblCountries", &["CountryCode"]);
    let country =
        |code: &str, name: &str| row(&[("CountryCode", text(code)), ("CountryName", text(name))]);
    let rows = [
        country("NO", "Norge"),
        country("fr", "Frankreich"),
        country("no", "Norway"),
        row(&[
            ("CountryCode", text("NO")),
            ("IsEuMember", Literal::Bool(false)),
        ]),
    ];
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(outcomes(&reports), [CREATED, UPDATED, UPDATED, UPDATED]);
    let names = driver
        .column("tblCountries", "CountryName", "CountryCode = 'NO'")
        .await;
    assert_eq!(names, [Some(Value::Text("Norway".to_owned()))]);
    batch.repeated = Repeated::Refuse;
    let rows = [
        country("PT", "Portugal"),
        country("FI", "Finland"),
        country("pt", "Portugal"),
    ];
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(outcomes(&reports), [None, CREATED, None]);
    assert!(
        matches!(&reports[0], RowReport::Repeated(columns) if columns[0].as_str() == "CountryCode")
    );
    assert_eq!(
        driver
            .count("tblCountries", "CountryCode IN ('PT', 'FI')")
            .await,
        1
    );
}

pub async fn a_bad_row_costs_only_itself(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let batch = Batch::upsert("tblCustomers", &["VendorCode"]);
    let rated = |code: &str, rating: &str| {
        row(&[
            ("VendorCode", text(code)),
            ("VendorName", text(code)),
            ("Rating", number(rating)),
        ])
    };
    let rows = [
        rated("R-1", "1"),
        rated("R-2", "9"),
        rated("R-3", "3"),
        row(&[
            ("VendorCode", text("R-4")),
            ("VendorName", text("R-4")),
            ("Country", text("XX")),
        ]),
        row(&[("VendorCode", text("R-5")), ("City", text("No name"))]),
        rated("ACME-ROM", "5"),
    ];
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(
        outcomes(&reports),
        [CREATED, None, CREATED, None, None, UPDATED]
    );
    assert!(
        matches!(reports[1], RowReport::Failed(EngineError::Check { .. })),
        "{:?}",
        reports[1]
    );
    assert!(
        matches!(
            reports[3],
            RowReport::Failed(EngineError::ForeignKey { .. })
        ),
        "{:?}",
        reports[3]
    );
    let RowReport::NoMatch(faults) = &reports[4] else {
        panic!("{:?}", reports[4])
    };
    assert!(matches!(faults.all()[0], Fault::RequiredInRow { .. }));
    assert_eq!(
        driver.count("tblCustomers", "VendorCode LIKE 'R-%'").await,
        2
    );
}

pub async fn other_actions_than_upsert(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let mut batch = Batch::upsert("tblCountries", &["CountryCode"]);
    let act = |action| Batch {
        action,
        ..batch.clone()
    };
    let country =
        |code: &str, name: &str| row(&[("CountryCode", text(code)), ("CountryName", text(name))]);
    let rows = [country("JP", "Nippon"), country("IS", "Iceland")];
    let update = driver.rows(&act(RowAction::Update), &rows).await;
    assert_eq!(outcomes(&update), [UPDATED, None]);
    assert!(matches!(update[1], RowReport::NoMatch(_)));
    let insert = driver.rows(&act(RowAction::Insert), &rows).await;
    assert_eq!(outcomes(&insert), [None, CREATED]);
    assert!(
        matches!(insert[0], RowReport::Failed(EngineError::Unique { .. })),
        "{insert:?}"
    );
    let ignore = driver
        .rows(
            &act(RowAction::InsertIgnore),
            &[country("JP", "x"), country("LI", "y")],
        )
        .await;
    assert_eq!(outcomes(&ignore), [Some(RowOutcome::Ignored), CREATED]);
    let names = driver
        .column("tblCountries", "CountryName", "CountryCode IN ('JP', 'LI')")
        .await;
    let stored = |name: &str| Some(Value::Text(name.to_owned()));
    assert_eq!(names, [stored("Nippon"), stored("y")]);
    let keys = [
        row(&[("CountryCode", text("IS"))]),
        row(&[("CountryCode", text("ZZ"))]),
    ];
    let delete = driver.rows(&act(RowAction::Delete), &keys).await;
    assert_eq!(outcomes(&delete), [Some(RowOutcome::Deleted), None]);
    assert_eq!(driver.count("tblCountries", "CountryCode = 'IS'").await, 0);
    // The key alone: there is nothing to change, and nothing to insert it with.
    batch.action = RowAction::Upsert;
    let bare = driver.rows(&batch, &keys).await;
    assert_eq!(outcomes(&bare), [None, None]);
    let bare = driver
        .rows(&batch, &[row(&[("CountryCode", text("it"))])])
        .await;
    assert_eq!(outcomes(&bare), [UPDATED]);
}

pub async fn a_replaced_row_loses_what_it_is_not_given(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let mut batch = Batch::upsert("tblCustomers", &["VendorCode"]);
    batch.action = RowAction::Replace;
    let rows = [
        row(&[
            ("VendorCode", text("KEST-01")),
            ("VendorName", text("Kestrel")),
        ]),
        row(&[("VendorCode", text("NEW-9")), ("VendorName", text("Nine"))]),
    ];
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(outcomes(&reports), [UPDATED, CREATED]);
    // Defaults come back; what callers may not write stays.
    let replaced = "VendorCode = 'KEST-01' AND VendorName = 'Kestrel' AND City IS NULL AND Rating IS NULL AND \
                    CreditUsed = 0 AND IsActive = 1 AND DateEntered < '2020-01-01'";
    assert_eq!(driver.count("tblCustomers", replaced).await, 1);
}

pub async fn a_caller_s_key_is_taken_where_the_entity_allows_it(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let mut batch = Batch::upsert("tblCustomers", &["CustomerId"]);
    let rows = [
        row(&[("CustomerId", number("1")), ("City", text("Nantes"))]),
        row(&[
            ("CustomerId", number("7001")),
            ("VendorName", text("Own number")),
        ]),
    ];
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(outcomes(&reports), [UPDATED, None]);
    let RowReport::NoMatch(faults) = &reports[1] else {
        panic!("{:?}", reports[1])
    };
    assert!(
        matches!(faults.all()[0], Fault::KeyNotTaken { .. }),
        "{faults:?}"
    );
    batch.caller_keys = true;
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(outcomes(&reports), [UPDATED, CREATED]);
    assert_eq!(keys(&reports)[1], Some(Value::Int(7001)));
    // The database goes on counting.
    let inserted = driver
        .add("tblCustomers", &[("VendorName", text("Counted"))])
        .await;
    assert!(inserted.is_ok(), "{inserted:?}");
}

pub async fn several_rows_with_one_key_are_left_alone(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let mut batch = Batch::upsert("tblCustomers", &["VendorName"]);
    batch.not_unique = true;
    let city = |name: &str| row(&[("VendorName", text(name)), ("City", text("Bergen"))]);
    let rows = [
        city("Acme Supplies"),
        city("Kestrel Software"),
        city("Brand new"),
    ];
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(outcomes(&reports), [None, UPDATED, CREATED]);
    assert!(matches!(reports[0], RowReport::Ambiguous(_)));
    assert_eq!(driver.count("tblCustomers", "City = 'Bergen'").await, 2);
}

pub async fn a_batch_that_is_not_to_be_kept_leaves_nothing(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let mut batch = Batch::upsert("tblCountries", &["CountryCode"]);
    batch.keep = false;
    let rows = [
        row(&[("CountryCode", text("NO")), ("CountryName", text("Norway"))]),
        row(&[("CountryCode", text("FR")), ("CountryName", text("x"))]),
    ];
    let reports = driver.rows(&batch, &rows).await;
    assert_eq!(outcomes(&reports), [CREATED, UPDATED]);
    let left = "CountryCode = 'NO' OR CountryName = 'x'";
    assert_eq!(driver.count("tblCountries", left).await, 0);
    let (ending, _) = driver.together(&batch, &[&rows]).await;
    assert_eq!(ending, Ok(Ending::Done));
    assert_eq!(driver.count("tblCountries", left).await, 0);
}

pub async fn all_rows_are_written_or_none(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let batch = Batch::upsert("tblCustomers", &["VendorCode"]);
    let rated = |code: &str, rating: &str| {
        row(&[
            ("VendorCode", text(code)),
            ("VendorName", text("Together")),
            ("Rating", number(rating)),
        ])
    };
    let first = [rated("T-1", "1"), rated("ACME-PAR", "2")];
    let second = [rated("T-2", "3"), rated("T-3", "7"), rated("T-1", "4")];
    let (ending, reports) = driver.together(&batch, &[&first, &second]).await;
    assert_eq!(ending, Ok(Ending::RolledBack));
    let failed = reports.iter().filter(|(_, report)| !report.is_done());
    let failed: Vec<u64> = failed.map(|(number, _)| *number).collect();
    assert_eq!(failed, [3], "{reports:?}");
    assert_eq!(
        driver
            .count("tblCustomers", "VendorName = 'Together'")
            .await,
        0
    );
    let second = [rated("T-2", "3"), rated("T-1", "4")];
    let (ending, reports) = driver.together(&batch, &[&first, &second]).await;
    assert_eq!(ending, Ok(Ending::Done));
    let reports: Vec<RowReport> = reports.into_iter().map(|(_, report)| report).collect();
    assert_eq!(outcomes(&reports), [CREATED, UPDATED, CREATED, UPDATED]);
    assert_eq!(
        driver
            .count("tblCustomers", "VendorName = 'Together'")
            .await,
        3
    );
    assert_eq!(
        driver
            .count("tblCustomers", "VendorCode = 'T-1' AND Rating = 4")
            .await,
        1
    );
}

pub async fn a_feed_that_breaks_off_writes_nothing(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let batch = Batch::upsert("tblCountries", &["CountryCode"]);
    let rows = [row(&[
        ("CountryCode", text("NO")),
        ("CountryName", text("Norway")),
    ])];
    let (ending, _) = driver.together_broken_off(&batch, &[&rows]).await;
    assert_eq!(ending, Ok(Ending::RolledBack));
    assert_eq!(driver.count("tblCountries", "CountryCode = 'NO'").await, 0);
}

pub async fn a_table_is_replaced_as_a_whole(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let mut batch = Batch::upsert("tblInvoices", &["InvoiceNumber"]);
    batch.clear = true;
    let invoice = |number_: &str, amount: &str| {
        row(&[
            ("InvoiceNumber", text(number_)),
            ("CustomerId", number("1")),
            ("Status", text("Open")),
            ("Amount", number(amount)),
            ("IssuedOn", text("2026-01-01")),
            ("DueOn", text("2026-02-01")),
        ])
    };
    let bad = [invoice("INV-1", "1.00"), invoice("INV-2", "1.00")];
    let missing = [row(&[
        ("InvoiceNumber", text("INV-3")),
        ("CustomerId", number("999999")),
        ("Status", text("Open")),
        ("Amount", number("1")),
        ("IssuedOn", text("2026-01-01")),
        ("DueOn", text("2026-02-01")),
    ])];
    let (ending, _) = driver.together(&batch, &[&bad, &missing]).await;
    assert_eq!(ending, Ok(Ending::RolledBack));
    assert_eq!(
        driver
            .count("tblInvoices", "InvoiceNumber IS NOT NULL")
            .await,
        1200
    );
    let (ending, _) = driver.together(&batch, &[&bad]).await;
    assert_eq!(ending, Ok(Ending::Done));
    assert_eq!(
        driver
            .count("tblInvoices", "InvoiceNumber IS NOT NULL")
            .await,
        2
    );
}
