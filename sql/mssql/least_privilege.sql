-- The login of the service, with what it needs in one database and nothing else. Run it as an administrator:
--
--   UPSERTD_DATABASE=erp UPSERTD_PASSWORD=… sqlcmd -S server -U admin -I -b -i sql/mssql/least_privilege.sql
--
-- (sqlcmd reads both from the environment, where a list of processes does not show them.) In them write ]] for
-- ] of the database's name and '' for ' of the password. It may be run again: it then sets the password and grants
-- what is missing. It takes nothing away that other scripts have granted.
--
-- Not granted: DELETE (batches alone can delete), EXECUTE, and any right to change tables. Those who need more have
-- allow_deletes.sql, allow_schema_changes.sql and allow_identity_insert.sql.
--
-- In Azure SQL Database, where USE is refused, connect to the database itself (sqlcmd -d) and run, in place of the
-- first two batches: CREATE USER upsertd WITH PASSWORD = N'…', DEFAULT_SCHEMA = dbo;

:on error exit
USE master;
IF SUSER_ID(N'upsertd') IS NULL
    CREATE LOGIN upsertd WITH PASSWORD = N'$(UPSERTD_PASSWORD)', DEFAULT_DATABASE = [$(UPSERTD_DATABASE)];
ELSE
    ALTER LOGIN upsertd WITH PASSWORD = N'$(UPSERTD_PASSWORD)', DEFAULT_DATABASE = [$(UPSERTD_DATABASE)];
GO

USE [$(UPSERTD_DATABASE)];
IF DATABASE_PRINCIPAL_ID(N'upsertd') IS NULL
    CREATE USER upsertd FOR LOGIN upsertd WITH DEFAULT_SCHEMA = dbo;
ELSE
    -- The user of a database that was restored from another server belongs to that server's login.
    ALTER USER upsertd WITH LOGIN = upsertd, DEFAULT_SCHEMA = dbo;
GO

-- To log in to the database at all.
GRANT CONNECT TO upsertd;
GO

-- SELECT: Get, and the count and the WHERE of every write. INSERT: Add and Upsert. UPDATE: Update and Upsert. They
-- hold for every table and view of the schema, those to come included; what callers may reach of them is narrowed
-- further by the service's own configuration.
GRANT SELECT, INSERT, UPDATE ON SCHEMA::dbo TO upsertd;
GO

-- What the rights above do not show of a table is the text of its definitions, the filter of an index among them. The
-- service reads it to tell whether a unique index with a filter is a key for every value that is not NULL. It opens
-- the text of the schema's views, procedures and triggers as well, and no data.
GRANT VIEW DEFINITION ON SCHEMA::dbo TO upsertd;
GO

-- The service's own tables, which `upsertd migrate` makes with another login, are in the same schema. What has expired in
-- them is deleted; without this right it stays. Run this script again after the first migration.
IF OBJECT_ID(N'dbo.upsertd_revoked', N'U') IS NOT NULL
    GRANT DELETE ON OBJECT::dbo.upsertd_revoked TO upsertd;
GO

-- Table by table: in place of the two schema-wide grants above, for each table that is served,
--
--   GRANT SELECT, INSERT, UPDATE, VIEW DEFINITION ON OBJECT::dbo.tblCustomers TO upsertd;
--
-- without INSERT or UPDATE where the entity does not allow add or edit, and SELECT alone for a view. (A sequence that
-- a default draws from wants UPDATE where its owner is not the table's.) If the schema-wide grants were made before:
--
--   REVOKE SELECT, INSERT, UPDATE, VIEW DEFINITION ON SCHEMA::dbo FROM upsertd;
--
-- A password column can be closed on the server as well; the service names it in no statement:
--
--   DENY SELECT, UPDATE ON OBJECT::dbo.tblEmployees (PasswordHash) TO upsertd;
--
-- The service's own tables (upsertd migrate makes them) then want grants of their own: the journal is read and written
-- to, and what an undoing undoes is noted in it; requests that are not to act twice are kept with their answers.
--
--   GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.upsertd_log TO upsertd;
--   GRANT SELECT, INSERT ON OBJECT::dbo.upsertd_log_rows TO upsertd;
--   GRANT SELECT, INSERT ON OBJECT::dbo.upsertd_log_errors TO upsertd;
--   GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.upsertd_idempotency TO upsertd;
--   GRANT SELECT, INSERT, UPDATE ON OBJECT::dbo.upsertd_idempotency_steps TO upsertd;

-- What is too old is forgotten: of the service's own tables alone, which there are once upsertd migrate has run. Run
-- this again afterwards.
IF OBJECT_ID(N'dbo.upsertd_log', N'U') IS NOT NULL
BEGIN
    GRANT DELETE ON OBJECT::dbo.upsertd_log TO upsertd;
    GRANT DELETE ON OBJECT::dbo.upsertd_log_rows TO upsertd;
    GRANT DELETE ON OBJECT::dbo.upsertd_log_errors TO upsertd;
END;
IF OBJECT_ID(N'dbo.upsertd_idempotency', N'U') IS NOT NULL
BEGIN
    GRANT DELETE ON OBJECT::dbo.upsertd_idempotency TO upsertd;
    GRANT DELETE ON OBJECT::dbo.upsertd_idempotency_steps TO upsertd;
END;
GO
