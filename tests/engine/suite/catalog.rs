//! What an engine says of its tables.

use upsertd::{
    domain::{Default, TableKind},
    engine::Engine,
};

use crate::driver::Driver;

pub async fn tables_are_described_as_declared(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let table = driver.entity("tblcustomers").table();
    let column = |name: &str| table.column(table.find(name).unwrap());

    assert_eq!(column("VendorName").ty.to_string(), "nvarchar(100)");
    assert!(!column("VendorName").nullable);
    assert_eq!(column("CreditLimit").ty.to_string(), "decimal(12,2)");
    assert!(column("CreditLimit").nullable);
    assert_eq!(column("Notes").ty.to_string(), "nvarchar(max)");
    assert_eq!(column("RowGuid").ty.to_string(), "uniqueidentifier");
    assert_eq!(column("DateEntered").ty.to_string(), "datetime2(3)");

    assert_eq!(column("CustomerId").default, Default::Identity);
    assert_eq!(column("CreditAvailable").default, Default::Computed);
    assert_eq!(column("IsActive").default, Default::Declared);
    assert_eq!(column("City").default, Default::None);

    assert_eq!(table.primary_key, [table.find("CustomerId").unwrap()]);
    let code = [table.find("VendorCode").unwrap()];
    assert!(
        table
            .unique_keys
            .iter()
            .any(|key| key.columns == code && !key.filtered)
    );

    let contracts = driver.entity("tblContracts").table();
    let customer = contracts.find("CustomerId").unwrap();
    assert!(contracts.column(customer).foreign_key);
    assert!(contracts.has_triggers);
    assert!(!table.has_triggers);
}

pub async fn views_are_read_only_tables(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let view = driver.entity("vwContracts");
    assert_eq!(view.table().kind, TableKind::View);
    assert!(!view.actions().edit);
    assert!(driver.count("vwContracts", "VendorName IS NOT NULL").await > 0);
}
