//! Requests undone by what a SQL Server's scripts have kept of them.

use serde_json::json;
use upsertd::{
    domain::{
        Keeping, Literal, Rows,
        batch::{Repeated, RowAction},
        journal::{LogError, LogFilter, LogPlace, Undone},
    },
    engine::{Engine, rows::Ending},
    plan::UndoProblem,
};

use crate::{
    driver::{Driver, deadline, log_id, text},
    rows::{Batch, row},
};

const COUNTRIES: [&str; 3] = ["CountryCode", "CountryName", "IsEuMember"];
const CUSTOMERS: [&str; 9] = [
    "CustomerId",
    "VendorName",
    "VendorCode",
    "City",
    "CreditLimit",
    "CreditAvailable",
    "RowGuid",
    "DateEntered",
    "LastContact",
];
/// All but the row version.
const CONTRACTS: [&str; 12] = [
    "ContractId",
    "ContractNumber",
    "CustomerId",
    "Title",
    "Status",
    "Amount",
    "AnnualFee",
    "StartDate",
    "EndDate",
    "SignedAt",
    "RenewalTime",
    "EntryDate",
];
const EMPLOYEES: [&str; 8] = [
    "EmployeeId",
    "UserName",
    "FullName",
    "ManagerId",
    "HourlyRate",
    "WeeklyHours",
    "HiredOn",
    "CreatedDate",
];

fn number(digits: &str) -> Literal {
    Literal::Number(digits.to_owned())
}

async fn everything(driver: &Driver<'_>) -> [Rows; 4] {
    [
        driver.whole("tblCountries", &COUNTRIES).await,
        driver.whole("tblCustomers", &CUSTOMERS).await,
        driver.whole("tblContracts", &CONTRACTS).await,
        driver.whole("tblEmployees", &EMPLOYEES).await,
    ]
}

