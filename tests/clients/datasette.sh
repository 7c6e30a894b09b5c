#!/bin/sh
# Runs dclient, Datasette's own command line client, against a fresh demo: upsert, insert of more rows than one request takes,
# pages, filters, and an error as it shows them. UPSERTD_BIN names a built binary; without it cargo builds one. Needs python3
# with venv, curl and, once, the network.
set -eu

if ! python3 -c 'import venv, ensurepip' >/dev/null 2>&1; then
    echo "skipped: dclient comes from PyPI, and there is no python3 with venv here"
    exit 0
fi

root=$(cd "$(dirname "$0")/../.." && pwd)
tmp=$(mktemp -d)
service=
# Whatever fails, nothing is left behind: no process, no file.
cleanup() {
    [ -z "$service" ] || kill -KILL "$service" 2>/dev/null || true
    rm -rf "$tmp"
}
trap cleanup EXIT
# Dash runs no EXIT trap when a signal ends it.
trap 'exit 1' HUP INT TERM

python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet --disable-pip-version-check dclient==0.5a3

# The service is on this machine: a proxy that pip needed must not stand before it.
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 DCLIENT_CONFIG_DIR="$tmp/config"
export NO_PROXY no_proxy DCLIENT_CONFIG_DIR

# `exec` makes $! the service itself (cargo run replaces itself by what it runs), so that the signal below
# reaches it and its exit status is seen.
start() {
    set -- demo --listen 127.0.0.1:0 --dir "$tmp/demo" --fresh
    if [ -n "${UPSERTD_BIN:-}" ]; then
        exec "$UPSERTD_BIN" "$@"
    fi
    cd "$root"
    exec cargo run --release --locked -- "$@"
}

# The ready line comes through a pipe: reading it waits as long as the start takes, and ends if it fails.
mkfifo "$tmp/stdout"
start >"$tmp/stdout" 2>"$tmp/stderr" &
service=$!
# Held open to the end, so that the service never writes into a closed pipe.
exec 3<"$tmp/stdout"
if ! read -r word url <&3 || [ "$word" != ready ]; then
    echo "the demo did not start:" >&2
    cat "$tmp/stderr" >&2
    exit 1
fi

token=$(curl -fsS "$url/oauth/token" -d grant_type=client_credentials -d client_id=demo -d client_secret=demo-secret |
    sed -E 's/.*"access_token":"([^"]+)".*/\1/')

client() {
    "$tmp/venv/bin/dclient" "$@" -i "$url" --token "$token"
}

# Fails where a command's output does not hold a text.
expect() {
    text=$1
    shift
    if ! "$@" >"$tmp/out" 2>&1 || ! grep -qF -- "$text" "$tmp/out"; then
        echo "no '$text' in what this gave: $*" >&2
        cat "$tmp/out" >&2
        exit 1
    fi
}

# The same, of a command that must fail.
expect_failure() {
    text=$1
    shift
    if "$@" >"$tmp/out" 2>&1 || ! grep -qF -- "$text" "$tmp/out"; then
        echo "no failure with '$text': $*" >&2
        cat "$tmp/out" >&2
        exit 1
    fi
}

expect '"id": "demo"' client actor
expect tblCustomers client tables -d demo

cat >"$tmp/countries.json" <<'JSON'
[{"CountryCode": "FR", "IsEuMember": true}, {"CountryCode": "NZ", "CountryName": "New Zealand"}]
JSON
client upsert demo tblCountries "$tmp/countries.json" --json >"$tmp/out"
expect 'New Zealand' client rows demo tblCountries -f CountryCode eq NZ
expect 'France' client rows demo tblCountries -f CountryCode eq FR

# More than two requests' worth; a CSV's numbers come as numbers or as texts.
{
    echo InvoiceNumber,CustomerId,Status,Amount,IssuedOn,DueOn
    i=0
    while [ "$i" -lt 250 ]; do
        echo "DCLIENT-$i,1,Open,$i.50,2026-01-31,2026-02-28"
        i=$((i + 1))
    done
} >"$tmp/invoices.csv"
client insert demo tblInvoices "$tmp/invoices.csv" --csv >"$tmp/out"
found=$(client rows demo tblInvoices -f InvoiceNumber startswith DCLIENT- --all | grep -c '"InvoiceNumber"')
if [ "$found" -ne 250 ]; then
    echo "$found of 250 rows were found again" >&2
    exit 1
fi
expect_failure 'UNIQUE constraint failed: tblInvoices.InvoiceNumber' client insert demo tblInvoices "$tmp/invoices.csv" --csv
expect_failure 'Table not found' client upsert demo nope "$tmp/countries.json" --json

kill -TERM "$service"
status=0
wait "$service" || status=$?
service=
if [ "$status" -ne 0 ]; then
    echo "the demo ended with $status after SIGTERM:" >&2
    cat "$tmp/stderr" >&2
    exit 1
fi
echo "passed: dclient's upsert, insert, rows, tables and actor, and a clean stop"
