-- Invented data. Five vendors are named 'Acme Supplies' and none 'Northwind Traders'.

INSERT INTO tblCountries (CountryCode, CountryName, IsEuMember) VALUES
    ('AT', 'Austria', 1),
    ('BE', 'Belgium', 1),
    ('CH', 'Switzerland', 0),
    ('DE', 'Germany', 1),
    ('DK', 'Denmark', 1),
    ('ES', 'Spain', 1),
    ('FR', 'France', 1),
    ('GB', 'United Kingdom', 0),
    ('GR', 'Greece', 1),
    ('IT', 'Italy', 1),
    ('JP', 'Japan', 0),
    ('NL', 'Netherlands', 1),
    ('PL', 'Poland', 1),
    ('SE', 'Sweden', 1),
    ('US', 'United States', 0);

INSERT INTO tblCustomers (VendorName, VendorCode, City, Country, Email, Phone, CreditLimit, CreditUsed, IsActive, Rating, Notes, Logo, RowGuid, DateEntered, ExternalGuid, LastContact) VALUES
    ('Acme Supplies', 'ACME-PAR', 'Paris', 'FR', 'paris@acme-supplies.example', '+33 1 5550 0101', 50000.00, 12500.50, 1, 4, 'Head office for office supplies.', X'89504E470D0A1A0A', 'd23f0824-128b-4f33-8c5c-7fd0a6a3a450', '2019-01-01 08:00:00.25', '6513270e-269e-4d37-b2a7-4de452e6b438', '2024-01-01'),
    ('Acme Supplies', 'ACME-LYS', 'Lyon', 'FR', 'lyon@acme-supplies.example', '+33 4 5550 0102', 20000.00, 0.00, 1, 4, NULL, NULL, '9531985d-5d9d-49f8-9818-e811892f902b', '2020-06-08 09:13:29', NULL, '2024-04-12'),
    ('Acme Supplies', 'ACME-ROM', 'Rome', 'IT', 'roma@acme-supplies.example', '+39 06 5550 103', 15000.00, 14999.99, 1, 3, NULL, NULL, '36f675cc-81e7-4ef5-a8e2-5d940ed90475', '2021-11-15 10:26:58', NULL, '2024-07-23'),
    ('Acme Supplies', 'ACME-BER', 'Berlin', 'DE', 'berlin@acme-supplies.example', '+49 30 5550104', 30000.00, 7200.10, 1, 5, NULL, NULL, '6b0d549b-6f03-475a-9600-a35a099950d8', '2022-04-22 11:39:27.25', NULL, NULL),
    ('Acme Supplies', 'ACME-MAD', 'Madrid', 'ES', 'madrid@acme-supplies.example', NULL, NULL, 0.00, 0, 2, 'Closed in 2023; invoices still come in.', NULL, '8d116ece-1738-47d9-bd9c-172411e20b8f', '2023-09-01 12:52:56', NULL, '2024-01-17'),
    ('Acme Logistics', 'ACLO-01', 'Rotterdam', 'NL', 'desk@acme-logistics.example', '+31 10 5550105', 80000.00, 41250.75, 1, 4, NULL, NULL, 'a170b338-3926-4059-b28c-105d1fb17c23', '2024-02-08 13:05:25', '90c192cf-d3ac-44af-8f21-ddb66cad4a26', '2024-04-28'),
    ('Blue Harbour Shipping', 'BLUE-01', 'Copenhagen', 'DK', 'ops@blue-harbour.example', '+45 3555 0106', 120000.00, 98000.00, 1, 5, NULL, X'89504E470D0A1A0A', '0fd630f1-f29d-4da9-953f-48f1a09f76b5', '2019-07-15 14:18:54.25', NULL, '2024-07-11'),
    ('Café Zürich Catering', 'CAFE-01', 'Zürich', 'CH', 'bestellung@cafe-zuerich.example', '+41 44 555 01 07', 5000.00, 480.20, 1, 5, 'Lunch on Tuesdays & Thursdays; 100% vegetarian.', NULL, '0cb1e29c-658c-4a14-95e6-0af593bd04cf', '2020-12-22 15:31:23', NULL, NULL),
    ('Delta_Print', 'DELT-01', 'Ghent', 'BE', 'print@delta-print.example', NULL, 2500.00, 0.00, 1, NULL, NULL, NULL, '8e81973e-0bec-47b0-b898-d190f9ebdacc', '2021-05-01 16:44:52', NULL, '2024-01-05'),
    ('Ännchen & Söhne GmbH', 'AENN-01', 'Leipzig', 'DE', 'kontor@aennchen.example', '+49 341 5550108', 9000.00, 8999.99, 1, 3, NULL, NULL, '6b4cb242-4a23-4596-a217-beaddbc496cb', '2022-10-08 08:57:21.25', NULL, '2024-04-16'),
    ('Σίσυφος Μεταφορές', 'SISY-01', 'Athens', 'GR', 'info@sisyfos.example', NULL, 12000.00, 300.00, 1, 4, NULL, NULL, 'ae97ba94-d0ed-482f-8f6d-05584ef8aa38', '2023-03-15 09:10:50', '92276658-1e27-41c0-8a6a-63ec24ede6a4', '2024-07-27'),
    ('OMalley Facilities', 'OMAL-01', 'London', 'GB', 'hello@omalley.example', '+44 20 5550 0109', 45000.00, 22310.40, 1, 4, NULL, NULL, '923a7369-94e3-4f91-9a61-dbe22e44158b', '2024-08-22 10:23:19', NULL, NULL),
    ('Kestrel Software', 'KEST-01', 'Warsaw', 'PL', 'sales@kestrel.example', '+48 22 555 01 10', 250000.00, 125000.00, 1, 5, 'Framework agreement until 2027.', NULL, '18f135d2-5f55-4203-b018-50c5a38fd547', '2019-01-01 11:36:48.25', NULL, '2024-01-21'),
    ('Larch & Birch Furniture', 'LARC-01', 'Malmö', 'SE', 'order@larch-birch.example', NULL, 18000.00, 2750.00, 1, 3, NULL, NULL, '907a70c3-1012-4037-b64c-e4228c38fb29', '2020-06-08 12:49:17', NULL, '2024-04-04'),
    ('Monte Verde Coffee', 'MONT-01', 'Milan', 'IT', 'ciao@monteverde.example', '+39 02 5550 111', 4000.00, 1234.56, 1, 5, NULL, NULL, '7f150524-34b9-45df-9e77-69b10f4205b4', '2021-11-15 13:02:46', NULL, '2024-07-15'),
    ('Nakamura Instruments', 'NAKA-01', 'Osaka', 'JP', 'info@nakamura.example', '+81 6 5550 0112', 60000.00, 0.00, 1, 4, NULL, NULL, 'ec66a787-95e7-41d1-b731-af10506bf2ef', '2022-04-22 14:15:15.25', 'c6f87718-6d76-407e-881e-d162ae2eb154', NULL),
    ('Orchard Data Centers', 'ORCH-01', 'Austin', 'US', 'noc@orchard-dc.example', '+1 512 555 0113', 500000.00, 312000.25, 1, 4, NULL, NULL, '3f98e277-4cbd-47ad-9c90-a9587403e430', '2023-09-01 15:28:44', NULL, '2024-01-09'),
    ('Pelican Cleaning', 'PELI-01', 'Paris', 'FR', 'contact@pelican.example', NULL, 3500.00, 3400.00, 0, 2, 'Terminated: 50%[sic] of visits missed.', NULL, 'c7a2ea20-b2f1-4c94-ae05-319acb5c7427', '2024-02-08 16:41:13', NULL, '2024-04-20'),
    ('Quarry Stone Works', 'QUAR-01', 'Graz', 'AT', 'buero@quarry.example', NULL, NULL, 0.00, 1, NULL, NULL, NULL, '4cdd2055-930d-4eaf-94f4-733f3e7d1bfb', '2019-07-15 08:54:42.25', NULL, '2024-07-03'),
    ('Red Kite Legal', 'REDK-01', 'London', 'GB', 'office@redkite.example', '+44 20 5550 0114', 75000.00, 15000.00, 1, 5, NULL, NULL, '57ee05cd-e009-42c7-bebf-f20686734721', '2020-12-22 09:07:11', NULL, NULL),
    ('Saffron Travel', 'SAFF-01', 'Barcelona', 'ES', 'hola@saffron.example', '+34 93 555 01 15', 22000.00, 19999.95, 1, 3, NULL, NULL, '830e07bc-1e39-4f10-92bd-4acefaecbd38', '2021-05-01 10:20:40', '9be4bcfc-49b6-4a08-b2e6-cc3ababced20', '2024-01-25'),
    ('Tidewater Energy', 'TIDE-01', 'Hamburg', 'DE', 'kunden@tidewater.example', NULL, 95000.00, 64000.00, 1, 4, NULL, NULL, '5790f82e-c1d3-4cff-aa3a-f4d46b0a18e8', '2022-10-08 11:33:09.25', NULL, '2024-04-08'),
    ('Umbra Security', 'UMBR-01', 'Vienna', 'AT', 'wache@umbra.example', '+43 1 555 01 16', 33000.00, 11000.00, 1, 4, NULL, NULL, '6bf46c69-7d2c-4f82-aeea-cbe226e87555', '2023-03-15 12:46:38', NULL, '2024-07-19'),
    ('Vesper Publishing', NULL, 'Lyon', 'FR', NULL, NULL, NULL, 0.00, 1, NULL, NULL, NULL, '13deef86-ab10-41d0-b646-e1f40a097c97', '2024-08-22 13:59:07', NULL, NULL);

