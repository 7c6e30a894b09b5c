-- The journal: what was done, by whom, and how rows were before and after. It is written with the writes themselves, in
-- their transactions. Rows go when their log row does, which is by age; nothing refers to them.

-- One row for each write of a request. Ids begin with the time: a new one comes last.
CREATE TABLE upsertd_log (
    -- 16 bytes.
    log_id BLOB NOT NULL,
    -- Which of the request's writes, from 0.
    step INTEGER NOT NULL,
    -- UTC.
    at TEXT NOT NULL,
    client TEXT NOT NULL,
    api TEXT NOT NULL,
    entity TEXT NOT NULL,
    table_name TEXT NOT NULL,
    operation TEXT NOT NULL,
    -- As it was given; NULL where there was none.
    clause TEXT,
    -- The names of the columns whose values were kept, as a JSON array; NULL where rows were only counted.
    columns TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    -- What it undid.
    undoes BLOB,
    PRIMARY KEY (log_id, step)
) WITHOUT ROWID;
CREATE INDEX upsertd_log_undoes ON upsertd_log (undoes) WHERE undoes IS NOT NULL;

-- One row for each change of a row.
CREATE TABLE upsertd_log_rows (
    log_id BLOB NOT NULL,
    step INTEGER NOT NULL,
    -- In the order of change, from 0.
    number INTEGER NOT NULL,
    -- JSON arrays in the order of the log row's columns, each value as it is stored: a number with a point or an
    -- exponent is a float, bytes are {"blob": base64}.
    -- NULL: the row was inserted.
    before TEXT,
    -- NULL: the row was deleted.
    after TEXT,
    PRIMARY KEY (log_id, step, number)
) WITHOUT ROWID;

-- Requests that failed.
CREATE TABLE upsertd_log_errors (
    log_id BLOB NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    client TEXT,
    api TEXT NOT NULL,
    entity TEXT,
    operation TEXT NOT NULL,
    status INTEGER NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    detail TEXT
) WITHOUT ROWID;
