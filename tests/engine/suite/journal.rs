//! What a SQL Server's scripts keep of what they write.

use serde_json::json;
use upsertd::{
    domain::{
        Keeping, Literal, SqlType, Value,
        batch::{Repeated, RowAction},
    },
    engine::{Engine, rows::Ending},
    render::Statement,
};

use crate::{
    driver::{Driver, deadline, text},
    rows::{Batch, row},
};

/// A row of the journal: its step, its number, and the row before and after it.
type Kept = (
    i64,
    i64,
    Option<serde_json::Value>,
    Option<serde_json::Value>,
);

fn number(digits: &str) -> Literal {
    Literal::Number(digits.to_owned())
}

async fn ask(engine: &dyn Engine, sql: &'static str, columns: &[&str]) -> Vec<Vec<Option<Value>>> {
    let types = columns.iter().map(|ty| SqlType::parse(ty).unwrap());
    let query = Statement::fixed(sql, Vec::new(), types.collect());
    let rows = engine.query(query, deadline()).await.unwrap();
    rows.0
}

fn integer(cell: Option<&Option<Value>>) -> i64 {
    match cell {
        Some(Some(Value::Int(number))) => *number,
        other => panic!("{other:?} is no number"),
    }
}

fn read(cell: Option<&Option<Value>>) -> Option<serde_json::Value> {
    match cell {
        Some(Some(Value::Text(text))) => Some(serde_json::from_str(text).unwrap()),
        Some(None) => None,
        other => panic!("{other:?} is no array"),
    }
}

async fn kept(engine: &dyn Engine) -> Vec<Kept> {
    let sql = "SELECT step, number, before, after FROM dbo.upsertd_log_rows ORDER BY step, number";
    let types = ["int", "bigint", "nvarchar(max)", "nvarchar(max)"];
    let rows = ask(engine, sql, &types).await;
    let kept = |row: Vec<Option<Value>>| {
        let of = |place| row.get(place);
        (integer(of(0)), integer(of(1)), read(of(2)), read(of(3)))
    };
    rows.into_iter().map(kept).collect()
}

