#!/bin/sh
# Runs sodapy, the client of Socrata's API for Python, against a service of its own.
# UPSERTD_BIN names a built binary; without it cargo builds one. Needs python3 and, once, the network.
set -eu

if ! command -v python3 >/dev/null 2>&1; then
    echo "skipped: sodapy comes from Python's package index, and there is no python3 here"
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
"$tmp/venv/bin/python" -m pip install --quiet --disable-pip-version-check sodapy==2.2.0

# The service is on this machine: a proxy that pip needed must not stand before it.
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export NO_PROXY no_proxy

upsertd() {
    if [ -n "${UPSERTD_BIN:-}" ]; then
        "$UPSERTD_BIN" "$@"
    else
        (cd "$root" && cargo run --quiet --release --locked -- "$@")
    fi
}

python3 "$root/tests/clients/socrata.py" create "$tmp/quakes.db"
upsertd new-key >"$tmp/signing.key"
hash=$(printf '%s' "publisher's secret: 50%" | upsertd hash-secret)
cat >"$tmp/upsertd.toml" <<END
[server]
listen = "127.0.0.1:0"
[database]
url = "sqlite:quakes.db"
[auth]
signing_key_file = "signing.key"
[[auth.clients]]
id = "publisher"
secret_hash = '$hash'
[[auth.clients.grants]]
entities = ["earthquakes"]
allow = ["add", "edit", "view", "delete"]
[[entity]]
name = "earthquakes"
allow = ["add", "edit", "view", "delete"]
row_identifier = ["earthquake_id"]
socrata_id = "4tka-6guv"
[[entity.locations]]
name = "location"
latitude = "latitude"
longitude = "longitude"
END

# `exec` makes $! the service itself (cargo run replaces itself by what it runs), so that the signal below
# reaches it and its exit status is seen.
start() {
    set -- serve --config "$tmp/upsertd.toml"
    if [ -n "${UPSERTD_BIN:-}" ]; then
        exec "$UPSERTD_BIN" "$@"
    fi
    cd "$root"
    exec cargo run --quiet --release --locked -- "$@"
}

# The ready line comes through a pipe: reading it waits as long as the start takes, and ends if it fails.
mkfifo "$tmp/stdout"
start >"$tmp/stdout" 2>"$tmp/stderr" &
service=$!
# Held open to the end, so that the service never writes into a closed pipe.
exec 3<"$tmp/stdout"
if ! read -r word url <&3 || [ "$word" != ready ]; then
    echo "the service did not start:" >&2
    cat "$tmp/stderr" >&2
    exit 1
fi

"$tmp/venv/bin/python" "$root/tests/clients/socrata.py" try "$url" publisher "publisher's secret: 50%"

kill -TERM "$service"
status=0
wait "$service" || status=$?
service=
if [ "$status" -ne 0 ]; then
    echo "the service ended with $status after SIGTERM:" >&2
    cat "$tmp/stderr" >&2
    exit 1
fi
echo "passed: what sodapy sends is understood and what it reads is right, and a clean stop"
