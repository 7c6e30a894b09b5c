-- Lets the service write values of its callers' choice into the identity column of one table of the schema dbo. Run
-- it, after least_privilege.sql and in the same way, once for each table that needs it.
--
--   export UPSERTD_DATABASE=erp UPSERTD_TABLE=tblCustomers
--   sqlcmd -S server -U admin -I -b -i sql/mssql/allow_identity_insert.sql
--
-- (Write ]] for ] of a name.) SET IDENTITY_INSERT wants ALTER on the table; there is no smaller right. What that
-- opens on this table besides: adding, changing and dropping its columns, constraints and indexes; switching its
-- constraints and triggers off; adding a trigger, which then runs with the rights of whoever sets it off; emptying
-- it (TRUNCATE). It does not allow to drop the table, which wants ALTER on the schema, and opens no other table.
--
-- It may be run again. It is taken back by
--
--   REVOKE ALTER ON OBJECT::dbo.tblCustomers FROM upsertd;

:on error exit
USE [$(UPSERTD_DATABASE)];
GO

GRANT ALTER ON OBJECT::dbo.[$(UPSERTD_TABLE)] TO upsertd;
GO
