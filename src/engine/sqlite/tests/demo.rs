//! The demo: complete, made once, and fit for the tutorial.

use super::*;
use crate::domain::{Default, Table, TableKind};

async fn demo() -> Fixture {
    let it = Fixture::new("");
    it.engine.create_demo().await.unwrap();
    it
}

#[tokio::test]
async fn the_demo_is_made_once_and_then_left_alone() {
    let it = demo().await;
    let vendors = it.see("SELECT count(*) FROM tblCustomers");
    it.beside
        .execute_batch("UPDATE tblCustomers SET City = 'Oslo'")
        .unwrap();
    it.engine.create_demo().await.unwrap();
    assert_eq!(
        it.see("SELECT count(*) FROM tblCustomers WHERE City = 'Oslo'"),
        vendors
    );
}

#[tokio::test]
async fn the_tutorials_numbers_hold() {
    let it = demo().await;
    for (query, expected) in [
        (
            "SELECT count(*) FROM tblCustomers WHERE VendorName = 'acme supplies'",
            5,
        ),
        (
            "SELECT count(*) FROM tblCustomers WHERE VendorName = 'Northwind Traders'",
            0,
        ),
        (
            "SELECT count(*) FROM tblInvoices WHERE Status = 'Open'",
            501,
        ),
        (
            "SELECT count(*) FROM tblInvoices WHERE Status = 'Overdue'",
            500,
        ),
        ("SELECT count(*) FROM pragma_foreign_key_check", 0),
        (
            "SELECT count(*) FROM tblCustomers WHERE RowGuid NOT LIKE '________-____-4___-____-____________'",
            0,
        ),
    ] {
        assert_eq!(it.see(query), expected, "{query}");
    }
}

#[tokio::test]
async fn a_change_of_a_contract_stamps_its_version_and_counts_once() {
    let it = demo().await;
    let version = || -> Vec<u8> {
        let query = "SELECT Version FROM tblContracts WHERE ContractId = 1";
        it.beside.query_row(query, [], |r| r.get(0)).unwrap()
    };
    let before = version();
    let by = [int(1)];
    let update = WriteBatch::Update {
        count: sql(
            "SELECT count(*) FROM tblContracts WHERE ContractId = ~",
            &by,
            &[SqlType::BigInt],
        ),
        update: sql(
            "UPDATE tblContracts SET Title = 'New' WHERE ContractId = ~",
            &by,
            &[],
        ),
        rule: ONCE,
    };
    assert_eq!(
        it.write(update).await,
        Ok(WriteOutcome::Updated { affected: 1 })
    );
    assert_eq!(version().len(), 8);
    assert_ne!(version(), before);
}

#[tokio::test]
async fn every_value_of_the_demo_is_of_its_columns_type() {
    let it = demo().await;
    let tables = it.engine.load_tables(soon()).await.unwrap();
    assert_eq!(tables.len(), 6);
    for table in &tables {
        for index in table.indices() {
            let column = table.column(index);
            let mut select = SqlText::<Quoted>::new();
            select.push_syntax("SELECT ").push_name(&column.name);
            select.push_syntax(" FROM ").push_name(&table.name);
            let rows = it
                .query(select.finish(vec![column.ty.clone()]))
                .await
                .unwrap();
            for value in rows.into_iter().flatten().flatten() {
                assert!(is_of(&value, &column.ty), "{:?}: {value:?}", column.name);
            }
        }
    }
}

fn is_of(value: &Value, ty: &SqlType) -> bool {
    match value {
        Value::Bool(_) => *ty == SqlType::Bit,
        Value::Int(_) => matches!(
            ty,
            SqlType::TinyInt | SqlType::SmallInt | SqlType::Int | SqlType::BigInt
        ),
        Value::Decimal(d) => match ty {
            SqlType::Decimal { scale, .. } => d.fractional_digit_count() == i64::from(*scale),
            SqlType::Money | SqlType::SmallMoney => d.fractional_digit_count() == 4,
            _ => false,
        },
        Value::Float(_) => *ty == SqlType::Float,
        Value::Text(_) => ty.is_text(),
        Value::Date(_) => *ty == SqlType::Date,
        Value::Time(_) => matches!(ty, SqlType::Time { .. }),
        Value::DateTime(_) => matches!(ty, SqlType::DateTime2 { .. }),
        Value::DateTimeOffset(_) => matches!(ty, SqlType::DateTimeOffset { .. }),
        Value::Guid(_) => *ty == SqlType::UniqueIdentifier,
        Value::Binary(_) => ty.is_binary(),
    }
}

#[tokio::test]
async fn the_demo_has_something_of_everything() {
    let it = demo().await;
    let tables = it.engine.load_tables(soon()).await.unwrap();
    let of = |name: &str| -> &Table { tables.iter().find(|t| t.name.as_str() == name).unwrap() };
    let column = |table: &str, name: &str| {
        let table = of(table);
        table.column(table.find(name).unwrap()).clone()
    };
    assert_eq!(
        column("tblCustomers", "CustomerId").default,
        Default::Identity
    );
    assert_eq!(
        column("tblCustomers", "CreditAvailable").default,
        Default::Computed
    );
    assert_eq!(column("tblContracts", "Version").ty, SqlType::RowVersion);
    assert_eq!(column("tblContracts", "Version").default, Default::Declared);
    assert!(of("tblContracts").has_triggers);
    assert!(column("tblContracts", "CustomerId").foreign_key);
    assert_eq!(column("tblCountries", "CountryCode").default, Default::None);
    for name in ["RowGuid", "DateEntered"] {
        let column = column("tblCustomers", name);
        assert_eq!(
            (column.default, column.nullable),
            (Default::None, false),
            "{name}"
        );
    }
    assert_eq!(of("vwContracts").kind, TableKind::View);
}
