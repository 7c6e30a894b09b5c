//! Tables made, changed and dropped. The tables are described here and not read again, so that what is asked can be played
//! back; what has become of them the database tells column by column.

use std::sync::Arc;

use upsertd::{
    domain::{
        Column, Default, Entity, Length, Literal, Name, SqlType, Table, TableKind, Value,
        schema::{AlterRequest, ChangeSpec, ColumnSpec, CreateRequest, DefaultSpec},
    },
    engine::{Engine, EngineError, schema::SchemaOutcome},
    plan::{self, Surroundings},
    policy::{self, Alter, Drop},
    render::schema::SchemaRefusal,
};

use crate::driver::{Driver, deadline, serving, text};

type Outcome = Result<SchemaOutcome, EngineError>;

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn spec(name: &str, ty: SqlType) -> ColumnSpec {
    ColumnSpec {
        name: name.to_owned(),
        ty,
        nullable: true,
        default: None,
        references: None,
    }
}

/// `Papers`: a counted key, a title and a score.
fn papers() -> CreateRequest {
    CreateRequest {
        table: "Papers".to_owned(),
        columns: vec![
            spec("Title", SqlType::NVarChar(Length::Max)),
            spec("Score", SqlType::Float),
        ],
        key: vec!["Id".to_owned()],
    }
}

/// A table as it is described to the driver.
fn described(engine: &dyn Engine, called: &str, columns: &[(&str, SqlType)]) -> Table {
    let column = |(text, ty): &(&str, SqlType)| Column {
        name: name(text),
        nullable: *text != "Id",
        default: if *text == "Id" {
            Default::Identity
        } else {
            Default::None
        },
        foreign_key: false,
        code_page: None,
        default_expression: None,
        ty: ty.clone(),
    };
    // Only the embedded engine keeps fewer digits than it is given, and has no schemas.
    let has_schemas = engine.capabilities().fraction_digits.is_none();
    let mut table = Table {
        schema: has_schemas.then(|| name("dbo")),
        name: name(called),
        kind: TableKind::Table,
        columns: columns.iter().map(column).collect(),
        primary_key: Vec::new(),
        primary_key_name: None,
        unique_keys: Vec::new(),
        has_triggers: false,
        row_number: None,
        hidden: Vec::new(),
    };
    table.primary_key = table.find("Id").into_iter().collect();
    table
}

/// `Papers` as [`papers`] makes it.
fn as_made(engine: &dyn Engine) -> Table {
    let columns = [
        ("Id", SqlType::BigInt),
        ("Title", SqlType::NVarChar(Length::Max)),
        ("Score", SqlType::Float),
    ];
    described(engine, "Papers", &columns)
}

fn surroundings<'a>(
    driver: &'a Driver<'_>,
    serving: &'a upsertd::catalog::Serving,
) -> Surroundings<'a> {
    Surroundings {
        catalog: driver.catalog(),
        seen: &[],
        serving,
        fraction_digits: driver.engine.capabilities().fraction_digits,
    }
}

async fn create(driver: &Driver<'_>, request: &CreateRequest) -> Outcome {
    let serving = serving();
    let draft = plan::plan_create(request, surroundings(driver, &serving));
    let plan = policy::approve_create(
        &policy::authorize_create(&upsertd::access::Client::operator(), true).unwrap(),
        draft,
    )
    .unwrap();
    let batch = driver
        .engine
        .capabilities()
        .dialect
        .render_create(&plan, None);
    driver.engine.change_schema(batch, deadline()).await
}

async fn alter(driver: &Driver<'_>, entity: &str, changes: Vec<ChangeSpec>) -> Outcome {
    let serving = serving();
    let permit = policy::authorize::<Alter>(
        &upsertd::access::Client::operator(),
        &policy::Seen::whole(driver.entity(entity)),
    )
    .unwrap();
    let around = surroundings(driver, &serving);
    let draft = plan::plan_alter(permit.entity(), &AlterRequest { changes }, around);
    let entities: Vec<Arc<Entity>> = vec![Arc::clone(permit.entity())];
    let plan = policy::approve_alter(&permit, &entities, draft).unwrap();
    let batch = driver
        .engine
        .capabilities()
        .dialect
        .render_alter(&plan, None);
    driver.engine.change_schema(batch, deadline()).await
}

