//! Comparing, ordering, grouping, paging.

use upsertd::{
    domain::{Value, request::GetRequest},
    engine::Engine,
};

use crate::driver::{Driver, by, everything, field, text};

pub async fn text_compares_without_regard_to_case(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    for (condition, expected) in [
        ("VendorName = 'ACME supplies'", 5),
        ("VendorName IN ('kestrel SOFTWARE', 'red kite LEGAL')", 2),
        ("VendorName = 'café zürich catering'", 1),
        ("VendorName = 'CAFÉ ZÜRICH CATERING'", 1),
        ("VendorName LIKE 'ÄNNCHEN%'", 1),
        ("VendorName <> 'acme SUPPLIES'", 19),
        ("VendorName BETWEEN 'acme' AND 'acmezzz'", 6),
    ] {
        assert_eq!(
            driver.count("tblCustomers", condition).await,
            expected,
            "{condition}"
        );
    }
}

pub async fn like_has_t_sql_s_meaning(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    for (condition, expected) in [
        ("VendorName LIKE 'acme%'", 6),
        ("VendorName LIKE 'Delta\\_Print' ESCAPE '\\'", 1),
        ("VendorName LIKE 'Delta[_]P%'", 1),
        ("VendorName LIKE '[q-s]%'", 3),
        ("VendorName LIKE 'acme [^s]%'", 1),
        ("VendorName LIKE 'acme'", 0),
        ("Notes LIKE '%[[]sic]%'", 1),
    ] {
        assert_eq!(
            driver.count("tblCustomers", condition).await,
            expected,
            "{condition}"
        );
    }
}

pub async fn null_answers_null(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let all = driver.count("tblCustomers", "CustomerId > 0").await;
    let known = driver.count("tblCustomers", "Phone IS NOT NULL").await;
    assert!(known < all);
    for (condition, expected) in [
        ("Phone IS NULL", all - known),
        ("Phone <> 'x'", known),
        ("NOT Phone = 'x'", known),
        ("Phone NOT IN ('x')", known),
        ("Phone NOT LIKE 'x%'", known),
        ("Phone NOT BETWEEN 'a' AND 'b'", known),
        ("Phone = 'x' OR Phone IS NULL", all - known),
    ] {
        assert_eq!(
            driver.count("tblCustomers", condition).await,
            expected,
            "{condition}"
        );
    }
}

pub async fn comparisons_are_exact(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    for (condition, expected) in [
        ("CreditUsed = 14999.99", 1),
        ("CreditUsed = 14999.990", 1),
        ("CreditUsed = 14999.991", 0),
        ("CreditUsed > 14999.989 AND CreditUsed < 14999.991", 1),
        ("Rating = 3.5", 0),
        ("Rating > 4.5", 6),
        ("Rating < 300 AND CustomerId = 1", 1),
        ("LastContact = '2024-01-01'", 1),
        ("LastContact = '2024-01-01T00:00:01'", 0),
        ("LastContact < '2024-01-01T00:00:01'", 1),
        ("DateEntered = '2019-01-01T08:00:00.25'", 1),
        ("RowGuid = 'D23F0824-128B-4F33-8C5C-7FD0A6A3A450'", 1),
    ] {
        assert_eq!(
            driver.count("tblCustomers", condition).await,
            expected,
            "{condition}"
        );
    }
}

pub async fn rows_are_ordered_grouped_and_paged(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let request = GetRequest {
        fields: vec![field("Status"), field("COUNT(*)")],
        group_by: vec!["Status".to_owned()],
        order_by: vec![by("COUNT(*)", true)],
        ..everything()
    };
    let rows = driver.get("tblInvoices", &request).await.0;
    let expected = [("Open", 501), ("Overdue", 500), ("Paid", 199)];
    let expected = expected.map(|(status, count)| {
        vec![
            Some(Value::Text(status.to_owned())),
            Some(Value::Int(count)),
        ]
    });
    assert_eq!(rows, expected);

    let page = |start| GetRequest {
        fields: vec![field("InvoiceId")],
        order_by: vec![by("Status", false)],
        start,
        length: Some(400),
        ..everything()
    };
    let mut seen = Vec::new();
    for start in [0, 400, 800] {
        seen.extend(driver.get("tblInvoices", &page(start)).await.0);
    }
    assert_eq!(seen.len(), 1200);
    let mut ids: Vec<i64> = seen
        .iter()
        .map(|row| match row.as_slice() {
            [Some(Value::Int(id))] => *id,
            other => panic!("{other:?}"),
        })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 1200);

    // Text is ordered without regard to case.
    for name in ["aB", "AA", "ac"] {
        driver
            .add("tblCustomers", &[("VendorName", text(name))])
            .await
            .unwrap();
    }
    let names = GetRequest {
        fields: vec![field("VendorName")],
        order_by: vec![by("VendorName", false)],
        length: Some(3),
        ..everything()
    };
    let names = driver.get("tblCustomers", &names).await.0.concat();
    let expected = ["AA", "aB", "ac"].map(|n| Some(Value::Text(n.to_owned())));
    assert_eq!(names, expected);
}
