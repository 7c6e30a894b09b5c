-- Invented data, row for row that of sql/sqlite/demo_data.sql: one batch, for the tables that demo_schema.sql has
-- just made, in the same transaction. Keys are written out because rows of other tables refer to them; the next
-- one generated follows the highest.

INSERT INTO dbo.tblCountries (CountryCode, CountryName, IsEuMember) VALUES
    (N'AT', N'Austria', 1),
    (N'BE', N'Belgium', 1),
    (N'CH', N'Switzerland', 0),
    (N'DE', N'Germany', 1),
    (N'DK', N'Denmark', 1),
    (N'ES', N'Spain', 1),
    (N'FR', N'France', 1),
    (N'GB', N'United Kingdom', 0),
    (N'GR', N'Greece', 1),
    (N'IT', N'Italy', 1),
    (N'JP', N'Japan', 0),
    (N'NL', N'Netherlands', 1),
    (N'PL', N'Poland', 1),
    (N'SE', N'Sweden', 1),
    (N'US', N'United States', 0);

SET IDENTITY_INSERT dbo.tblCustomers ON;
INSERT INTO dbo.tblCustomers (CustomerId, VendorName, VendorCode, City, Country, Email, Phone, CreditLimit, CreditUsed, IsActive, Rating, Notes, Logo, RowGuid, DateEntered, ExternalGuid, LastContact) VALUES
    (1, N'Acme Supplies', N'ACME-PAR', N'Paris', N'FR', N'paris@acme-supplies.example', '+33 1 5550 0101', 50000.00, 12500.50, 1, 4, N'Head office for office supplies.', 0x89504E470D0A1A0A, 'd23f0824-128b-4f33-8c5c-7fd0a6a3a450', '2019-01-01T08:00:00.25', '6513270e-269e-4d37-b2a7-4de452e6b438', '2024-01-01'),
    (2, N'Acme Supplies', N'ACME-LYS', N'Lyon', N'FR', N'lyon@acme-supplies.example', '+33 4 5550 0102', 20000.00, 0.00, 1, 4, NULL, NULL, '9531985d-5d9d-49f8-9818-e811892f902b', '2020-06-08T09:13:29', NULL, '2024-04-12'),
    (3, N'Acme Supplies', N'ACME-ROM', N'Rome', N'IT', N'roma@acme-supplies.example', '+39 06 5550 103', 15000.00, 14999.99, 1, 3, NULL, NULL, '36f675cc-81e7-4ef5-a8e2-5d940ed90475', '2021-11-15T10:26:58', NULL, '2024-07-23'),
    (4, N'Acme Supplies', N'ACME-BER', N'Berlin', N'DE', N'berlin@acme-supplies.example', '+49 30 5550104', 30000.00, 7200.10, 1, 5, NULL, NULL, '6b0d549b-6f03-475a-9600-a35a099950d8', '2022-04-22T11:39:27.25', NULL, NULL),
    (5, N'Acme Supplies', N'ACME-MAD', N'Madrid', N'ES', N'madrid@acme-supplies.example', NULL, NULL, 0.00, 0, 2, N'Closed in 2023; invoices still come in.', NULL, '8d116ece-1738-47d9-bd9c-172411e20b8f', '2023-09-01T12:52:56', NULL, '2024-01-17'),
    (6, N'Acme Logistics', N'ACLO-01', N'Rotterdam', N'NL', N'desk@acme-logistics.example', '+31 10 5550105', 80000.00, 41250.75, 1, 4, NULL, NULL, 'a170b338-3926-4059-b28c-105d1fb17c23', '2024-02-08T13:05:25', '90c192cf-d3ac-44af-8f21-ddb66cad4a26', '2024-04-28'),
    (7, N'Blue Harbour Shipping', N'BLUE-01', N'Copenhagen', N'DK', N'ops@blue-harbour.example', '+45 3555 0106', 120000.00, 98000.00, 1, 5, NULL, 0x89504E470D0A1A0A, '0fd630f1-f29d-4da9-953f-48f1a09f76b5', '2019-07-15T14:18:54.25', NULL, '2024-07-11'),
    (8, N'Café Zürich Catering', N'CAFE-01', N'Zürich', N'CH', N'bestellung@cafe-zuerich.example', '+41 44 555 01 07', 5000.00, 480.20, 1, 5, N'Lunch on Tuesdays & Thursdays; 100% vegetarian.', NULL, '0cb1e29c-658c-4a14-95e6-0af593bd04cf', '2020-12-22T15:31:23', NULL, NULL),
    (9, N'Delta_Print', N'DELT-01', N'Ghent', N'BE', N'print@delta-print.example', NULL, 2500.00, 0.00, 1, NULL, NULL, NULL, '8e81973e-0bec-47b0-b898-d190f9ebdacc', '2021-05-01T16:44:52', NULL, '2024-01-05'),
    (10, N'Ännchen & Söhne GmbH', N'AENN-01', N'Leipzig', N'DE', N'kontor@aennchen.example', '+49 341 5550108', 9000.00, 8999.99, 1, 3, NULL, NULL, '6b4cb242-4a23-4596-a217-beaddbc496cb', '2022-10-08T08:57:21.25', NULL, '2024-04-16'),
    (11, N'Σίσυφος Μεταφορές', N'SISY-01', N'Athens', N'GR', N'info@sisyfos.example', NULL, 12000.00, 300.00, 1, 4, NULL, NULL, 'ae97ba94-d0ed-482f-8f6d-05584ef8aa38', '2023-03-15T09:10:50', '92276658-1e27-41c0-8a6a-63ec24ede6a4', '2024-07-27'),
    (12, N'OMalley Facilities', N'OMAL-01', N'London', N'GB', N'hello@omalley.example', '+44 20 5550 0109', 45000.00, 22310.40, 1, 4, NULL, NULL, '923a7369-94e3-4f91-9a61-dbe22e44158b', '2024-08-22T10:23:19', NULL, NULL),
    (13, N'Kestrel Software', N'KEST-01', N'Warsaw', N'PL', N'sales@kestrel.example', '+48 22 555 01 10', 250000.00, 125000.00, 1, 5, N'Framework agreement until 2027.', NULL, '18f135d2-5f55-4203-b018-50c5a38fd547', '2019-01-01T11:36:48.25', NULL, '2024-01-21'),
    (14, N'Larch & Birch Furniture', N'LARC-01', N'Malmö', N'SE', N'order@larch-birch.example', NULL, 18000.00, 2750.00, 1, 3, NULL, NULL, '907a70c3-1012-4037-b64c-e4228c38fb29', '2020-06-08T12:49:17', NULL, '2024-04-04'),
    (15, N'Monte Verde Coffee', N'MONT-01', N'Milan', N'IT', N'ciao@monteverde.example', '+39 02 5550 111', 4000.00, 1234.56, 1, 5, NULL, NULL, '7f150524-34b9-45df-9e77-69b10f4205b4', '2021-11-15T13:02:46', NULL, '2024-07-15'),
    (16, N'Nakamura Instruments', N'NAKA-01', N'Osaka', N'JP', N'info@nakamura.example', '+81 6 5550 0112', 60000.00, 0.00, 1, 4, NULL, NULL, 'ec66a787-95e7-41d1-b731-af10506bf2ef', '2022-04-22T14:15:15.25', 'c6f87718-6d76-407e-881e-d162ae2eb154', NULL),
    (17, N'Orchard Data Centers', N'ORCH-01', N'Austin', N'US', N'noc@orchard-dc.example', '+1 512 555 0113', 500000.00, 312000.25, 1, 4, NULL, NULL, '3f98e277-4cbd-47ad-9c90-a9587403e430', '2023-09-01T15:28:44', NULL, '2024-01-09'),
    (18, N'Pelican Cleaning', N'PELI-01', N'Paris', N'FR', N'contact@pelican.example', NULL, 3500.00, 3400.00, 0, 2, N'Terminated: 50%[sic] of visits missed.', NULL, 'c7a2ea20-b2f1-4c94-ae05-319acb5c7427', '2024-02-08T16:41:13', NULL, '2024-04-20'),
    (19, N'Quarry Stone Works', N'QUAR-01', N'Graz', N'AT', N'buero@quarry.example', NULL, NULL, 0.00, 1, NULL, NULL, NULL, '4cdd2055-930d-4eaf-94f4-733f3e7d1bfb', '2019-07-15T08:54:42.25', NULL, '2024-07-03'),
    (20, N'Red Kite Legal', N'REDK-01', N'London', N'GB', N'office@redkite.example', '+44 20 5550 0114', 75000.00, 15000.00, 1, 5, NULL, NULL, '57ee05cd-e009-42c7-bebf-f20686734721', '2020-12-22T09:07:11', NULL, NULL),
    (21, N'Saffron Travel', N'SAFF-01', N'Barcelona', N'ES', N'hola@saffron.example', '+34 93 555 01 15', 22000.00, 19999.95, 1, 3, NULL, NULL, '830e07bc-1e39-4f10-92bd-4acefaecbd38', '2021-05-01T10:20:40', '9be4bcfc-49b6-4a08-b2e6-cc3ababced20', '2024-01-25'),
    (22, N'Tidewater Energy', N'TIDE-01', N'Hamburg', N'DE', N'kunden@tidewater.example', NULL, 95000.00, 64000.00, 1, 4, NULL, NULL, '5790f82e-c1d3-4cff-aa3a-f4d46b0a18e8', '2022-10-08T11:33:09.25', NULL, '2024-04-08'),
    (23, N'Umbra Security', N'UMBR-01', N'Vienna', N'AT', N'wache@umbra.example', '+43 1 555 01 16', 33000.00, 11000.00, 1, 4, NULL, NULL, '6bf46c69-7d2c-4f82-aeea-cbe226e87555', '2023-03-15T12:46:38', NULL, '2024-07-19'),
    (24, N'Vesper Publishing', NULL, N'Lyon', N'FR', NULL, NULL, NULL, 0.00, 1, NULL, NULL, NULL, '13deef86-ab10-41d0-b646-e1f40a097c97', '2024-08-22T13:59:07', NULL, NULL);