async fn drop_table(driver: &Driver<'_>, entity: &str) -> Outcome {
    let permit = policy::authorize::<Drop>(
        &upsertd::access::Client::operator(),
        &policy::Seen::whole(driver.entity(entity)),
    )
    .unwrap();
    let dialect = driver.engine.capabilities().dialect;
    let batch = dialect.render_drop(&policy::approve_drop(&permit), None);
    driver.engine.change_schema(batch, deadline()).await
}

async fn undo(driver: &Driver<'_>, entity: &str) -> Outcome {
    let permit = policy::authorize_create(&upsertd::access::Client::operator(), true).unwrap();
    let plan = policy::approve_undo(&permit, driver.entity(entity));
    let batch = driver
        .engine
        .capabilities()
        .dialect
        .render_drop(&plan, None);
    driver.engine.change_schema(batch, deadline()).await
}

/// The columns that a table has, in lower case, as Babelfish tells them, each with whether it has a default; none where it
/// is gone.
async fn columns(driver: &Driver<'_>, table: &Table) -> Vec<(String, bool)> {
    let query = driver.engine.capabilities().dialect.render_details(table);
    let rows = driver.engine.query(query, deadline()).await.unwrap();
    let told = |row: Vec<Option<Value>>| match row.as_slice() {
        [Some(Value::Text(name)), default, ..] => (name.to_lowercase(), default.is_some()),
        other => panic!("{other:?} describes no column"),
    };
    rows.0.into_iter().map(told).collect()
}

fn named(columns: &[(&str, bool)]) -> Vec<(String, bool)> {
    let owned = |(name, default): &(&str, bool)| ((*name).to_owned(), *default);
    columns.iter().map(owned).collect()
}

pub async fn a_table_is_made_changed_and_dropped(engine: &dyn Engine) {
    let nothing = Driver::on(engine, &[]);
    assert_eq!(create(&nothing, &papers()).await, Ok(SchemaOutcome::Done));
    let made = as_made(engine);
    let driver = Driver::on(engine, std::slice::from_ref(&made));
    let plain = named(&[("id", false), ("title", false), ("score", false)]);
    assert_eq!(columns(&driver, &made).await, plain);
    driver
        .add("Papers", &[("Title", text("One"))])
        .await
        .unwrap();

    let counted = ColumnSpec {
        nullable: false,
        default: Some(DefaultSpec::Value(Literal::Text("7".to_owned()))),
        ..spec("Pages", SqlType::BigInt)
    };
    let changes = vec![
        // The table's name is changed last, wherever that stands.
        ChangeSpec::RenameTable {
            to: "Essays".to_owned(),
        },
        ChangeSpec::Add(counted),
        ChangeSpec::Rename {
            column: "Title".to_owned(),
            to: "Caption".to_owned(),
        },
        ChangeSpec::Drop {
            column: "Score".to_owned(),
        },
    ];
    let done = alter(&driver, "Papers", changes).await;
    assert_eq!(done, Ok(SchemaOutcome::Done));
    assert_eq!(columns(&driver, &made).await, []);
    let essays = [
        ("Id", SqlType::BigInt),
        ("Caption", SqlType::NVarChar(Length::Max)),
        ("Pages", SqlType::BigInt),
    ];
    let essays = described(engine, "Essays", &essays);
    let driver = Driver::on(engine, std::slice::from_ref(&essays));
    let now = named(&[("id", false), ("caption", false), ("pages", true)]);
    assert_eq!(columns(&driver, &essays).await, now);
    // The row that was there has the default.
    let pages = driver.column("Essays", "Pages", "Caption = 'One'").await;
    assert_eq!(pages, [Some(Value::Int(7))]);

    assert_eq!(drop_table(&driver, "Essays").await, Ok(SchemaOutcome::Done));
    assert_eq!(columns(&driver, &essays).await, []);
}

