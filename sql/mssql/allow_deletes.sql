-- Lets the service delete rows of the tables of the schema dbo: what batches do that delete rows or replace a whole
-- table. Run it, after least_privilege.sql and in the same way, where an entity allows it:
--
--   UPSERTD_DATABASE=erp sqlcmd -S server -U admin -I -b -i sql/mssql/allow_deletes.sql
--
-- (Write ]] for ] of the database's name.) It holds for every table of the schema, those to come included; what callers
-- may delete is narrowed further by the service's own configuration. For single tables run, in its place,
--
--   GRANT DELETE ON OBJECT::dbo.tblCustomers TO upsertd;
--
-- It may be run again. It is taken back by
--
--   REVOKE DELETE ON SCHEMA::dbo FROM upsertd;

:on error exit
USE [$(UPSERTD_DATABASE)];
GO

GRANT DELETE ON SCHEMA::dbo TO upsertd;
GO