SET IDENTITY_INSERT dbo.tblCustomers OFF;

SET IDENTITY_INSERT dbo.tblContracts ON;
INSERT INTO dbo.tblContracts (ContractId, ContractNumber, CustomerId, Title, Status, Amount, AnnualFee, StartDate, EndDate, SignedAt, RenewalTime, AutoRenew, EntryDate) VALUES
    (1, N'C-2021-001', 1, N'Office supplies, France', N'Active', 48000.00, 1200.00, '2021-01-01', '2025-12-31', '2020-12-14T16:30:00+01:00', '23:30:00', 1, '2020-12-15T08:01:10'),
    (2, N'C-2021-002', 6, N'Road freight, Benelux', N'Active', 310000.00, 9500.5000, '2021-04-01', '2026-03-31', '2021-03-22T11:00:00+02:00', '00:00:00', 1, '2021-03-22T12:30:00'),
    (3, N'C-2021-003', 12, N'Building maintenance, London', N'Expired', 88000.00, NULL, '2021-05-01', '2023-04-30', '2021-04-19T09:15:00+01:00', NULL, 0, '2021-04-20T09:00:00'),
    (4, N'C-2022-001', 13, N'Licences and support 2022-2027', N'Active', 1250000.00, 250000.0000, '2022-02-01', '2027-01-31', '2022-01-27T15:45:00+01:00', '12:00:00', 1, '2022-01-28T07:59:59'),
    (5, N'C-2022-002', 17, N'Colocation, two racks', N'Active', 420000.00, 35000.1250, '2022-06-15', '2025-06-14', '2022-06-01T10:00:00-05:00', '06:00:00', 1, '2022-06-02T13:20:00'),
    (6, N'C-2022-003', 18, N'Cleaning, Paris office', N'Terminated', 36000.00, NULL, '2022-09-01', '2024-08-31', '2022-08-25T17:05:00+02:00', NULL, 0, '2022-08-26T10:10:10'),
    (7, N'C-2023-001', 7, N'Sea freight, Baltic', N'Active', 640000.00, 18000.0000, '2023-01-01', NULL, '2022-12-20T13:00:00+01:00', '23:59:59', 0, '2022-12-20T14:00:00'),
    (8, N'C-2023-002', 20, N'Legal advice, retainer', N'Active', 60000.00, 5000.0000, '2023-03-01', '2026-02-28', '2023-02-27T18:20:00+00:00', NULL, 1, '2023-02-28T08:45:00'),
    (9, N'C-2023-003', 8, N'Catering', N'Active', 9600.00, NULL, '2023-10-01', NULL, '2023-09-18T12:00:00+02:00', '11:30:00', 0, '2023-09-18T12:15:00'),
    (10, N'C-2024-001', 22, N'Electricity 2024', N'Expired', 72000.00, 0.0000, '2024-01-01', '2024-12-31', '2023-11-30T08:00:00+01:00', NULL, 0, '2023-11-30T09:30:00'),
    (11, N'C-2024-002', 16, N'Measuring instruments, service', N'Draft', 15500.00, NULL, '2024-07-01', '2025-06-30', NULL, NULL, 0, '2024-05-13T06:40:00'),
    (12, N'C-2024-003', 23, N'Guarding, Vienna', N'Draft', NULL, NULL, NULL, NULL, NULL, NULL, 0, '2024-06-03T10:00:00');
