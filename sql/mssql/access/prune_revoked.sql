DELETE FROM dbo.upsertd_revoked WHERE until < @P1;
