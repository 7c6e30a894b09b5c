//! One write at a time: which of its statements runs, and what its answer counts.

use super::*;

#[tokio::test]
async fn no_match_inserts_and_a_match_updates() {
    let it = Fixture::new(TABLE);
    assert_eq!(
        it.write(upsert("Acme", ONCE)).await,
        Ok(WriteOutcome::Inserted {
            generated: Some(Value::Int(1))
        })
    );
    assert_eq!(
        it.write(upsert("ACME", ONCE)).await,
        Ok(WriteOutcome::Updated { affected: 1 })
    );
    assert_eq!(it.see("SELECT hits FROM t"), 1);
}

#[tokio::test]
async fn more_matches_than_allowed_are_counted_and_left_alone() {
    let it = Fixture::new(TABLE);
    it.beside
        .execute_batch("INSERT INTO t (name) VALUES ('Acme'), ('acme'), ('ACME')")
        .unwrap();
    assert_eq!(
        it.write(upsert("Acme", ONCE)).await,
        Ok(WriteOutcome::TooMany { matched: 3 })
    );
    assert_eq!(it.see("SELECT sum(hits) FROM t"), 0);
    assert_eq!(
        it.write(upsert("Acme", MANY)).await,
        Ok(WriteOutcome::Updated { affected: 3 })
    );
    assert_eq!(it.see("SELECT sum(hits) FROM t"), 3);
}

#[tokio::test]
async fn without_an_insert_no_match_writes_nothing() {
    let it = Fixture::new(TABLE);
    let WriteBatch::Upsert {
        count,
        update,
        rule,
        ..
    } = upsert("Acme", MANY)
    else {
        unreachable!()
    };
    let batch = WriteBatch::Upsert {
        count: count.clone(),
        update: update.clone(),
        insert: None,
        rule,
    };
    assert_eq!(it.write(batch).await, Ok(WriteOutcome::NoMatch));
    let batch = WriteBatch::Update {
        count,
        update,
        rule,
    };
    let updated = Ok(WriteOutcome::Updated { affected: 0 });
    assert_eq!(it.write(batch).await, updated);
    assert_eq!(it.see("SELECT count(*) FROM t"), 0);
}

#[tokio::test]
async fn what_triggers_and_cascades_change_is_not_counted() {
    let it = Fixture::new(TABLE);
    it.beside
        .execute_batch(
            "CREATE TABLE log (x);
             CREATE TRIGGER after_update AFTER UPDATE ON t BEGIN
                 INSERT INTO log VALUES (1), (2), (3); UPDATE log SET x = 0; END;
             CREATE TRIGGER after_insert AFTER INSERT ON t BEGIN
                 INSERT INTO log VALUES (1), (2); END;",
        )
        .unwrap();
    assert_eq!(
        it.insert("Acme").await,
        Ok(WriteOutcome::Inserted {
            generated: Some(Value::Int(1))
        })
    );
    assert_eq!(
        it.write(upsert("Acme", ONCE)).await,
        Ok(WriteOutcome::Updated { affected: 1 })
    );
    assert_eq!(it.see("SELECT count(*) FROM log"), 5);
}