INSERT INTO tblContracts (ContractNumber, CustomerId, Title, Status, Amount, AnnualFee, StartDate, EndDate, SignedAt, RenewalTime, AutoRenew, EntryDate) VALUES
    ('C-2021-001', 1, 'Office supplies, France', 'Active', 48000.00, 1200.00, '2021-01-01', '2025-12-31', '2020-12-14 16:30:00+01:00', '23:30:00', 1, '2020-12-15 08:01:10'),
    ('C-2021-002', 6, 'Road freight, Benelux', 'Active', 310000.00, 9500.5000, '2021-04-01', '2026-03-31', '2021-03-22 11:00:00+02:00', '00:00:00', 1, '2021-03-22 12:30:00'),
    ('C-2021-003', 12, 'Building maintenance, London', 'Expired', 88000.00, NULL, '2021-05-01', '2023-04-30', '2021-04-19 09:15:00+01:00', NULL, 0, '2021-04-20 09:00:00'),
    ('C-2022-001', 13, 'Licences and support 2022-2027', 'Active', 1250000.00, 250000.0000, '2022-02-01', '2027-01-31', '2022-01-27 15:45:00+01:00', '12:00:00', 1, '2022-01-28 07:59:59'),
    ('C-2022-002', 17, 'Colocation, two racks', 'Active', 420000.00, 35000.1250, '2022-06-15', '2025-06-14', '2022-06-01 10:00:00-05:00', '06:00:00', 1, '2022-06-02 13:20:00'),
    ('C-2022-003', 18, 'Cleaning, Paris office', 'Terminated', 36000.00, NULL, '2022-09-01', '2024-08-31', '2022-08-25 17:05:00+02:00', NULL, 0, '2022-08-26 10:10:10'),
    ('C-2023-001', 7, 'Sea freight, Baltic', 'Active', 640000.00, 18000.0000, '2023-01-01', NULL, '2022-12-20 13:00:00+01:00', '23:59:59', 0, '2022-12-20 14:00:00'),
    ('C-2023-002', 20, 'Legal advice, retainer', 'Active', 60000.00, 5000.0000, '2023-03-01', '2026-02-28', '2023-02-27 18:20:00+00:00', NULL, 1, '2023-02-28 08:45:00'),
    ('C-2023-003', 8, 'Catering', 'Active', 9600.00, NULL, '2023-10-01', NULL, '2023-09-18 12:00:00+02:00', '11:30:00', 0, '2023-09-18 12:15:00'),
    ('C-2024-001', 22, 'Electricity 2024', 'Expired', 72000.00, 0.0000, '2024-01-01', '2024-12-31', '2023-11-30 08:00:00+01:00', NULL, 0, '2023-11-30 09:30:00'),
    ('C-2024-002', 16, 'Measuring instruments, service', 'Draft', 15500.00, NULL, '2024-07-01', '2025-06-30', NULL, NULL, 0, '2024-05-13 06:40:00'),
    ('C-2024-003', 23, 'Guarding, Vienna', 'Draft', NULL, NULL, NULL, NULL, NULL, NULL, 0, '2024-06-03 10:00:00');

