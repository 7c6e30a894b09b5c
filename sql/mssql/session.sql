-- What a session is set to once, after the login: messages in English, since constraints' names are read
-- from them, and the options that indexes on computed columns, filtered indexes and indexed views ask for.
SET LANGUAGE us_english;
SET ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL, QUOTED_IDENTIFIER ON;
SET NUMERIC_ROUNDABORT OFF;
SET NOCOUNT, XACT_ABORT ON;
