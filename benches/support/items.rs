//! The table that most measurements are about.

use std::path::Path;

use rusqlite::Connection;

/// Makes it, with so many rows.
pub fn create(path: &Path, rows: u64) {
    let db = Connection::open(path).unwrap();
    db.execute_batch(
        r#"PRAGMA journal_mode = WAL;
        CREATE TABLE "items" (
            "id" INTEGER PRIMARY KEY,
            "code" nvarchar(20) NOT NULL COLLATE NOCASE UNIQUE,
            "amount" decimal(12,2) NOT NULL,
            "note" nvarchar(100) NULL
        );"#,
    )
    .unwrap();
    db.execute(
        r#"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
        INSERT INTO "items" ("code", "amount", "note") SELECT 'code' || i, i, 'note' FROM n"#,
        [i64::try_from(rows).unwrap()],
    )
    .unwrap();
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); ANALYZE;")
        .unwrap();
}
