-- Which of the numbered files beside this one the database has had.
CREATE TABLE IF NOT EXISTS upsertd_migrations (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
