-- Lets the service create and alter tables of the schema dbo. Run it, after least_privilege.sql and in the same way,
-- only where callers are to make tables; nothing that reads or writes rows needs it.
--
--   UPSERTD_DATABASE=erp sqlcmd -S server -U admin -I -b -i sql/mssql/allow_schema_changes.sql
--
-- What it opens is more than the name says, because SQL Server has no right to create tables only:
--   * ALTER on a schema allows to alter and drop every table, view, procedure, function and trigger in it, to empty
--     tables (TRUNCATE) and to switch constraints and triggers off.
--   * A trigger or procedure that is altered, or a trigger that is added to a table, runs with the rights of whoever
--     sets it off, an administrator's included; and what dbo owns in other schemas it reaches without being asked.
-- So whoever holds the service's password is then as good as an owner of the database. Give the tables to be made a
-- database of their own where that is too much.
--
-- It may be run again. It is taken back by
--
--   REVOKE CREATE TABLE FROM upsertd;
--   REVOKE ALTER, REFERENCES ON SCHEMA::dbo FROM upsertd;

:on error exit
USE [$(UPSERTD_DATABASE)];
GO

-- CREATE TABLE wants both: this right in the database, and ALTER on the schema that the table goes into.
GRANT CREATE TABLE TO upsertd;

-- ALTER TABLE, CREATE INDEX. It also covers SET IDENTITY_INSERT: allow_identity_insert.sql adds nothing to it.
GRANT ALTER ON SCHEMA::dbo TO upsertd;

-- FOREIGN KEY to a table that is there already.
GRANT REFERENCES ON SCHEMA::dbo TO upsertd;
GO