#[tokio::test]
async fn a_row_that_the_database_passes_over_is_no_success_and_undoes_the_rest() {
    let it = Fixture::new(TABLE);
    it.beside
        .execute_batch(
            "INSERT INTO t (name) VALUES ('Acme'), ('acme');
             CREATE TRIGGER keep BEFORE UPDATE ON t WHEN OLD.id = 2
             BEGIN SELECT RAISE(IGNORE); END;
             CREATE TRIGGER drop_it BEFORE INSERT ON t WHEN NEW.name = 'Nobody'
             BEGIN SELECT RAISE(IGNORE); END;",
        )
        .unwrap();
    let refused = it.write(upsert("Acme", MANY)).await;
    assert!(
        matches!(refused, Err(EngineError::Trigger { .. })),
        "{refused:?}"
    );
    assert_eq!(it.see("SELECT sum(hits) FROM t"), 0);
    let refused = it.insert("Nobody").await;
    assert!(
        matches!(refused, Err(EngineError::Trigger { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_key_that_the_caller_gave_is_reported_and_a_table_without_one_reports_none() {
    let it = Fixture::new("CREATE TABLE c (code nchar(2) PRIMARY KEY); CREATE TABLE n (x int)");
    let insert = sql(
        "INSERT INTO c VALUES (~) RETURNING code",
        &[text("FR")],
        &[TEXT],
    );
    assert_eq!(
        it.write(WriteBatch::Insert { insert }).await,
        Ok(WriteOutcome::Inserted {
            generated: Some(Value::Text("FR".into()))
        })
    );
    let insert = sql("INSERT INTO n VALUES (~)", &[int(1)], &[]);
    assert_eq!(
        it.write(WriteBatch::Insert { insert }).await,
        Ok(WriteOutcome::Inserted { generated: None })
    );
}

#[tokio::test]
async fn a_column_that_is_gone_is_an_outdated_catalog_and_never_a_text() {
    let it = Fixture::new(TABLE);
    it.insert("Acme").await.unwrap();
    let by_city = || {
        // With SQLite's old habit "city" would be the text 'city' here, and every row would match.
        let count = r#"SELECT COUNT(*) FROM t WHERE "city" <> ~"#;
        WriteBatch::Update {
            count: sql(count, &[text("x")], &[SqlType::BigInt]),
            update: sql(
                r#"UPDATE t SET hits = 9 WHERE "city" <> ~"#,
                &[text("x")],
                &[],
            ),
            rule: MANY,
        }
    };
    let gone = it.write(by_city()).await;
    assert!(matches!(gone, Err(EngineError::Stale { .. })), "{gone:?}");
    it.beside
        .execute_batch("ALTER TABLE t ADD COLUMN city nvarchar(20) NOT NULL DEFAULT 'Rome'")
        .unwrap();
    assert_eq!(
        it.write(by_city()).await,
        Ok(WriteOutcome::Updated { affected: 1 })
    );
    it.beside
        .execute_batch("ALTER TABLE t DROP COLUMN city")
        .unwrap();
    let gone = it.write(by_city()).await;
    assert!(matches!(gone, Err(EngineError::Stale { .. })), "{gone:?}");
}

#[tokio::test]
async fn another_process_that_keeps_the_lock_makes_it_busy_and_nothing_is_written() {
    let it = Fixture::with(TABLE, |o| o.busy_timeout = Duration::from_millis(30));
    it.beside.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(it.insert("Acme").await, Err(EngineError::Busy));
    it.beside.execute_batch("ROLLBACK").unwrap();
    assert_eq!(it.see("SELECT count(*) FROM t"), 0);
    it.insert("Acme").await.unwrap();
}

#[tokio::test]
async fn a_lock_held_past_the_deadline_is_a_timeout_for_the_caller() {
    let it = Fixture::new(TABLE);
    it.beside.execute_batch("BEGIN IMMEDIATE").unwrap();
    let insert = WriteBatch::Insert {
        insert: insert("Acme"),
    };
    let late = it
        .engine
        .write(insert, None, Instant::now() + Duration::from_millis(30))
        .await;
    assert!(
        matches!(late, Err(EngineError::Timeout | EngineError::Busy)),
        "{late:?}"
    );
    it.beside.execute_batch("ROLLBACK").unwrap();
    it.insert("Zeta").await.unwrap();
    assert_eq!(it.see("SELECT count(*) FROM t"), 1);
}

#[test]
fn a_file_that_is_missing_or_no_database_is_said_to_be_unavailable() {
    let dir = TempDir::new().unwrap();
    let missing = dir.path().join("missing");
    let opened = SqliteEngine::open(SqliteOptions::new(&missing));
    assert!(
        matches!(opened, Err(EngineError::Unavailable { .. })),
        "{opened:?}"
    );
    assert!(!missing.exists());
    let other = dir.path().join("other");
    std::fs::write(
        &other,
        "no database at all, but long enough to look like one",
    )
    .unwrap();
    let opened = SqliteEngine::open(SqliteOptions::new(other));
    assert!(
        matches!(opened, Err(EngineError::Unavailable { .. })),
        "{opened:?}"
    );
}
