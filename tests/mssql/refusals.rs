//! What the server refuses, by number: the engine's error, and what a caller hears of it. The database's own
//! words stay out of the answer.

use serde_json::json;
use upsertd::engine::EngineError;

use crate::{
    driver::Driver,
    service::{Service, tuple},
    setup::{WRITE, add, engine_of_one, report, script},
    tds::{TdsPeer, errors, tokens::Message},
};

/// A refusal and what becomes of it.
struct Case {
    said: Message,
    error: EngineError,
    status: u16,
    code: &'static str,
    /// Words of the answer's message.
    words: &'static [&'static str],
}

fn detail(said: &Message) -> String {
    format!("{} {}", said.number, said.text)
}

const TABLE: &str = "stock.dbo.Parts";

fn constraints() -> Vec<Case> {
    let case = |said, error, code, words| Case {
        said,
        error,
        status: 409,
        code,
        words,
    };
    let unique = || EngineError::Unique {
        constraint: Some("UQ_Parts_Code".to_owned()),
        columns: Vec::new(),
    };
    let at = ("stock", "dbo.Countries", "CountryCode");
    let own = ("stock", "dbo.Parts", "Price");
    vec![
        case(
            errors::duplicate_in_index("dbo.Parts", "UQ_Parts_Code", "A1"),
            unique(),
            "unique_conflict",
            &["'UQ_Parts_Code'"],
        ),
        case(
            errors::duplicate_key("UNIQUE KEY", "UQ_Parts_Code", "dbo.Parts", "A1"),
            unique(),
            "unique_conflict",
            &["'UQ_Parts_Code'"],
        ),
        case(
            errors::constraint("INSERT", "FOREIGN KEY", "FK_Parts_Country", at),
            EngineError::ForeignKey {
                constraint: Some("FK_Parts_Country".to_owned()),
            },
            "foreign_key_conflict",
            &["'FK_Parts_Country'"],
        ),
        case(
            errors::constraint("INSERT", "CHECK", "CK_Parts_Price", own),
            EngineError::Check {
                constraint: Some("CK_Parts_Price".to_owned()),
            },
            "check_conflict",
            &["'CK_Parts_Price'"],
        ),
    ]
}

fn values() -> Vec<Case> {
    let case = |said: Message, error: fn(String) -> EngineError, code, words| Case {
        error: error(detail(&said)),
        said,
        status: 400,
        code,
        words,
    };
    let cut = "String or binary data would be truncated.";
    let convert = "Conversion failed when converting the nvarchar value 'Bolt' to data type int.";
    vec![
        case(
            errors::null_refused("Name", TABLE, "INSERT"),
            |_| EngineError::Null {
                column: "Name".to_owned(),
            },
            "null_not_allowed",
            &["'Name'"],
        ),
        case(
            errors::truncation(TABLE, "Name", "Bolt"),
            |detail| EngineError::Truncated {
                column: Some("Name".to_owned()),
                detail,
            },
            "value_does_not_fit",
            &["'Name'"],
        ),
        case(
            errors::error(8152, 16, 14, cut),
            |detail| EngineError::Truncated {
                column: None,
                detail,
            },
            "value_does_not_fit",
            &["its column"],
        ),
        case(
            errors::error(245, 16, 1, convert),
            |detail| EngineError::Conversion { detail },
            "value_does_not_fit",
            &["LogId"],
        ),
    ]
}

fn others() -> Vec<Case> {
    let denied = errors::permission_denied("INSERT", "Parts", "stock", "dbo");
    let raised = errors::error(50_000, 16, 1, "Prices are frozen until Monday.");
    let unheard = errors::error(8623, 16, 1, "The query processor ran out of resources.");
    vec![
        Case {
            error: EngineError::Permission {
                detail: detail(&denied),
            },
            said: denied,
            status: 403,
            code: "database_permission",
            words: &["LogId"],
        },
        Case {
            error: EngineError::Trigger {
                detail: detail(&raised),
            },
            said: raised,
            status: 409,
            code: "trigger_refused",
            words: &["trigger"],
        },
        Case {
            error: EngineError::Unexpected {
                detail: detail(&unheard),
            },
            said: unheard,
            status: 500,
            code: "internal_error",
            words: &["LogId"],
        },
    ]
}

fn cases() -> Vec<Case> {
    let mut all = constraints();
    all.extend(values());
    all.extend(others());
    all
}

#[tokio::test]
async fn each_number_has_its_error() {
    for case in cases() {
        let peer = TdsPeer::start(script().on_sql_containing(WRITE).always(case.said)).await;
        let engine = engine_of_one(&peer);
        let driver = Driver::new(&engine).await;
        assert_eq!(add(&driver).await, Err(case.error));
    }
}

#[tokio::test]
async fn a_caller_hears_what_can_be_done_and_none_of_the_databases_words() {
    let peer = TdsPeer::start(script()).await;
    let service = Service::on(&peer).await;
    for case in cases() {
        peer.play(script().on_sql_containing(WRITE).always(case.said.clone()));
        let body = json!({"Tuples": [tuple("Code", "A1"), tuple("Name", "Bolt")]});
        let answer = service.post("Parts/Add", body).await;
        answer.fails(case.status, case.code, case.words);
        for told in [
            case.said.text.as_str(),
            "stock",
            "dbo",
            "peer",
            "(A1)",
            "Bolt",
        ] {
            assert!(!answer.text.contains(told), "'{told}' in {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_leaves_the_connection_as_it_was() {
    let peer = TdsPeer::start(script()).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    for case in constraints().into_iter().chain(values()) {
        let answers = script().on_sql_containing(WRITE);
        peer.play(answers.reply(case.said).then(report(0, 1, 7)));
        assert!(add(&driver).await.is_err());
        assert!(add(&driver).await.is_ok());
    }
    assert_eq!(peer.counts().accepted, 1);
}

#[tokio::test]
async fn after_an_error_that_nobody_thought_about_the_connection_is_given_up() {
    // What it left of the session, nobody knows.
    let unheard = errors::error(8623, 16, 1, "The query processor ran out of resources.");
    let answers = script().on_sql_containing(WRITE);
    let peer = TdsPeer::start(answers.reply(unheard).then(report(0, 1, 7))).await;
    let engine = engine_of_one(&peer);
    let driver = Driver::new(&engine).await;
    assert!(add(&driver).await.is_err());
    assert!(add(&driver).await.is_ok());
    assert_eq!(peer.counts().accepted, 2);
}

#[tokio::test]
async fn what_a_trigger_did_to_another_table_is_told_of_none_of_its_names() {
    let elsewhere = ("stock", "dbo.Audit", "Who");
    for said in [
        errors::duplicate_key("PRIMARY KEY", "PK_Audit", "dbo.Audit", "1"),
        errors::null_refused("Who", "stock.dbo.Audit", "INSERT"),
        errors::constraint("INSERT", "CHECK", "CK_Audit_Who", elsewhere),
    ] {
        let error = EngineError::Trigger {
            detail: detail(&said),
        };
        let peer = TdsPeer::start(script().on_sql_containing(WRITE).always(said)).await;
        let engine = engine_of_one(&peer);
        assert_eq!(add(&Driver::new(&engine).await).await, Err(error));
    }
}