INSERT INTO tblEmployees (UserName, PasswordHash, FullName, Email, Department, ManagerId, HourlyRate, WeeklyHours, HiredOn, IsActive, CreatedDate) VALUES
    ('m.okafor', 'demo-hash-m.okafor', 'Maya Okafor', 'm.okafor@upsertd.example', 'Procurement', NULL, 62.5000, 40, '2016-03-01', 1, '2016-03-01 08:00:00'),
    ('j.lindqvist', 'demo-hash-j.lindqvist', 'Jonas Lindqvist', 'j.lindqvist@upsertd.example', 'Procurement', 1, 41.2500, 37.5, '2019-08-19', 1, '2019-08-19 08:00:00'),
    ('s.marchetti', 'demo-hash-s.marchetti', 'Sofia Marchetti', 's.marchetti@upsertd.example', 'Legal', 1, 58.0000, 32, '2018-01-08', 1, '2018-01-08 08:00:00'),
    ('t.nguyen', 'demo-hash-t.nguyen', 'Thi Nguyen', 't.nguyen@upsertd.example', 'Finance', 1, 47.9950, 40, '2020-11-02', 1, '2020-11-02 08:00:00'),
    ('r.gruber', 'demo-hash-r.gruber', 'Renate Gruber', 'r.gruber@upsertd.example', 'Finance', 4, 36.0000, 20, '2022-05-16', 1, '2022-05-16 08:00:00'),
    ('p.delacroix', 'demo-hash-p.delacroix', 'Paul Delacroix', 'p.delacroix@upsertd.example', 'Facilities', 1, 29.7500, 40, '2015-09-14', 0, '2015-09-14 08:00:00');

-- 501 open invoices, 500 overdue ones, 199 paid ones.
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1200)
INSERT INTO tblInvoices (InvoiceNumber, CustomerId, Status, Amount, IssuedOn, DueOn, Reminders)
SELECT
    printf('INV-%05d', n),
    1 + n % 24,
    CASE WHEN n <= 501 THEN 'Open' WHEN n <= 1001 THEN 'Overdue' ELSE 'Paid' END,
    ROUND((1000 + n * 7919 % 90000) / 100.0, 2),
    date('2024-01-01', printf('+%d days', n % 300)),
    date('2024-01-01', printf('+%d days', n % 300 + 30)),
    CASE WHEN n BETWEEN 502 AND 1001 THEN n % 3 ELSE 0 END
FROM numbers;
