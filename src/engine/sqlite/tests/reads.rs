//! Queries: their indexes, collations and deadlines.

use super::*;

fn plan(it: &Fixture, statement: &'static str) -> String {
    let conn = super::super::connection::open_reader(&it.dir.path().join("db"), Duration::ZERO);
    let conn = conn.unwrap().conn;
    let mut explain = conn
        .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
        .unwrap();
    let steps = explain.raw_query().mapped(|row| row.get::<_, String>(3));
    steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn comparing_with_an_ascii_text_uses_the_columns_index() {
    let it = Fixture::new(TABLE);
    for statement in [
        "SELECT * FROM t WHERE \"name\" COLLATE NOCASE = ?1",
        "SELECT * FROM t WHERE \"name\" COLLATE NOCASE IN (?1, ?2)",
        "SELECT * FROM t WHERE (\"name\" COLLATE NOCASE >= ?1 AND \"name\" COLLATE NOCASE < ?2
             AND upsertd_like(?3, \"name\"))",
        "UPDATE t SET hits = 1 WHERE \"name\" COLLATE NOCASE = ?1",
    ] {
        let steps = plan(&it, statement);
        assert!(
            steps.contains("SEARCH t USING INDEX t_name"),
            "{statement}: {steps}"
        );
    }
}

#[tokio::test]
async fn comparing_ignores_case_in_all_of_unicode() {
    let it = Fixture::new(TABLE);
    for name in ["Ännchen", "ΣΊΣΥΦΟΣ", "kelvin"] {
        it.insert(name).await.unwrap();
    }
    let by = |name| {
        let query = "SELECT id FROM t WHERE name COLLATE UPSERTD_CI = ~";
        sql(query, &[text(name)], &[SqlType::BigInt])
    };
    assert_eq!(
        it.query(by("äNNCHEN")).await.unwrap(),
        [[Some(Value::Int(1))]]
    );
    assert_eq!(
        it.query(by("σίσυφος")).await.unwrap(),
        [[Some(Value::Int(2))]]
    );
    // The Kelvin sign is no k, for NOCASE would not have it so either.
    assert_eq!(it.query(by("\u{212A}elvin")).await.unwrap().len(), 0);
    let like = "SELECT id FROM t WHERE upsertd_like(~, name)";
    let like = sql(like, &[text("%ÄNN[a-d]%")], &[SqlType::BigInt]);
    assert_eq!(it.query(like).await.unwrap(), [[Some(Value::Int(1))]]);
}

fn endless() -> Statement {
    sql(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        &[],
        &[SqlType::BigInt],
    )
}

fn one() -> Statement {
    sql("SELECT ~", &[int(1)], &[SqlType::BigInt])
}

#[tokio::test]
async fn a_query_is_interrupted_at_its_deadline_and_its_connection_serves_the_next() {
    let it = Fixture::with(TABLE, |o| o.readers = 1);
    let deadline = Instant::now() + Duration::from_millis(30);
    assert_eq!(
        it.engine.query(endless(), deadline).await,
        Err(EngineError::Timeout)
    );
    assert_eq!(it.query(one()).await.unwrap(), [[Some(Value::Int(1))]]);
}

/// One row whose text takes minutes to match.
fn long_texts() -> (Fixture, String) {
    let it = Fixture::new(TABLE);
    let row = "INSERT INTO t (name) VALUES (printf('%.*c', 4000000, 'a'))";
    it.beside.execute_batch(row).unwrap();
    (it, format!("%{}b%", "a".repeat(4000)))
}

#[tokio::test]
async fn matching_one_long_text_keeps_the_deadline_of_a_query() {
    let (it, pattern) = long_texts();
    let like = "SELECT id FROM t WHERE upsertd_like(~, name)";
    let started = Instant::now();
    let deadline = started + Duration::from_millis(100);
    let found = it
        .engine
        .query(sql(like, &[text(&pattern)], &[SqlType::BigInt]), deadline);
    assert_eq!(found.await, Err(EngineError::Timeout));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn matching_one_long_text_keeps_the_deadline_of_a_write_and_the_writer_goes_on() {
    let (it, pattern) = long_texts();
    let batch = WriteBatch::Update {
        count: sql(
            "SELECT COUNT(*) FROM t WHERE upsertd_like(~, name)",
            &[text(&pattern)],
            &[SqlType::BigInt],
        ),
        update: sql("UPDATE t SET hits = 1", &[], &[]),
        rule: MANY,
    };
    let started = Instant::now();
    let deadline = started + Duration::from_millis(100);
    let written = it.engine.write(batch, None, deadline).await;
    assert_eq!(written, Err(EngineError::Timeout));
    it.insert("Acme").await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_dropped_query_gives_its_connection_back() {
    let it = Fixture::with(TABLE, |o| o.readers = 1);
    let deadline = Instant::now() + Duration::from_millis(100);
    let gone = tokio::time::timeout(Duration::ZERO, it.engine.query(endless(), deadline)).await;
    assert!(gone.is_err());
    // The only connection is busy until the dropped query's deadline: too long for the first of these.
    let soonest = Instant::now() + Duration::from_millis(20);
    assert_eq!(
        it.engine.query(one(), soonest).await,
        Err(EngineError::Timeout)
    );
    assert_eq!(it.query(one()).await.unwrap(), [[Some(Value::Int(1))]]);
}

#[tokio::test]
async fn a_query_cannot_write() {
    let it = Fixture::new(TABLE);
    let refused = it.query(insert("Acme")).await;
    assert!(refused.is_err());
    assert_eq!(it.see("SELECT count(*) FROM t"), 0);
}

#[tokio::test]
async fn a_committed_write_is_seen_by_the_next_query() {
    let it = Fixture::new(TABLE);
    for expected in 1..=20 {
        it.insert("Acme").await.unwrap();
        let count = sql("SELECT count(*) FROM t", &[], &[SqlType::BigInt]);
        assert_eq!(
            it.query(count).await.unwrap(),
            [[Some(Value::Int(expected))]]
        );
    }
}
