-- What a session is set to once, after the login: messages in English, since constraints' names are read
-- from them, and the options that indexes on computed columns, filtered indexes and indexed views ask for.
SET LANGUAGE us_english;
SET ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL, QUOTED_IDENTIFIER ON;
SET NUMERIC_ROUNDABORT OFF;
SET NOCOUNT, XACT_ABORT ON;
-- Until a write says how far it has come, nobody knows (see progress.sql): a session that were not told would
-- look like one whose write came to nothing, should a cancelled batch take what it had set with it.
SET CONTEXT_INFO 0x01;
