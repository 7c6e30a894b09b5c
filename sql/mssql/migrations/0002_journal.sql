-- The journal: what was done, by whom, and how rows were before and after. It is written by the scripts of the writes
-- themselves, in their transactions. Rows go when their log row does, which is by age; nothing refers to them.

-- One row for each write of a request.
CREATE TABLE dbo.upsertd_log (
    log_id uniqueidentifier NOT NULL,
    -- Which of the request's writes, from 0.
    step int NOT NULL,
    -- UTC.
    at datetime2(3) NOT NULL,
    client nvarchar(256) NOT NULL,
    api nvarchar(20) NOT NULL,
    entity nvarchar(128) NOT NULL,
    -- With its schema.
    table_name nvarchar(257) NOT NULL,
    operation nvarchar(100) NOT NULL,
    -- As it was given; NULL where there was none.
    clause nvarchar(max) NULL,
    -- The names of the columns whose values were kept, as a JSON array; NULL where rows were only counted.
    columns nvarchar(max) NULL,
    created int NOT NULL,
    updated int NOT NULL,
    deleted int NOT NULL,
    -- What it undid.
    undoes uniqueidentifier NULL,
    -- Ids follow each other in time, but not in the order in which the server keeps them.
    CONSTRAINT PK_upsertd_log PRIMARY KEY NONCLUSTERED (log_id, step)
);
CREATE CLUSTERED INDEX IX_upsertd_log_at ON dbo.upsertd_log (at);
CREATE INDEX IX_upsertd_log_undoes ON dbo.upsertd_log (undoes);
GO
-- One row for each row that was changed.
CREATE TABLE dbo.upsertd_log_rows (
    log_id uniqueidentifier NOT NULL,
    step int NOT NULL,
    -- In the order of change.
    number bigint NOT NULL,
    -- JSON arrays in the order of the log row's columns; a text turns back into the value that it is of.
    -- NULL: the row was inserted.
    before nvarchar(max) NULL,
    -- NULL: the row was deleted.
    after nvarchar(max) NULL,
    CONSTRAINT PK_upsertd_log_rows PRIMARY KEY (log_id, step, number)
);
GO
-- Requests that failed for a reason that the caller was not told.
CREATE TABLE dbo.upsertd_log_errors (
    log_id uniqueidentifier NOT NULL CONSTRAINT PK_upsertd_log_errors PRIMARY KEY NONCLUSTERED,
    at datetime2(3) NOT NULL,
    client nvarchar(256) NULL,
    api nvarchar(20) NOT NULL,
    entity nvarchar(128) NULL,
    operation nvarchar(100) NOT NULL,
    status int NOT NULL,
    code nvarchar(100) NOT NULL,
    message nvarchar(max) NOT NULL,
    detail nvarchar(max) NULL
);
CREATE CLUSTERED INDEX IX_upsertd_log_errors_at ON dbo.upsertd_log_errors (at);
