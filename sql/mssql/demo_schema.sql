-- The demo's tables for SQL Server 2016 and later: as in sql/sqlite/demo_schema.sql, with its names.
-- Batches end at a line GO, since CREATE VIEW and CREATE TRIGGER must begin one. No transaction is opened here:
-- run it between demo_begin.sql and COMMIT, after which there is all of the demo or nothing of it.
-- A filtered index and a stored computed column want QUOTED_IDENTIFIER ON: sqlcmd has it with -I alone.
-- Text has the database's collation. Constraints are named because their names are what a refusal can tell.

CREATE TABLE dbo.tblCountries (
    CountryCode nchar(2) NOT NULL CONSTRAINT PK_tblCountries PRIMARY KEY
        CONSTRAINT CK_tblCountries_CountryCode CHECK (LEN(CountryCode) = 2),
    CountryName nvarchar(80) NOT NULL,
    IsEuMember bit NOT NULL CONSTRAINT DF_tblCountries_IsEuMember DEFAULT 0
);

-- Vendors and other companies dealt with.
CREATE TABLE dbo.tblCustomers (
    CustomerId bigint IDENTITY(1,1) NOT NULL CONSTRAINT PK_tblCustomers PRIMARY KEY,
    VendorName nvarchar(100) NOT NULL,
    VendorCode nvarchar(20) NULL,
    City nvarchar(60) NULL,
    Country nchar(2) NULL CONSTRAINT FK_tblCustomers_Country REFERENCES dbo.tblCountries (CountryCode),
    Email nvarchar(254) NULL,
    Phone varchar(30) NULL,
    CreditLimit decimal(12,2) NULL,
    CreditUsed decimal(12,2) NOT NULL CONSTRAINT DF_tblCustomers_CreditUsed DEFAULT 0,
    -- Stored, so that a difference too long for the type fails the write and not every later reading.
    CreditAvailable AS CAST(CreditLimit - CreditUsed AS decimal(12,2)) PERSISTED,
    IsActive bit NOT NULL CONSTRAINT DF_tblCustomers_IsActive DEFAULT 1,
    Rating tinyint NULL CONSTRAINT CK_tblCustomers_Rating CHECK (Rating BETWEEN 1 AND 5),
    Notes nvarchar(max) NULL,
    Logo varbinary(max) NULL,
    -- Neither has a default: the service fills both on INSERT.
    RowGuid uniqueidentifier NOT NULL CONSTRAINT UQ_tblCustomers_RowGuid UNIQUE,
    DateEntered datetime2(3) NOT NULL,
    ExternalGuid uniqueidentifier NULL,
    LastContact date NULL,
    CONSTRAINT CK_tblCustomers_CreditUsed CHECK (CreditUsed >= 0)
);
-- Filtered, because UNIQUE takes NULL for a value here: one vendor without a code would be the last.
CREATE UNIQUE INDEX UQ_tblCustomers_VendorCode ON dbo.tblCustomers (VendorCode) WHERE VendorCode IS NOT NULL;
CREATE INDEX IX_tblCustomers_VendorName ON dbo.tblCustomers (VendorName);
CREATE INDEX IX_tblCustomers_Country ON dbo.tblCustomers (Country);

CREATE TABLE dbo.tblContracts (
    ContractId bigint IDENTITY(1,1) NOT NULL CONSTRAINT PK_tblContracts PRIMARY KEY,
    ContractNumber nvarchar(30) NOT NULL CONSTRAINT UQ_tblContracts_ContractNumber UNIQUE,
    CustomerId bigint NOT NULL CONSTRAINT FK_tblContracts_CustomerId REFERENCES dbo.tblCustomers (CustomerId),
    Title nvarchar(200) NOT NULL,
    Status nvarchar(20) NOT NULL CONSTRAINT DF_tblContracts_Status DEFAULT N'Draft'
        CONSTRAINT CK_tblContracts_Status CHECK (Status IN (N'Draft', N'Active', N'Expired', N'Terminated')),
    Amount decimal(18,2) NULL,
    AnnualFee money NULL,
    StartDate date NULL,
    EndDate date NULL,
    SignedAt datetimeoffset(0) NULL,
    RenewalTime time(0) NULL,
    AutoRenew bit NOT NULL CONSTRAINT DF_tblContracts_AutoRenew DEFAULT 0,
    EntryDate datetime2(0) NOT NULL CONSTRAINT DF_tblContracts_EntryDate DEFAULT SYSUTCDATETIME(),
    Version rowversion NOT NULL,
    CONSTRAINT CK_tblContracts_Dates CHECK (EndDate >= StartDate)
);
CREATE INDEX IX_tblContracts_CustomerId ON dbo.tblContracts (CustomerId);

CREATE TABLE dbo.tblEmployees (
    EmployeeId bigint IDENTITY(1,1) NOT NULL CONSTRAINT PK_tblEmployees PRIMARY KEY,
    UserName nvarchar(50) NOT NULL CONSTRAINT UQ_tblEmployees_UserName UNIQUE,
    -- To be declared a password column: it is then neither written nor read through the API.
    PasswordHash nvarchar(200) NULL,
    FullName nvarchar(100) NOT NULL,
    Email nvarchar(254) NULL,
    Department nvarchar(40) NULL,
    ManagerId bigint NULL CONSTRAINT FK_tblEmployees_ManagerId REFERENCES dbo.tblEmployees (EmployeeId),
    HourlyRate smallmoney NULL,
    WeeklyHours real NULL,
    HiredOn date NULL,
    IsActive bit NOT NULL CONSTRAINT DF_tblEmployees_IsActive DEFAULT 1,
    CreatedDate datetime2(0) NOT NULL CONSTRAINT DF_tblEmployees_CreatedDate DEFAULT SYSUTCDATETIME()
);

-- Many rows: more invoices are open than one request may change.
CREATE TABLE dbo.tblInvoices (
    InvoiceId bigint IDENTITY(1,1) NOT NULL CONSTRAINT PK_tblInvoices PRIMARY KEY,
    InvoiceNumber nvarchar(20) NOT NULL CONSTRAINT UQ_tblInvoices_InvoiceNumber UNIQUE,
    CustomerId bigint NOT NULL CONSTRAINT FK_tblInvoices_CustomerId REFERENCES dbo.tblCustomers (CustomerId),
    Status nvarchar(10) NOT NULL,
    Amount decimal(12,2) NOT NULL,
    IssuedOn date NOT NULL,
    DueOn date NOT NULL,
    Reminders smallint NOT NULL CONSTRAINT DF_tblInvoices_Reminders DEFAULT 0
);
CREATE INDEX IX_tblInvoices_Status ON dbo.tblInvoices (Status);
CREATE INDEX IX_tblInvoices_CustomerId ON dbo.tblInvoices (CustomerId);
GO

CREATE VIEW dbo.vwContracts AS
SELECT c.ContractNumber, c.Title, c.Status, c.Amount, v.VendorName, v.City
FROM dbo.tblContracts AS c
JOIN dbo.tblCustomers AS v ON v.CustomerId = c.CustomerId;
GO

-- Holds other programs to what the service holds its callers to.
CREATE TRIGGER dbo.TR_tblContracts_EntryDate ON dbo.tblContracts AFTER UPDATE AS
BEGIN
    SET NOCOUNT ON;
    IF EXISTS (
        SELECT 1
        FROM inserted AS i
        JOIN deleted AS d ON d.ContractId = i.ContractId
        WHERE i.EntryDate <> d.EntryDate
    )
        THROW 50001, N'EntryDate says when a contract was entered and does not change', 1;
END;