SET IDENTITY_INSERT dbo.tblContracts OFF;

SET IDENTITY_INSERT dbo.tblEmployees ON;
INSERT INTO dbo.tblEmployees (EmployeeId, UserName, PasswordHash, FullName, Email, Department, ManagerId, HourlyRate, WeeklyHours, HiredOn, IsActive, CreatedDate) VALUES
    (1, N'm.okafor', N'demo-hash-m.okafor', N'Maya Okafor', N'm.okafor@upsertd.example', N'Procurement', NULL, 62.5000, 40, '2016-03-01', 1, '2016-03-01T08:00:00'),
    (2, N'j.lindqvist', N'demo-hash-j.lindqvist', N'Jonas Lindqvist', N'j.lindqvist@upsertd.example', N'Procurement', 1, 41.2500, 37.5, '2019-08-19', 1, '2019-08-19T08:00:00'),
    (3, N's.marchetti', N'demo-hash-s.marchetti', N'Sofia Marchetti', N's.marchetti@upsertd.example', N'Legal', 1, 58.0000, 32, '2018-01-08', 1, '2018-01-08T08:00:00'),
    (4, N't.nguyen', N'demo-hash-t.nguyen', N'Thi Nguyen', N't.nguyen@upsertd.example', N'Finance', 1, 47.9950, 40, '2020-11-02', 1, '2020-11-02T08:00:00'),
    (5, N'r.gruber', N'demo-hash-r.gruber', N'Renate Gruber', N'r.gruber@upsertd.example', N'Finance', 4, 36.0000, 20, '2022-05-16', 1, '2022-05-16T08:00:00'),
    (6, N'p.delacroix', N'demo-hash-p.delacroix', N'Paul Delacroix', N'p.delacroix@upsertd.example', N'Facilities', 1, 29.7500, 40, '2015-09-14', 0, '2015-09-14T08:00:00');
