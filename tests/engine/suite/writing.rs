//! Inserting, updating, refusing.

use std::time::Instant;

use upsertd::{
    domain::{
        Literal, Value, WriteOutcome,
        request::{ClauseSource, GetRequest, OrderBy},
    },
    engine::{Engine, EngineError, rows::RowReport},
};

use crate::{
    driver::{Driver, everything, field, text},
    rows::{Batch, row},
};

fn inserted(outcome: &WriteOutcome) -> Option<&Value> {
    match outcome {
        WriteOutcome::Inserted { generated } => generated.as_ref(),
        other => panic!("{other:?} is no insert"),
    }
}

pub async fn an_insert_reports_its_generated_key(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let outcome = driver
        .add("tblCustomers", &[("VendorName", text("New"))])
        .await
        .unwrap();
    let Some(Value::Int(id)) = inserted(&outcome) else {
        panic!("{outcome:?}")
    };
    let found = driver
        .column("tblCustomers", "CustomerId", "VendorName = 'New'")
        .await;
    assert_eq!(found, [Some(Value::Int(*id))]);
    let country = [("CountryCode", text("NO")), ("CountryName", text("Norway"))];
    let outcome = driver.add("tblCountries", &country).await.unwrap();
    assert_eq!(inserted(&outcome), Some(&Value::Text("NO".to_owned())));
}

pub async fn an_upsert_inserts_once_and_updates_from_then_on(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let values = |city| [("VendorName", text("Once")), ("City", text(city))];
    let first = driver
        .upsert(
            "tblCustomers",
            &values("Oslo"),
            "VendorName = 'once'",
            false,
        )
        .await;
    inserted(&first.unwrap());
    let second = driver
        .upsert(
            "tblCustomers",
            &values("Rome"),
            "VendorName = 'once'",
            false,
        )
        .await;
    assert_eq!(second, Ok(WriteOutcome::Updated { affected: 1 }));
    let city = driver
        .column("tblCustomers", "City", "VendorName = 'Once'")
        .await;
    assert_eq!(city, [Some(Value::Text("Rome".to_owned()))]);
}

pub async fn more_matches_than_allowed_write_nothing(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let values = [("City", text("Denver"))];
    let upsert = |many| {
        driver.upsert(
            "tblCustomers",
            &values,
            "VendorName = 'Acme Supplies'",
            many,
        )
    };
    assert_eq!(
        upsert(false).await,
        Ok(WriteOutcome::TooMany { matched: 5 })
    );
    assert_eq!(driver.count("tblCustomers", "City = 'Denver'").await, 0);
    assert_eq!(
        upsert(true).await,
        Ok(WriteOutcome::Updated { affected: 5 })
    );
    assert_eq!(driver.count("tblCustomers", "City = 'Denver'").await, 5);

    let values = [("Reminders", Literal::Number("9".to_owned()))];
    let update = |status| driver.update("tblInvoices", &values, status);
    assert_eq!(
        update("Status = 'Open'").await,
        Ok(WriteOutcome::TooMany { matched: 501 })
    );
    assert_eq!(driver.count("tblInvoices", "Reminders = 9").await, 0);
    assert_eq!(
        update("Status = 'Overdue'").await,
        Ok(WriteOutcome::Updated { affected: 500 })
    );
    // More than one past the cap is not counted.
    let all = driver
        .upsert("tblInvoices", &values, "InvoiceId > 0", false)
        .await;
    assert_eq!(all, Ok(WriteOutcome::TooMany { matched: 501 }));
}

pub async fn an_update_without_match_affects_nothing(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let outcome = driver
        .update("tblCustomers", &[("City", text("x"))], "CustomerId = -1")
        .await;
    assert_eq!(outcome, Ok(WriteOutcome::Updated { affected: 0 }));
}

