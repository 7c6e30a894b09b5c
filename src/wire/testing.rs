//! Entities for the tests of this layer.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use crate::domain::{Actions, Column, Default, Entity, Name, SqlType, Table, TableKind};

/// A column as a declaration writes it: `CreditLimit decimal(12,2) null`, followed by `identity`,
/// `default`, `computed` or `references` where that holds.
fn column(declaration: &str) -> Column {
    let mut words = declaration.split(' ');
    let name = Name::parse(words.next().unwrap()).unwrap();
    let ty = SqlType::parse(words.next().unwrap()).unwrap();
    let habits: Vec<&str> = words.collect();
    Column {
        name,
        ty,
        nullable: habits.contains(&"null"),
        default: match habits.last() {
            Some(&"identity") => Default::Identity,
            Some(&"default") => Default::Declared,
            Some(&"computed") => Default::Computed,
            _ => Default::None,
        },
        foreign_key: habits.contains(&"references"),
        code_page: None,
        default_expression: None,
    }
}

/// A table whose first column is its key.
pub fn table(name: &str, columns: &[&str]) -> Table {
    let mut table = Table {
        schema: None,
        name: Name::parse(name).unwrap(),
        kind: TableKind::Table,
        columns: columns.iter().map(|c| column(c)).collect(),
        primary_key: Vec::new(),
        unique_keys: Vec::new(),
        has_triggers: false,
        primary_key_name: None,
        row_number: None,
        hidden: Vec::new(),
    };
    table.primary_key = table.indices().take(1).collect();
    table
}

/// The tables as entities of their own names, with every action allowed; columns called `Password`
/// are passwords.
pub fn entities(tables: &[Table]) -> Vec<Arc<Entity>> {
    let all = Actions {
        add: true,
        edit: true,
        view: true,
        ..Actions::NONE
    };
    let entity = |table: &Table| {
        let display = format!("Display of {}", table.name.as_str());
        let password = table.find("Password").map(|_| "Password".to_owned());
        let passwords: Vec<String> = password.into_iter().collect();
        Entity::new(
            table.name.clone(),
            display,
            all,
            table.clone(),
            &passwords,
            &[],
        )
    };
    tables
        .iter()
        .map(|t| Arc::new(entity(t).unwrap()))
        .collect()
}

/// Customers, contracts that need one, and employees with a password.
pub fn office() -> Vec<Arc<Entity>> {
    entities(&[
        table(
            "tblContracts",
            &[
                "ContractID int identity",
                "Title nvarchar(200)",
                "CustomerID int references",
            ],
        ),
        table(
            "tblCustomers",
            &[
                "CustomerID int identity",
                "RowGuid uniqueidentifier",
                "VendorName nvarchar(100)",
                "Country char(2)",
                "City nvarchar(60) null",
                "CreditLimit decimal(12,2) null default",
                "DisplayName nvarchar(200) null computed",
                "DateEntered datetime2(3)",
            ],
        ),
        table(
            "tblEmployees",
            &[
                "EmployeeID int identity",
                "FullName nvarchar(100)",
                "Password nvarchar(100) null",
            ],
        ),
    ])
}
