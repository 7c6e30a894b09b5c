-- The demo's tables, declared with T-SQL type names; SQLite needs quotes round those with "(max)".
-- The service checks lengths, ranges and scales by these names, SQLite itself does not.

CREATE TABLE tblCountries (
    CountryCode nchar(2) NOT NULL PRIMARY KEY COLLATE NOCASE CHECK (length(CountryCode) = 2),
    CountryName nvarchar(80) NOT NULL COLLATE NOCASE,
    IsEuMember bit NOT NULL DEFAULT 0
);

-- Vendors and other companies dealt with.
CREATE TABLE tblCustomers (
    CustomerId INTEGER PRIMARY KEY AUTOINCREMENT,
    VendorName nvarchar(100) NOT NULL COLLATE NOCASE,
    VendorCode nvarchar(20) NULL UNIQUE COLLATE NOCASE,
    City nvarchar(60) NULL COLLATE NOCASE,
    Country nchar(2) NULL COLLATE NOCASE REFERENCES tblCountries (CountryCode),
    Email nvarchar(254) NULL COLLATE NOCASE,
    Phone varchar(30) NULL,
    CreditLimit decimal(12,2) NULL,
    CreditUsed decimal(12,2) NOT NULL DEFAULT 0,
    -- ROUND: SQLite subtracts floats.
    CreditAvailable decimal(12,2) GENERATED ALWAYS AS (ROUND(CreditLimit - CreditUsed, 2)) VIRTUAL,
    IsActive bit NOT NULL DEFAULT 1,
    Rating tinyint NULL CONSTRAINT CK_tblCustomers_Rating CHECK (Rating BETWEEN 1 AND 5),
    Notes "nvarchar(max)" NULL,
    Logo "varbinary(max)" NULL,
    -- Neither has a default: the service fills both on INSERT.
    RowGuid uniqueidentifier NOT NULL UNIQUE,
    DateEntered datetime2(3) NOT NULL,
    ExternalGuid uniqueidentifier NULL,
    LastContact date NULL,
    CONSTRAINT CK_tblCustomers_CreditUsed CHECK (CreditUsed >= 0)
);
CREATE INDEX IX_tblCustomers_VendorName ON tblCustomers (VendorName);
CREATE INDEX IX_tblCustomers_Country ON tblCustomers (Country);

CREATE TABLE tblContracts (
    ContractId INTEGER PRIMARY KEY AUTOINCREMENT,
    ContractNumber nvarchar(30) NOT NULL UNIQUE COLLATE NOCASE,
    CustomerId bigint NOT NULL REFERENCES tblCustomers (CustomerId),
    Title nvarchar(200) NOT NULL COLLATE NOCASE,
    Status nvarchar(20) NOT NULL DEFAULT 'Draft' COLLATE NOCASE
        CONSTRAINT CK_tblContracts_Status CHECK (Status IN ('Draft', 'Active', 'Expired', 'Terminated')),
    Amount decimal(18,2) NULL,
    AnnualFee money NULL,
    StartDate date NULL,
    EndDate date NULL,
    SignedAt datetimeoffset(0) NULL,
    RenewalTime time(0) NULL,
    AutoRenew bit NOT NULL DEFAULT 0,
    EntryDate datetime2(0) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    Version rowversion NOT NULL DEFAULT (randomblob(8)),
    CONSTRAINT CK_tblContracts_Dates CHECK (EndDate >= StartDate)
);
CREATE INDEX IX_tblContracts_CustomerId ON tblContracts (CustomerId);

-- SQL Server stamps a rowversion by itself.
CREATE TRIGGER TR_tblContracts_Version AFTER UPDATE ON tblContracts
WHEN NEW.Version IS OLD.Version
BEGIN
    UPDATE tblContracts SET Version = randomblob(8) WHERE ContractId = NEW.ContractId;
END;

CREATE TABLE tblEmployees (
    EmployeeId INTEGER PRIMARY KEY AUTOINCREMENT,
    UserName nvarchar(50) NOT NULL UNIQUE COLLATE NOCASE,
    -- To be declared a password column: it is then neither written nor read through the API.
    PasswordHash nvarchar(200) NULL,
    FullName nvarchar(100) NOT NULL COLLATE NOCASE,
    Email nvarchar(254) NULL COLLATE NOCASE,
    Department nvarchar(40) NULL COLLATE NOCASE,
    ManagerId bigint NULL REFERENCES tblEmployees (EmployeeId),
    HourlyRate smallmoney NULL,
    WeeklyHours real NULL,
    HiredOn date NULL,
    IsActive bit NOT NULL DEFAULT 1,
    CreatedDate datetime2(0) NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Many rows: more invoices are open than one request may change.
CREATE TABLE tblInvoices (
    InvoiceId INTEGER PRIMARY KEY AUTOINCREMENT,
    InvoiceNumber nvarchar(20) NOT NULL UNIQUE COLLATE NOCASE,
    CustomerId bigint NOT NULL REFERENCES tblCustomers (CustomerId),
    Status nvarchar(10) NOT NULL COLLATE NOCASE,
    Amount decimal(12,2) NOT NULL,
    IssuedOn date NOT NULL,
    DueOn date NOT NULL,
    Reminders smallint NOT NULL DEFAULT 0
);
CREATE INDEX IX_tblInvoices_Status ON tblInvoices (Status);
CREATE INDEX IX_tblInvoices_CustomerId ON tblInvoices (CustomerId);

CREATE VIEW vwContracts AS
SELECT c.ContractNumber, c.Title, c.Status, c.Amount, v.VendorName, v.City
FROM tblContracts AS c
JOIN tblCustomers AS v ON v.CustomerId = c.CustomerId;
