#!/bin/sh
# Runs the Postman collection, as the service gives it out, in newman against a fresh demo.
# UPSERTD_BIN names a built binary; without it cargo builds one. Needs npm, curl and, once, the network.
set -eu

if ! command -v npm >/dev/null 2>&1; then
    echo "skipped: newman comes from npm, and there is no npm here"
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

npm install --prefix "$tmp" --no-audit --no-fund --loglevel=error newman@6

# The service is on this machine: a proxy that npm needed must not stand before it.
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
if ! read -r word url <&3 || [ "$word" != ready ]; then
    echo "the demo did not start:" >&2
    cat "$tmp/stderr" >&2
    exit 1
fi

curl -fsS -o "$tmp/postman.json" "$url/postman.json"
# Twice: the second run finds the rows of the first and must pass all the same.
for _ in 1 2; do
    "$tmp/node_modules/.bin/newman" run "$tmp/postman.json"
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
echo "passed: the collection, twice, and a clean stop"