pub async fn a_conflict_names_its_constraint_and_writes_nothing(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let before = driver.count("tblCustomers", "CustomerId > 0").await;
    let twice = [("VendorName", text("V")), ("VendorCode", text("acme-par"))];
    match driver.add("tblCustomers", &twice).await {
        Err(EngineError::Unique {
            constraint,
            columns,
        }) => {
            assert!(
                constraint.is_some() || columns == ["VendorCode"],
                "{columns:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    let orphan = [("VendorName", text("V")), ("Country", text("XX"))];
    let outcome = driver.add("tblCustomers", &orphan).await;
    assert!(
        matches!(outcome, Err(EngineError::ForeignKey { .. })),
        "{outcome:?}"
    );
    let rating = [
        ("VendorName", text("V")),
        ("Rating", Literal::Number("9".to_owned())),
    ];
    let outcome = driver.add("tblCustomers", &rating).await;
    let Err(EngineError::Check {
        constraint: Some(name),
    }) = outcome
    else {
        panic!("{outcome:?}")
    };
    // Babelfish keeps constraints' names in lower case.
    let names = ["CK_tblCustomers_Rating", "ck_tblcustomers_rating"];
    assert!(names.contains(&name.as_str()), "{name}");
    assert_eq!(driver.count("tblCustomers", "CustomerId > 0").await, before);
    // An update that fails on its second row leaves its first alone.
    let outcome = driver
        .update(
            "tblCustomers",
            &[("VendorCode", text("SAME"))],
            "VendorName = 'Acme Supplies'",
        )
        .await;
    assert!(
        matches!(outcome, Err(EngineError::Unique { .. })),
        "{outcome:?}"
    );
    assert_eq!(driver.count("tblCustomers", "VendorCode = 'SAME'").await, 0);
}

pub async fn values_of_every_type_come_back_as_they_went_in(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let outcome = driver.add("tblContracts", &of_every_type()).await.unwrap();
    let Some(Value::Int(id)) = inserted(&outcome) else {
        panic!("{outcome:?}")
    };
    came_back(&driver, *id).await;
}

pub async fn values_of_every_type_come_back_from_a_batch_as_they_went_in(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let batch = Batch::upsert("tblContracts", &["ContractNumber"]);
    // A row that is there, and one that is not.
    let values = of_every_type();
    let bare = [
        values[0].clone(),
        values[1].clone(),
        ("Title", text("bare")),
    ];
    for rows in [[row(&bare)], [row(&values)]] {
        let reports = driver.rows(&batch, &rows).await;
        let [RowReport::Done(done)] = reports.as_slice() else {
            panic!("{reports:?}")
        };
        if rows[0].len() == values.len() {
            let Some(Some(Value::Int(id))) = done.key.first() else {
                panic!("{done:?}")
            };
            came_back(&driver, *id).await;
        }
    }
    let logo = |name: &str, logo| {
        row(&[
            ("VendorCode", text(name)),
            ("VendorName", text(name)),
            ("Logo", logo),
        ])
    };
    let rows = [
        logo("L-1", text("AAEC/w==")),
        logo("L-2", Literal::Null),
        logo("L-3", text("")),
        logo("ACME-PAR", text("qrs=")),
    ];
    let batch = Batch::upsert("tblCustomers", &["VendorCode"]);
    driver.rows(&batch, &rows).await;
    let request = GetRequest {
        fields: vec![field("Logo")],
        clause: Some(ClauseSource::Text(
            "VendorCode IN ('L-1', 'L-2', 'L-3', 'ACME-PAR')".to_owned(),
        )),
        order_by: vec![OrderBy {
            column: "VendorCode".to_owned(),
            descending: false,
        }],
        binary: true,
        ..everything()
    };
    let stored = driver.get("tblCustomers", &request).await.0;
    let bytes = |bytes: &[u8]| vec![Some(Value::Binary(bytes.to_vec()))];
    assert_eq!(
        stored,
        [
            bytes(&[0xAA, 0xBB]),
            bytes(&[0, 1, 2, 255]),
            vec![None],
            bytes(&[])
        ]
    );
}

/// A value for columns of every type, two of which a row must have.
fn of_every_type() -> [(&'static str, Literal); 9] {
    let number = |digits: &str| Literal::Number(digits.to_owned());
    [
        ("ContractNumber", text("C-\u{1F600}-'\"")),
        ("CustomerId", number("1")),
        ("Title", text("Ünïcödé")),
        ("Amount", number("1234567890123.45")),
        ("AnnualFee", text("-0.0001")),
        ("StartDate", text("2024-02-29")),
        ("SignedAt", text("2024-02-29T23:30:00-03:30")),
        ("RenewalTime", text("23:59:59")),
        ("AutoRenew", Literal::Bool(true)),
    ]
}

async fn came_back(driver: &Driver<'_>, id: i64) {
    for (column, literal) in &of_every_type() {
        let condition = format!("ContractId = {id}");
        let stored = driver.column("tblContracts", column, &condition).await;
        let table = driver.entity("tblContracts").table();
        let ty = &table.column(table.find(column).unwrap()).ty;
        let expected = upsertd::domain::coerce::store(ty, literal).unwrap();
        assert_eq!(stored, [Some(expected)], "{column}");
    }
    let nulls = driver
        .column("tblContracts", "EndDate", &format!("ContractId = {id}"))
        .await;
    assert_eq!(nulls, [None]);
}

pub async fn a_deadline_that_has_passed_writes_nothing(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let values = [("VendorName", text("Late"))];
    let outcome = driver
        .upsert_until(
            "tblCustomers",
            &values,
            "VendorName = 'Late'",
            false,
            Instant::now(),
        )
        .await;
    assert_eq!(outcome, Err(EngineError::Timeout));
    let request = upsertd::domain::request::GetRequest {
        fields: vec![field("VendorName")],
        ..everything()
    };
    let names = driver.get("tblCustomers", &request).await;
    assert!(
        !names
            .0
            .contains(&vec![Some(Value::Text("Late".to_owned()))])
    );
}