SET IDENTITY_INSERT dbo.tblEmployees OFF;

-- 501 open invoices, 500 overdue ones, 199 paid ones.
SET IDENTITY_INSERT dbo.tblInvoices ON;
INSERT INTO dbo.tblInvoices (InvoiceId, InvoiceNumber, CustomerId, Status, Amount, IssuedOn, DueOn, Reminders)
SELECT
    n,
    N'INV-' + RIGHT(N'0000' + CAST(n AS nvarchar(5)), 5),
    1 + n % 24,
    CASE WHEN n <= 501 THEN N'Open' WHEN n <= 1001 THEN N'Overdue' ELSE N'Paid' END,
    CAST((1000 + n * 7919 % 90000) / 100.0 AS decimal(12,2)),
    DATEADD(day, n % 300, CAST('2024-01-01' AS date)),
    DATEADD(day, n % 300 + 30, CAST('2024-01-01' AS date)),
    CASE WHEN n BETWEEN 502 AND 1001 THEN n % 3 ELSE 0 END
FROM (
    SELECT 1000 * thousands.d + 100 * hundreds.d + 10 * tens.d + ones.d AS n
    FROM (VALUES (0), (1)) AS thousands (d)
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS hundreds (d)
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS tens (d)
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS ones (d)
) AS numbers
WHERE n BETWEEN 1 AND 1200;
SET IDENTITY_INSERT dbo.tblInvoices OFF;
