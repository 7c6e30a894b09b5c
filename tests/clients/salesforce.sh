#!/bin/sh
# Runs Salesforce's clients jsforce and simple-salesforce against a fresh demo. UPSERTD_BIN names a built binary; without
# it cargo builds one. Needs npm or python3 with venv (a client that cannot be installed is skipped) and the network.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
scripts=$root/tests/clients/salesforce
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

js= py=
if command -v npm >/dev/null 2>&1; then
    npm install --prefix "$tmp" --no-audit --no-fund --loglevel=error jsforce@3.10.16
    js=yes
else
    echo "skipped: jsforce comes from npm, and there is no npm here"
fi
if python3 -m venv "$tmp/venv" >/dev/null 2>&1; then
    "$tmp/venv/bin/pip" install --quiet --disable-pip-version-check simple-salesforce==1.12.10
    py=yes
else
    echo "skipped: simple-salesforce needs python3 with venv"
fi
[ -n "$js$py" ] || exit 0

# The service is on this machine: a proxy that the installers needed must not stand before it.
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export NO_PROXY no_proxy

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
if ! read -r word UPSERTD_URL <&3 || [ "$word" != ready ]; then
    echo "the demo did not start:" >&2
    cat "$tmp/stderr" >&2
    exit 1
fi
export UPSERTD_URL

# Twice: the second run finds the rows of the first and must pass all the same.
for _ in 1 2; do
    [ -z "$js" ] || NODE_PATH="$tmp/node_modules" node "$scripts/jsforce.cjs"
    [ -z "$py" ] || "$tmp/venv/bin/python" "$scripts/simple_salesforce_client.py"
done

kill -TERM "$service"
status=0
wait "$service" || status=$?
service=
if [ "$status" -ne 0 ]; then
    echo "the demo ended with $status after SIGTERM:" >&2
    cat "$tmp/stderr" >&2
    exit 1
fi
echo "passed: jsforce and simple-salesforce, twice, and a clean stop"
