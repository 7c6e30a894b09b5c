-- The rows that a step changed. Those of a table that was emptied first have numbers below 0.
SELECT number, before, after
FROM dbo.upsertd_log_rows
WHERE log_id = @P1 AND step = @P2
ORDER BY number
OFFSET @P3 ROWS FETCH NEXT @P4 ROWS ONLY;