/// The log rows: step, clause, columns, and how many rows were created, updated and deleted.
async fn log(
    engine: &dyn Engine,
) -> Vec<(i64, Option<String>, Option<serde_json::Value>, [i64; 3])> {
    let sql = "SELECT step, clause, columns, created, updated, deleted FROM dbo.upsertd_log \
               WHERE client = N'erp' AND api = N'admin' AND operation = N'suite' AND undoes IS NULL ORDER BY step";
    let types = ["int", "nvarchar(max)", "nvarchar(max)", "int", "int", "int"];
    let rows = ask(engine, sql, &types).await;
    let log = |row: Vec<Option<Value>>| {
        let clause = match &row[1] {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let counts = [3, 4, 5].map(|place| integer(row.get(place)));
        (integer(row.first()), clause, read(row.get(2)), counts)
    };
    rows.into_iter().map(log).collect()
}

pub async fn a_write_is_kept_with_its_rows(engine: &dyn Engine) {
    let driver = Driver::new(engine).await.noted(1, Keeping::Full);
    let odd = "Ω \"q\" \\ / \u{1}\t\n é 世";
    let country = |name: &str, member: &str| {
        [
            ("CountryCode", text("NO")),
            ("CountryName", text(name)),
            ("IsEuMember", Literal::Bool(member == "1")),
        ]
    };
    let first = country(odd, "0");
    driver
        .upsert("tblCountries", &first, "CountryCode = 'NO'", false)
        .await
        .unwrap();
    let second = country("Norge", "1");
    driver
        .upsert("tblCountries", &second, "CountryCode = 'no'", false)
        .await
        .unwrap();
    driver
        .update(
            "tblCustomers",
            &[("City", text("Ålesund")), ("CreditLimit", number("12.5"))],
            "VendorCode IN ('ACME-PAR', 'ACME-LYS')",
        )
        .await
        .unwrap();
    // With a trigger and a row version.
    driver
        .update(
            "tblContracts",
            &[
                ("Title", text("Changed")),
                ("AnnualFee", number("1234.5678")),
            ],
            "ContractId = 1",
        )
        .await
        .unwrap();
    // Of a write that changes nothing there is nothing to tell.
    driver
        .update(
            "tblCountries",
            &[("CountryName", text("-"))],
            "CountryCode = 'XX'",
        )
        .await
        .unwrap();

    let log = log(engine).await;
    let steps: Vec<_> = log.iter().map(|(step, ..)| *step).collect();
    assert_eq!(steps, [0, 1, 2, 3]);
    assert_eq!(log[0].1.as_deref(), Some("CountryCode = 'NO'"));
    let columns = json!(["CountryCode", "CountryName", "IsEuMember"]);
    assert_eq!(log[0].2.as_ref(), Some(&columns));
    let counts: Vec<_> = log.iter().map(|(.., counts)| *counts).collect();
    assert_eq!(counts, [[1, 0, 0], [0, 1, 0], [0, 2, 0], [0, 1, 0]]);
    let columns = log[2].2.clone().unwrap();
    let place = |name: &str| {
        let mut columns = columns.as_array().unwrap().iter();
        columns.position(|column| column == name).unwrap()
    };
    let stored = columns.as_array().unwrap();
    assert!(!stored.contains(&json!("CreditAvailable")), "{columns}");
    let kept = kept(engine).await;
    assert_eq!(kept.len(), 5);
    let made = json!(["NO", odd, "0"]);
    assert_eq!(kept[0], (0, 0, None, Some(made.clone())));
    assert_eq!(
        kept[1],
        (1, 0, Some(made), Some(json!(["NO", "Norge", "1"])))
    );
    let (city, limit) = (place("City"), place("CreditLimit"));
    for (step, _, before, after) in &kept[2..4] {
        let (before, after) = (before.as_ref().unwrap(), after.as_ref().unwrap());
        assert_eq!(*step, 2);
        assert_ne!(before[city], "Ålesund");
        assert_eq!(after[city], "Ålesund");
        assert_eq!(after[limit], "12.50");
        assert_eq!(before[0], after[0]);
    }
    let columns = log[3].2.clone().unwrap();
    let stored = columns.as_array().unwrap();
    assert!(!stored.contains(&json!("Version")), "{columns}");
    let fee = stored.iter().position(|column| column == "AnnualFee");
    assert_eq!(kept[4].3.as_ref().unwrap()[fee.unwrap()], "1234.5678");
}

pub async fn a_batch_is_kept_with_its_rows(engine: &dyn Engine) {
    let driver = Driver::new(engine).await.noted(2, Keeping::Full);
    let country =
        |code: &str, name: &str| row(&[("CountryCode", text(code)), ("CountryName", text(name))]);
    let mut batch = Batch::upsert("tblCountries", &["CountryCode"]);
    // One key thrice: each change is kept.
    let rows = [
        country("NO", "Norge \"1\""),
        country("fr", "Frankreich"),
        country("no", "Norway"),
        country("ZA", "Sverige"),
    ];
    driver.rows(&batch, &rows).await;
    batch.action = RowAction::Delete;
    batch.repeated = Repeated::Refuse;
    let rows = [
        row(&[("CountryCode", text("no"))]),
        row(&[("CountryCode", text("XX"))]),
    ];
    driver.rows(&batch, &rows).await;
    // Without a key of their own.
    let mut batch = Batch::upsert("tblCustomers", &["CustomerId"]);
    batch.action = RowAction::Insert;
    let rows = ["Keyless b", "Keyless Ω"].map(|name| row(&[("VendorName", text(name))]));
    driver.rows(&batch, &rows).await;

    let kept = kept(engine).await;
    let of_step = |step| {
        let of = kept.iter().filter(move |(of, ..)| *of == step);
        of.map(|(_, number, before, after)| (*number, before.clone(), after.clone()))
            .collect::<Vec<_>>()
    };
    let image = |code: &str, name: &str, member: &str| Some(json!([code, name, member]));
    let france = image("FR", "France", "1");
    assert_eq!(
        of_step(0),
        [
            (0, None, image("NO", "Norge \"1\"", "0")),
            (1, france, image("FR", "Frankreich", "1")),
            (
                2,
                image("NO", "Norge \"1\"", "0"),
                image("NO", "Norway", "0")
            ),
            (3, None, image("ZA", "Sverige", "0")),
        ]
    );
    assert_eq!(of_step(1), [(0, image("NO", "Norway", "0"), None)]);
    let inserted = of_step(2);
    let names = inserted.iter().map(|(number, before, after)| {
        assert_eq!(*before, None);
        (*number, after.as_ref().unwrap()[1].as_str().unwrap())
    });
    let names: Vec<_> = names.collect();
    assert_eq!(names, [(0, "Keyless b"), (1, "Keyless Ω")]);
    let log = log(engine).await;
    let counts: Vec<_> = log.iter().map(|(.., counts)| *counts).collect();
    assert_eq!(counts, [[2, 2, 0], [0, 0, 1], [2, 0, 0]]);
}

pub async fn a_batch_in_parts_has_one_log_row(engine: &dyn Engine) {
    let driver = Driver::new(engine).await.noted(3, Keeping::Full);
    let country = |code: &str| row(&[("CountryCode", text(code)), ("CountryName", text(code))]);
    let mut batch = Batch::upsert("tblCountries", &["CountryCode"]);
    let (one, two) = (
        [country("NO"), country("ZA")],
        [country("NZ"), country("no")],
    );
    let (ending, _) = driver.together(&batch, &[&one, &two]).await;
    assert_eq!(ending, Ok(Ending::Done));
    // Everything that is there makes room first.
    batch = Batch::upsert("tblInvoices", &["InvoiceNumber"]);
    batch.clear = true;
    let before = driver.count("tblInvoices", "InvoiceId IS NOT NULL").await;
    let invoice = row(&[
        ("InvoiceNumber", text("I-1")),
        ("CustomerId", number("1")),
        ("Status", text("open")),
        ("Amount", number("1")),
        ("IssuedOn", text("2026-01-31")),
        ("DueOn", text("2026-02-28")),
    ]);
    let (ending, _) = driver.together(&batch, &[&[invoice]]).await;
    assert_eq!(ending, Ok(Ending::Done));
    let log = log(engine).await;
    let counts: Vec<_> = log.iter().map(|(.., counts)| *counts).collect();
    assert_eq!(counts, [[3, 1, 0], [1, 0, before]]);
    let kept = kept(engine).await;
    let numbers = kept.iter().filter(|(step, ..)| *step == 0);
    let numbers: Vec<_> = numbers.map(|(_, number, ..)| *number).collect();
    assert_eq!(numbers, [0, 1, 2, 3]);
    let cleared = kept
        .iter()
        .filter(|(step, _, before, after)| *step == 1 && before.is_some() && after.is_none());
    assert_eq!(i64::try_from(cleared.count()), Ok(before));
    let last = kept.last().unwrap();
    assert_eq!((last.0, last.1, last.2.clone()), (1, 0, None));
}

pub async fn what_is_not_kept_leaves_no_trace(engine: &dyn Engine) {
    let driver = Driver::new(engine).await.noted(4, Keeping::Full);
    let country = |code: &str, name| row(&[("CountryCode", text(code)), ("CountryName", name)]);
    let mut batch = Batch::upsert("tblCountries", &["CountryCode"]);
    batch.keep = false;
    driver.rows(&batch, &[country("NO", text("Norge"))]).await;
    let dry = [country("NO", text("Norge"))];
    driver.together(&batch, &[&dry]).await.0.unwrap();
    batch.keep = true;
    // The second one has a code that is none.
    let bad = [country("NO", text("Norge")), country("N", text("N"))];
    let (ending, _) = driver.together(&batch, &[&bad]).await;
    assert_eq!(ending, Ok(Ending::RolledBack));
    let wrong = [("CountryCode", text("N")), ("CountryName", text("N"))];
    driver.add("tblCountries", &wrong).await.unwrap_err();
    let open = [("Status", text("open"))];
    let everything = "InvoiceId IS NOT NULL";
    let many = driver.upsert("tblInvoices", &open, everything, false);
    many.await.unwrap();
    assert_eq!(log(engine).await, []);
    assert_eq!(kept(engine).await, []);
}

pub async fn rows_may_only_be_counted(engine: &dyn Engine) {
    let driver = Driver::new(engine).await.noted(5, Keeping::Counts);
    let country = [("CountryCode", text("NO")), ("CountryName", text("Norge"))];
    driver.add("tblCountries", &country).await.unwrap();
    let batch = Batch::upsert("tblCountries", &["CountryCode"]);
    driver.rows(&batch, &[row(&country), row(&country)]).await;
    let log = log(engine).await;
    assert_eq!(log[0], (0, None, None, [1, 0, 0]));
    assert_eq!(log[1], (1, None, None, [0, 2, 0]));
    assert_eq!(kept(engine).await, []);
}
