#!/usr/bin/env bash
# Prepares the database of docker-compose.yml with SQL Server's own sqlcmd: the database, the demo, the service's login.
# May be run again. It leaves a demo that is there alone, whatever has become of its rows.
set -euo pipefail

# -C: the server's certificate is its own. -I: QUOTED_IDENTIFIER. -b: an error ends the script. -f: files are UTF-8.
# The password is in SQLCMDPASSWORD, and $(UPSERTD_…) in scripts means the variable of the environment.
sql() {
    /opt/mssql-tools18/bin/sqlcmd -C -S sqlserver -U sa -I -b -f 65001 "$@"
}

sql -Q 'IF DB_ID(N'\''$(UPSERTD_DATABASE)'\'') IS NULL CREATE DATABASE [$(UPSERTD_DATABASE)];'

found=$(sql -d "$UPSERTD_DATABASE" -h -1 -W -i /setup/sql/demo_exists.sql)
if grep -qx 1 <<<"$found"; then
    echo "the demo is there"
else
    # One session for one transaction; when it fails, the session ends and nothing stays.
    demo=$(mktemp)
    for part in begin schema data; do
        cat "/setup/sql/demo_$part.sql"
        printf '\nGO\n'
    done >"$demo"
    # Had the files been read in another encoding, the rows would be there all the same, garbled.
    cat >>"$demo" <<'SQL'
IF NOT EXISTS (SELECT 1 FROM dbo.tblCustomers WHERE CustomerId = 11 AND UNICODE(VendorName) = 931)
    THROW 50000, N'the demo was not read as UTF-8', 1;
COMMIT;
GO
SQL
    sql -d "$UPSERTD_DATABASE" -i "$demo"
    echo "the demo is made"
fi

sql -i /setup/sql/least_privilege.sql
echo "the login upsertd is ready"
