//! The vendor's messages, word for word as its documentation has them, and what becomes of them.

use super::*;

fn says(number: u32, message: &str) -> EngineError {
    let refusal = Refusal {
        number,
        message: message.to_owned(),
    };
    translate(&refusal, Some(&Name::parse("tblCustomers").unwrap()))
}

#[test]
fn a_conflict_names_its_constraint() {
    let unique = |constraint: &str| EngineError::Unique {
        constraint: Some(constraint.to_owned()),
        columns: Vec::new(),
    };
    let said = says(
        2627,
        "Violation of UNIQUE KEY constraint 'UQ_Code'. Cannot insert duplicate key in object 'dbo.tblCustomers'. \
         The duplicate key value is (ACME).",
    );
    assert_eq!(said, unique("UQ_Code"));
    let said = says(
        2601,
        "Cannot insert duplicate key row in object 'dbo.tblCustomers' with unique index 'IX Code'. The duplicate \
         key value is (ACME).",
    );
    assert_eq!(said, unique("IX Code"));
    let said = says(
        547,
        "The INSERT statement conflicted with the FOREIGN KEY constraint \"FK_Country\". The conflict occurred in \
         database \"crm\", table \"dbo.tblCountries\", column 'CountryCode'.",
    );
    let constraint = Some("FK_Country".to_owned());
    assert_eq!(said, EngineError::ForeignKey { constraint });
    let said = says(
        547,
        "The UPDATE statement conflicted with the CHECK constraint \"CK_Rating\". The conflict occurred in \
         database \"crm\", table \"dbo.tblCustomers\", column 'Rating'.",
    );
    let constraint = Some("CK_Rating".to_owned());
    assert_eq!(said, EngineError::Check { constraint });
}

#[test]
fn a_column_is_named_where_it_is_the_target_s() {
    let said = says(
        515,
        "Cannot insert the value NULL into column 'VendorName', table 'crm.dbo.tblCustomers'; column does not \
         allow nulls. INSERT fails.",
    );
    let column = "VendorName".to_owned();
    assert_eq!(said, EngineError::Null { column });
    let said = says(
        2628,
        "String or binary data would be truncated in table 'crm.dbo.tblCustomers', column 'City'. Truncated \
         value: 'Llan'.",
    );
    assert!(
        matches!(&said, EngineError::Truncated { column: Some(column), .. } if column == "City"),
        "{said:?}"
    );
    let said = says(8152, "String or binary data would be truncated.");
    assert!(
        matches!(said, EngineError::Truncated { column: None, .. }),
        "{said:?}"
    );
}

#[test]
fn what_a_trigger_did_to_another_table_names_nothing_of_it() {
    for (number, message) in [
        (
            515,
            "Cannot insert the value NULL into column 'Secret', table 'crm.dbo.tblAudit'; column does not allow \
             nulls. INSERT fails.",
        ),
        (
            2627,
            "Violation of PRIMARY KEY constraint 'PK_Secret'. Cannot insert duplicate key in object \
             'dbo.tblAudit'. The duplicate key value is (1).",
        ),
        (
            547,
            "The INSERT statement conflicted with the CHECK constraint \"CK_Secret\". The conflict occurred in \
             database \"crm\", table \"dbo.tblAudit\", column 'Secret'.",
        ),
        (50_001, "closed for today"),
        (
            3609,
            "The transaction ended in the trigger. The batch has been aborted.",
        ),
    ] {
        let said = says(number, message);
        assert!(matches!(said, EngineError::Trigger { .. }), "{said:?}");
    }
    // A name that only ends like the target's.
    let said = says(515, "… column 'c', table 'crm.dbo.oldtblCustomers'; …");
    assert!(matches!(said, EngineError::Trigger { .. }), "{said:?}");
}

#[test]
fn what_may_succeed_in_a_moment_is_busy() {
    for number in [1205, 1222, 3960, 40_501, 40_613, 49_918] {
        assert_eq!(says(number, ""), EngineError::Busy, "{number}");
    }
    let words = "could not serialize access due to concurrent update";
    assert_eq!(says(BABELFISH, words), EngineError::Busy);
    assert!(matches!(
        says(BABELFISH, "'MERGE' is not currently supported in Babelfish"),
        EngineError::Unexpected { .. }
    ));
}

#[test]
fn every_other_kind_is_told_apart() {
    assert!(matches!(
        says(
            229,
            "The UPDATE permission was denied on the object 'tblCustomers'"
        ),
        EngineError::Permission { .. }
    ));
    assert!(matches!(
        says(245, "Conversion failed when converting the varchar value"),
        EngineError::Conversion { .. }
    ));
    assert!(matches!(
        says(208, "Invalid object name 'dbo.tblCustomers'."),
        EngineError::Stale { .. }
    ));
    assert!(matches!(
        says(18_456, "Login failed for user 'upsertd'."),
        EngineError::Unavailable { .. }
    ));
    assert!(matches!(
        says(102, "Incorrect syntax near 'x'."),
        EngineError::Unexpected { .. }
    ));
}

#[test]
fn what_is_in_the_way_of_a_changed_table_is_told_apart() {
    for (number, message) in [
        (
            2714,
            "There is already an object named 'tblCustomers' in the database.",
        ),
        (
            2705,
            "Column names in each table must be unique. Column name 'City' in table 'dbo.tblCustomers' is specified \
             more than once.",
        ),
        (
            15_335,
            "Error: The new name 'City' is already in use as a COLUMN name and would cause a duplicate that is not \
             permitted.",
        ),
    ] {
        let said = says(number, message);
        assert!(matches!(said, EngineError::Exists { .. }), "{said:?}");
    }
    for (number, message) in [
        (
            3726,
            "Could not drop object 'dbo.tblCustomers' because it is referenced by a FOREIGN KEY constraint.",
        ),
        (
            4922,
            "ALTER TABLE DROP COLUMN City failed because one or more objects access this column.",
        ),
    ] {
        let said = says(number, message);
        assert!(matches!(said, EngineError::Dependent { .. }), "{said:?}");
    }
    for (number, message) in [
        (
            1750,
            "Could not create constraint or index. See previous errors.",
        ),
        (3727, "Could not drop constraint. See previous errors."),
    ] {
        let said = says(number, message);
        assert!(matches!(said, EngineError::Stale { .. }), "{said:?}");
    }
    let said = says(
        529,
        "Explicit conversion from data type date to bigint is not allowed.",
    );
    assert!(matches!(said, EngineError::Conversion { .. }), "{said:?}");
}

#[test]
fn a_session_is_kept_only_after_what_is_known_to_leave_it_as_it_was() {
    for number in [2601, 2627, 547, 515, 1205, 1222, 245, 50_001] {
        assert!(leaves_session_clean(number), "{number}");
    }
    for number in [102, 207, 208, 266, 40_501, 9002] {
        assert!(!leaves_session_clean(number), "{number}");
    }
}