fn deleting(entity: &'static str, key: &'static [&'static str]) -> Batch {
    Batch {
        action: RowAction::Delete,
        repeated: Repeated::Refuse,
        ..Batch::upsert(entity, key)
    }
}

pub async fn values_of_every_type_are_put_back(engine: &dyn Engine) {
    let mut driver = Driver::new(engine).await.noted(1, Keeping::Full);
    let odd = "Ω \"q\" \\ \\n / \u{1}\t\n\u{1f} é 😀  ";
    let update = [
        ("Title", text(odd)),
        ("Amount", number("1234567890123.45")),
        ("AnnualFee", text("-0.0001")),
        ("StartDate", text("2024-02-29")),
        ("EndDate", Literal::Null),
        ("SignedAt", text("2024-02-29T23:30:00-03:30")),
        ("RenewalTime", text("23:59:59")),
        ("AutoRenew", Literal::Bool(true)),
    ];
    let one = "ContractId = 1";
    driver.update("tblContracts", &update, one).await.unwrap();
    let hours = [
        ("WeeklyHours", number("37.7")),
        ("HourlyRate", number("12.3456")),
    ];
    let all = "EmployeeId IS NOT NULL";
    driver.update("tblEmployees", &hours, all).await.unwrap();
    let start = everything(&driver).await;
    driver = driver.noted(2, Keeping::Full);
    let other = [
        ("Title", text("-")),
        ("Amount", Literal::Null),
        ("AnnualFee", Literal::Null),
        ("StartDate", Literal::Null),
        ("SignedAt", Literal::Null),
        ("RenewalTime", Literal::Null),
        ("AutoRenew", Literal::Bool(false)),
    ];
    driver.update("tblContracts", &other, one).await.unwrap();
    let hours = [("WeeklyHours", Literal::Null), ("HourlyRate", number("1"))];
    driver.update("tblEmployees", &hours, all).await.unwrap();
    let gone = [row(&[("ContractId", number("2"))])];
    let batch = deleting("tblContracts", &["ContractId"]);
    driver.rows(&batch, &gone).await;
    assert_ne!(everything(&driver).await, start);
    assert_eq!(driver.undo(2, 3).await, Ok(Undone::Done));
    assert_eq!(everything(&driver).await, start);
}

pub async fn what_was_made_changed_and_deleted_is_put_back(engine: &dyn Engine) {
    let mut driver = Driver::new(engine).await;
    let start = everything(&driver).await;
    driver = driver.noted(1, Keeping::Full);
    let country =
        |code: &str, name: &str| row(&[("CountryCode", text(code)), ("CountryName", text(name))]);
    let batch = Batch::upsert("tblCountries", &["CountryCode"]);
    // One key thrice, so that one row is put back in three steps.
    let rows = [
        country("NO", "Norge"),
        country("fr", "Frankreich"),
        country("no", "Norway"),
        country("ZA", "South Africa"),
        country("NO", "Noreg"),
    ];
    driver.rows(&batch, &rows).await;
    let gone = deleting("tblCountries", &["CountryCode"]);
    driver
        .rows(&gone, &[row(&[("CountryCode", text("NO"))])])
        .await;
    let added = [("VendorName", text("New")), ("VendorCode", text("N-1"))];
    driver.add("tblCustomers", &added).await.unwrap();
    driver
        .upsert(
            "tblCustomers",
            &[("City", text("Oslo"))],
            "VendorCode = 'N-1'",
            false,
        )
        .await
        .unwrap();
    let (ending, _) = driver
        .together(
            &batch,
            &[
                &[country("NZ", "New Zealand")],
                &[country("nz", "Aotearoa")],
            ],
        )
        .await;
    assert_eq!(ending, Ok(Ending::Done));
    assert_eq!(driver.undo(1, 2).await, Ok(Undone::Done));
    assert_eq!(everything(&driver).await, start);
}

pub async fn an_undoing_is_undone(engine: &dyn Engine) {
    let mut driver = Driver::new(engine).await;
    let start = everything(&driver).await;
    driver = driver.noted(1, Keeping::Full);
    let batch = deleting("tblEmployees", &["EmployeeId"]);
    let last = driver.column("tblEmployees", "EmployeeId", "ManagerId IS NOT NULL");
    let last = last.await;
    let Some(Some(upsertd::domain::Value::Int(last))) = last.last() else {
        panic!("{last:?}")
    };
    let gone = [row(&[("EmployeeId", number(&last.to_string()))])];
    driver.rows(&batch, &gone).await;
    let without = everything(&driver).await;
    assert_ne!(without, start);
    // It comes back with the number that it had.
    assert_eq!(driver.undo(1, 2).await, Ok(Undone::Done));
    assert_eq!(everything(&driver).await, start);
    assert_eq!(driver.undo(2, 3).await, Ok(Undone::Done));
    assert_eq!(everything(&driver).await, without);
    assert_eq!(driver.undo(3, 4).await, Ok(Undone::Done));
    assert_eq!(everything(&driver).await, start);
    let ledger = engine.ledger().unwrap();
    let entries = ledger.entries(log_id(2), deadline()).await.unwrap();
    assert_eq!(entries[0].undoes, Some(log_id(1)));
    assert_eq!((entries[0].created, entries[0].deleted), (1, 0));
}

pub async fn rows_that_have_changed_since_are_named(engine: &dyn Engine) {
    let mut driver = Driver::new(engine).await;
    let south = [
        ("CountryCode", text("ZA")),
        ("CountryName", text("South Africa")),
    ];
    driver.add("tblCountries", &south).await.unwrap();
    driver = driver.noted(1, Keeping::Full);
    let name = |name: &str| [("CountryName", text(name))];
    let some = "CountryCode IN ('FR', 'DE', 'IT')";
    driver
        .update("tblCountries", &name("?"), some)
        .await
        .unwrap();
    let gone = deleting("tblCountries", &["CountryCode"]);
    driver
        .rows(&gone, &[row(&[("CountryCode", text("ZA"))])])
        .await;
    driver = driver.noted(2, Keeping::Full);
    // By the case of a letter alone, which the database takes for the same.
    driver
        .update("tblCountries", &name("Ω"), "CountryCode = 'IT'")
        .await
        .unwrap();
    let since = everything(&driver).await;
    let changed = Undone::Changed(vec![upsertd::domain::journal::ChangedRow {
        entity: "tblCountries".to_owned(),
        key: vec![("CountryCode".to_owned(), json!("IT"))],
    }]);
    assert_eq!(driver.undo(1, 3).await, Ok(changed));
    assert_eq!(everything(&driver).await, since);
    // In the place of one that was deleted there is another.
    assert_eq!(driver.undo(2, 4).await, Ok(Undone::Done));
    let other = [("CountryCode", text("ZA")), ("CountryName", text("Utopia"))];
    driver.add("tblCountries", &other).await.unwrap();
    let since = everything(&driver).await;
    assert!(matches!(driver.undo(1, 5).await, Ok(Undone::Changed(rows)) if rows.len() == 1));
    assert_eq!(everything(&driver).await, since);
    let ledger = engine.ledger().unwrap();
    assert_eq!(ledger.entries(log_id(5), deadline()).await.unwrap(), []);
}

pub async fn what_cannot_come_back_is_said_before_it_is_tried(engine: &dyn Engine) {
    let driver = Driver::new(engine).await.noted(1, Keeping::Counts);
    let name = [("CountryName", text("?"))];
    driver
        .update("tblCountries", &name, "CountryCode = 'FR'")
        .await
        .unwrap();
    let problems = driver.undo(1, 2).await.unwrap_err();
    assert_eq!(problems, [UndoProblem::Counted("tblCountries".to_owned())]);
    assert!(problems[0].to_string().contains("only the number was kept"));
}

pub async fn a_history_undone_backwards_comes_back_to_its_start(engine: &dyn Engine) {
    let mut driver = Driver::new(engine).await;
    let start = everything(&driver).await;
    let mut chance = 20_261_125_u64;
    let mut draw = |of: u64| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (chance >> 33) % of
    };
    let codes = ["NO", "ZA", "FR", "NZ", "JP"];
    let requests = 12_u128;
    for request in 1..=requests {
        driver = driver.noted(request, Keeping::Full);
        let mut code = || text(codes[usize::try_from(draw(5)).unwrap()]);
        let (first, second) = (code(), code());
        let named = text(&format!("{request} \"Ω\""));
        let country = |code: &Literal| {
            row(&[
                ("CountryCode", code.clone()),
                ("CountryName", named.clone()),
            ])
        };
        match draw(5) {
            0 => {
                let batch = Batch::upsert("tblCountries", &["CountryCode"]);
                driver
                    .rows(&batch, &[country(&first), country(&second)])
                    .await;
            }
            1 => {
                // Where vendors are from stays; others go.
                let batch = deleting("tblCountries", &["CountryCode"]);
                let gone = [
                    row(&[("CountryCode", text("NO"))]),
                    row(&[("CountryCode", text("ZA"))]),
                ];
                driver.rows(&batch, &gone).await;
            }
            2 => {
                let values = [("City", named.clone())];
                let condition = format!("Rating = {}", draw(5) + 1);
                driver
                    .update("tblCustomers", &values, &condition)
                    .await
                    .unwrap();
            }
            3 => {
                let values = [("VendorName", named.clone())];
                driver.add("tblCustomers", &values).await.unwrap();
            }
            _ => {
                let values = [("CountryName", named.clone())];
                driver
                    .update("tblCountries", &values, "IsEuMember = 1")
                    .await
                    .unwrap();
            }
        }
    }
    for request in (1..=requests).rev() {
        assert_eq!(driver.undo(request, 100 + request).await, Ok(Undone::Done));
    }
    assert_eq!(everything(&driver).await, start);
}

