//! Many writes in one transaction: none feels another's fault, and the queue keeps its bounds.

use std::sync::Arc;

use super::*;

fn add(name: &'static str) -> impl Fn(&Connection) -> Answer + Send + 'static {
    move |conn| execute(conn, &format!("INSERT INTO t (name) VALUES ('{name}')"))
}

#[tokio::test]
async fn jobs_that_wait_together_share_a_transaction_and_one_bad_job_spoils_none() {
    let it = Fixture::new(TABLE);
    let path = it.dir.path().join("db");
    let gate = it.hold();
    let first = it.enqueue(add("first"));
    let bad = it.enqueue(|conn| {
        execute(conn, "INSERT INTO t (name) VALUES ('half done')")?;
        execute(conn, "INSERT INTO t (name) VALUES (NULL)")
    });
    let last = it.enqueue(move |conn| {
        // The first one's row is there, and not yet for anybody else.
        let count = "SELECT count(*) FROM t";
        let inside: i64 = conn.query_row(count, [], |r| r.get(0)).unwrap();
        let outside = Connection::open(&path).unwrap();
        let outside: i64 = outside.query_row(count, [], |r| r.get(0)).unwrap();
        assert_eq!((inside, outside), (1, 0));
        execute(conn, "INSERT INTO t (name) VALUES ('last')")
    });
    drop(gate);
    assert!(first.wait().await.is_ok());
    assert_eq!(
        bad.wait().await,
        Err(EngineError::Null {
            column: "name".into()
        })
    );
    assert!(last.wait().await.is_ok());
    assert_eq!(
        it.see("SELECT count(*) FROM t WHERE name IN ('first', 'last')"),
        2
    );
    assert_eq!(it.see("SELECT count(*) FROM t"), 2);
}

#[tokio::test]
async fn a_fault_that_only_the_commit_shows_hits_its_own_job_alone() {
    let it = Fixture::new(TABLE);
    it.beside
        .execute_batch(
            "CREATE TABLE child (t_id bigint REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)",
        )
        .unwrap();
    let gate = it.hold();
    let mut good = vec![it.enqueue(add("a")), it.enqueue(add("b"))];
    let orphan = it.enqueue(|conn| execute(conn, "INSERT INTO child VALUES (404)"));
    good.push(it.enqueue(add("c")));
    drop(gate);
    for ticket in good {
        assert!(ticket.wait().await.is_ok());
    }
    assert_eq!(
        orphan.wait().await,
        Err(EngineError::ForeignKey { constraint: None })
    );
    assert_eq!(it.see("SELECT count(*) FROM t"), 3);
    assert_eq!(it.see("SELECT count(*) FROM child"), 0);
}

#[tokio::test]
async fn a_job_that_ends_the_whole_transaction_fails_alone() {
    let it = Fixture::new(TABLE);
    it.beside
        .execute_batch(
            "CREATE TABLE strict_one (x int UNIQUE ON CONFLICT ROLLBACK);
             INSERT INTO strict_one VALUES (1);
             CREATE TRIGGER no_two BEFORE INSERT ON t WHEN NEW.name = 'forbidden'
             BEGIN SELECT RAISE(ROLLBACK, 'forbidden'); END;",
        )
        .unwrap();
    let gate = it.hold();
    let mut good = vec![it.enqueue(add("a"))];
    let conflict = it.enqueue(|conn| execute(conn, "INSERT INTO strict_one VALUES (1)"));
    good.push(it.enqueue(add("b")));
    let raised = it.enqueue(add("forbidden"));
    good.push(it.enqueue(add("c")));
    drop(gate);
    for ticket in good {
        assert!(ticket.wait().await.is_ok());
    }
    assert_eq!(
        conflict.wait().await,
        Err(EngineError::Unique {
            constraint: None,
            columns: vec!["x".into()]
        })
    );
    assert_eq!(
        raised.wait().await,
        Err(EngineError::Trigger {
            detail: "forbidden".into()
        })
    );
    assert_eq!(it.see("SELECT count(*) FROM t"), 3);
}

#[tokio::test]
async fn a_panic_is_answered_undone_and_survived() {
    let it = Fixture::new(TABLE);
    let gate = it.hold();
    let before = it.enqueue(add("before"));
    let panics = it.enqueue(|conn| {
        execute(conn, "INSERT INTO t (name) VALUES ('half done')")?;
        panic!("a defect")
    });
    let after = it.enqueue(add("after"));
    drop(gate);
    assert!(before.wait().await.is_ok());
    let answer = panics.wait().await;
    assert!(
        matches!(answer, Err(EngineError::Unexpected { .. })),
        "{answer:?}"
    );
    assert!(after.wait().await.is_ok());
    assert_eq!(it.see("SELECT count(*) FROM t"), 2);
    it.engine.ping(soon()).await.unwrap();
}

/// Counts for ever.
const ENDLESS: &str = "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT count(*) FROM n)";

#[tokio::test]
async fn a_job_is_interrupted_at_its_deadline_and_the_others_of_its_group_are_written() {
    let it = Fixture::new(TABLE);
    let gate = it.hold();
    let mut good = vec![it.enqueue(add("a"))];
    let late = Instant::now() + Duration::from_millis(60);
    let scan = it.enqueue_until(late, |conn| execute(conn, &format!("SELECT {ENDLESS}")));
    good.push(it.enqueue(add("b")));
    let write = it.enqueue_until(late, |conn| {
        execute(conn, &format!("UPDATE t SET hits = {ENDLESS}"))
    });
    good.push(it.enqueue(add("c")));
    drop(gate);
    assert_eq!(scan.wait().await, Err(EngineError::Timeout));
    assert_eq!(write.wait().await, Err(EngineError::Timeout));
    for ticket in good {
        assert!(ticket.wait().await.is_ok());
    }
    assert_eq!(it.see("SELECT count(*) FROM t WHERE hits = 0"), 3);
}

#[tokio::test]
async fn a_write_that_waits_past_its_deadline_is_refused_at_once_and_never_done() {
    let it = Fixture::new(TABLE);
    let gate = it.hold();
    let batch = WriteBatch::Insert {
        insert: insert("late"),
    };
    let deadline = Instant::now() + Duration::from_millis(20);
    // The writer is still held when the answer comes.
    assert_eq!(
        it.engine.write(batch, None, deadline).await,
        Err(EngineError::Timeout)
    );
    drop(gate);
    it.insert("next").await.unwrap();
    assert_eq!(it.see("SELECT count(*) FROM t"), 1);
}

#[tokio::test]
async fn a_write_that_has_started_is_never_called_too_late_when_it_is_done_after_all() {
    let it = Fixture::new(TABLE);
    let late = Instant::now() + Duration::from_millis(30);
    let ticket = it.enqueue_until(late, move |conn| {
        // Busy past the deadline with something that SQLite cannot interrupt.
        while Instant::now() < late + Duration::from_millis(30) {
            std::thread::yield_now();
        }
        execute(conn, "INSERT INTO t (name) VALUES ('done')")
    });
    assert!(ticket.wait().await.is_ok());
    assert_eq!(it.see("SELECT count(*) FROM t"), 1);
}

#[tokio::test]
async fn a_write_whose_caller_has_gone_before_its_turn_is_not_done() {
    let it = Fixture::new(TABLE);
    let gate = it.hold();
    // Polled once, then dropped.
    let gone = tokio::time::timeout(Duration::ZERO, it.insert("gone")).await;
    assert!(gone.is_err());
    drop(gate);
    it.insert("next").await.unwrap();
    assert_eq!(it.see("SELECT count(*) FROM t"), 1);
}

#[tokio::test]
async fn a_full_queue_turns_writes_away() {
    let it = Fixture::with(TABLE, |o| o.queue = 2);
    let gate = it.hold();
    let waiting = [it.enqueue(add("a")), it.enqueue(add("b"))];
    assert_eq!(it.insert("c").await, Err(EngineError::Overloaded));
    drop(gate);
    for ticket in waiting {
        assert!(ticket.wait().await.is_ok());
    }
    it.insert("d").await.unwrap();
}

#[tokio::test]
async fn closing_finishes_the_queue_and_refuses_what_comes_later() {
    let it = Fixture::new(TABLE);
    let gate = it.hold();
    let waiting = [it.enqueue(add("a")), it.enqueue(add("b"))];
    drop(gate);
    it.engine.close().await;
    for ticket in waiting {
        assert!(ticket.wait().await.is_ok());
    }
    assert_eq!(it.see("SELECT count(*) FROM t"), 2);
    let late = it.insert("late").await;
    assert!(
        matches!(late, Err(EngineError::Unavailable { .. })),
        "{late:?}"
    );
    let late = it.engine.ping(soon()).await;
    assert!(
        matches!(late, Err(EngineError::Unavailable { .. })),
        "{late:?}"
    );
    it.engine.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_engines_on_one_file_with_many_upserts_of_one_missing_key_make_one_row() {
    let it = Fixture::new(TABLE);
    let second = SqliteEngine::open(SqliteOptions::new(it.dir.path().join("db"))).unwrap();
    let engines = [Arc::new(it.engine), Arc::new(second)];
    let mut tasks = tokio::task::JoinSet::new();
    for engine in engines.iter().flat_map(|e| std::iter::repeat_n(e, 32)) {
        let engine = Arc::clone(engine);
        tasks.spawn(async move { engine.write(upsert("Acme", ONCE), None, soon()).await });
    }
    let outcomes = tasks.join_all().await;
    let count = |wanted: fn(&WriteOutcome) -> bool| {
        let hits = outcomes.iter().filter(|o| o.as_ref().is_ok_and(wanted));
        hits.count()
    };
    assert_eq!(count(|o| matches!(o, WriteOutcome::Inserted { .. })), 1);
    assert_eq!(
        count(|o| matches!(o, WriteOutcome::Updated { affected: 1 })),
        63
    );
    let rows: i64 = it
        .beside
        .query_row("SELECT count(*) * 1000 + sum(hits) FROM t", [], |r| {
            r.get(0)
        })
        .unwrap();
    assert_eq!(rows, 1063);
}
