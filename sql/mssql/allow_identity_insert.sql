-- Lets the service write values of its callers' choice into the identity column of one table of the schema dbo. Run
-- it, after least_privilege.sql and in the same way, once for each table that needs it.
--
--   export UPSERTD_DATABASE=erp UPSERTD_TABLE=tblCustomers
--   sqlcmd -S server -U admin -I -b -i sql/mssql/allow_identity_insert.sql
--
-- (Write ]] for ] of a name.) SET IDENTITY_INSERT wants ALTER on the table; there is no smaller right. What that opens
-- besides:
--   * Columns, constraints and indexes of the table can be added, changed and dropped, its constraints and triggers
--     switched off, and its rows removed (TRUNCATE). The table itself cannot be dropped.
--   * A trigger can be added to it. That reaches whatever else the table's owner owns without being asked, and runs
--     with the rights of whoever sets it off. So this is not the small right that it seems: grant it where keys are
--     brought over from another system, and take it back afterwards.
--
-- It may be run again. It is taken back by
--
--   REVOKE ALTER ON OBJECT::dbo.tblCustomers FROM upsertd;

:on error exit
USE [$(UPSERTD_DATABASE)];
GO

GRANT ALTER ON OBJECT::dbo.[$(UPSERTD_TABLE)] TO upsertd;
GO