pub async fn the_journal_is_listed_and_pruned(engine: &dyn Engine) {
    let mut driver = Driver::new(engine).await;
    for request in 1..=3 {
        driver = driver.noted(request, Keeping::Full);
        let name = [("CountryName", text(&request.to_string()))];
        driver
            .update("tblCountries", &name, "CountryCode IN ('FR', 'DE')")
            .await
            .unwrap();
    }
    let ledger = engine.ledger().unwrap();
    let every = LogFilter {
        entity: Some("tblCountries".to_owned()),
        client: Some("erp".to_owned()),
        length: 2,
        ..LogFilter::default()
    };
    let listed = ledger.list(&every, deadline()).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].updated, 2);
    let rest = LogFilter {
        after: Some(LogPlace {
            at: listed[1].at,
            log_id: listed[1].log_id,
            step: listed[1].step,
        }),
        ..every.clone()
    };
    let rest = ledger.list(&rest, deadline()).await.unwrap();
    assert_eq!(rest.len(), 1);
    let others = LogFilter {
        api: Some("datasette".to_owned()),
        ..every.clone()
    };
    assert_eq!(ledger.list(&others, deadline()).await.unwrap(), []);
    let rows = ledger.rows(log_id(3), 0, 1, 10, deadline()).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].number, 1);
    assert_eq!(rows[0].after.as_ref().unwrap()[1], json!("3"));
    let error = LogError {
        log_id: log_id(9),
        at: jiff::civil::datetime(2026, 1, 31, 10, 0, 0, 123_000_000),
        client: None,
        api: "admin".to_owned(),
        entity: Some("tblCountries".to_owned()),
        operation: "suite".to_owned(),
        status: 500,
        code: "Internal".to_owned(),
        message: "It failed: Ω".to_owned(),
        detail: None,
    };
    ledger
        .note_errors(std::slice::from_ref(&error), deadline())
        .await
        .unwrap();
    ledger
        .note_errors(std::slice::from_ref(&error), deadline())
        .await
        .unwrap();
    assert_eq!(
        ledger.error(log_id(9), deadline()).await.unwrap().as_ref(),
        Some(&error)
    );
    let ever = jiff::civil::datetime(9999, 1, 1, 0, 0, 0, 0);
    assert_eq!(ledger.prune(ever, 2, deadline()).await, Ok(3));
    assert_eq!(ledger.prune(ever, 2, deadline()).await, Ok(1));
    assert_eq!(
        ledger
            .list(
                &LogFilter {
                    length: 9,
                    ..LogFilter::default()
                },
                deadline()
            )
            .await,
        Ok(vec![])
    );
    assert_eq!(
        ledger.rows(log_id(3), 0, 0, 10, deadline()).await,
        Ok(vec![])
    );
    assert_eq!(ledger.error(log_id(9), deadline()).await, Ok(None));
}