pub async fn a_name_that_is_taken_is_refused(engine: &dyn Engine) {
    // As if others had made them just now.
    let nothing = Driver::on(engine, &[]);
    assert_eq!(create(&nothing, &papers()).await, Ok(SchemaOutcome::Done));
    let exists = |outcome: &Outcome| matches!(outcome, Err(EngineError::Exists { .. }));
    let again = create(&nothing, &papers()).await;
    assert!(exists(&again), "{again:?}");
    let made = as_made(engine);
    let key = [("Id", SqlType::BigInt)];
    let driver = Driver::on(engine, &[described(engine, "Papers", &key)]);
    for change in [
        ChangeSpec::Add(spec("Title", SqlType::BigInt)),
        ChangeSpec::RenameTable {
            to: "tblCountries".to_owned(),
        },
    ] {
        let refused = alter(&driver, "Papers", vec![change]).await;
        assert!(exists(&refused), "{refused:?}");
    }
    let plain = named(&[("id", false), ("title", false), ("score", false)]);
    assert_eq!(columns(&driver, &made).await, plain);
}

pub async fn what_another_table_refers_to_stays(engine: &dyn Engine) {
    let driver = Driver::new(engine).await;
    let before = driver.count("tblCustomers", "CustomerId > 0").await;
    let refused = drop_table(&driver, "tblCustomers").await;
    let kept = matches!(
        &refused,
        Ok(SchemaOutcome::Refused(SchemaRefusal::ReferredTo)) | Err(EngineError::Dependent { .. })
    );
    assert!(kept, "{refused:?}");
    let after = driver.count("tblCustomers", "CustomerId > 0").await;
    assert_eq!(after, before);
}

pub async fn only_an_empty_table_is_undone(engine: &dyn Engine) {
    let nothing = Driver::on(engine, &[]);
    assert_eq!(create(&nothing, &papers()).await, Ok(SchemaOutcome::Done));
    let made = as_made(engine);
    let driver = Driver::on(engine, std::slice::from_ref(&made));
    driver
        .add("Papers", &[("Title", text("One"))])
        .await
        .unwrap();
    let refused = Ok(SchemaOutcome::Refused(SchemaRefusal::NotEmpty));
    assert_eq!(undo(&driver, "Papers").await, refused);
    assert_eq!(driver.count("Papers", "Id > 0").await, 1);
    assert_eq!(drop_table(&driver, "Papers").await, Ok(SchemaOutcome::Done));
    assert_eq!(create(&nothing, &papers()).await, Ok(SchemaOutcome::Done));
    assert_eq!(undo(&driver, "Papers").await, Ok(SchemaOutcome::Done));
    assert_eq!(columns(&driver, &made).await, []);
}

pub async fn values_that_the_new_type_has_not_stay_as_they_are(engine: &dyn Engine) {
    let nothing = Driver::on(engine, &[]);
    assert_eq!(create(&nothing, &papers()).await, Ok(SchemaOutcome::Done));
    let driver = Driver::on(engine, &[as_made(engine)]);
    let score = |score: &str| Literal::Number(score.to_owned());
    let first = [("Title", text("5")), ("Score", score("2.5"))];
    driver.add("Papers", &first).await.unwrap();
    let whole = |column: &str| {
        let column = column.to_owned();
        vec![ChangeSpec::Alter {
            column,
            ty: Some(SqlType::BigInt),
            nullable: None,
            default: None,
        }]
    };
    let refused = alter(&driver, "Papers", whole("Score")).await;
    let misfit = |outcome: &Outcome| matches!(outcome, Err(EngineError::Conversion { .. }));
    assert!(misfit(&refused), "{refused:?}");
    assert_eq!(driver.count("Papers", "Score = 2.5").await, 1);
    driver
        .update("Papers", &[("Score", score("3"))], "Id > 0")
        .await
        .unwrap();
    let changes = [whole("Score"), whole("Title")].concat();
    assert_eq!(
        alter(&driver, "Papers", changes).await,
        Ok(SchemaOutcome::Done)
    );
    let columns = [
        ("Id", SqlType::BigInt),
        ("Title", SqlType::BigInt),
        ("Score", SqlType::BigInt),
    ];
    let driver = Driver::on(engine, &[described(engine, "Papers", &columns)]);
    assert_eq!(driver.count("Papers", "Score = 3 AND Title = 5").await, 1);
}
