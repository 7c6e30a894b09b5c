-- How far the session's last script came: 0 until right before its commit (SET CONTEXT_INFO in the script).
SELECT CASE WHEN CONTEXT_INFO() IS NULL OR CONTEXT_INFO() = CAST(0x00 AS varbinary(128)) THEN 0 ELSE 1 END AS progress;
