#!/usr/bin/env bash
# A grant at providers that others wrote: Authlib (a strict rotation), django-oauth-toolkit (with its grace period), and
# oidc-provider (where reuse revokes the grant). Then a person logs in by OAuth 1.0a, in a browser, at services on oauthlib and on
# Authlib. What they need is fetched into target/providers, in pinned versions.
set -euo pipefail
cd "$(dirname "$0")/../.."

here=$PWD/tests/providers
mkdir -p "${CARGO_TARGET_DIR:-target}/providers"
folder=$(realpath "${CARGO_TARGET_DIR:-target}/providers")
if ! cmp -s "$here/requirements.txt" "$folder/requirements.txt"; then
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$folder/requirements.txt"
fi
if ! cmp -s "$here/package.json" "$folder/package.json"; then
    command -v npm >/dev/null || { echo "providers: npm is missing; install nodejs (20 or newer) and npm" >&2; exit 1; }
    cp "$here/package.json" "$folder/package.new"
    (cd "$folder" && mv package.new package.json && npm install --no-audit --no-fund --silent) ||
        { rm -f "$folder/package.json"; exit 1; }
fi
# Modules are looked for beside the script.
cp "$here/oidc_server.mjs" "$folder/"

server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true' EXIT
export OSIGN_PROVIDER_CLIENT=client-7 OSIGN_PROVIDER_SECRET=hunter2-client-secret-of-32-letters
export OSIGN_PROVIDER_REDIRECT=http://127.0.0.1:9/callback

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# run NAME AUTHORIZE TOKEN SCOPE SAVES ROTATION COMMAND...
run() {
    local name=$1 authorize=$2 token=$3 port
    export OSIGN_PROVIDER_SCOPE=$4 OSIGN_PROVIDER_SAVES=$5 OSIGN_PROVIDER_ROTATION=$6
    shift 6
    port=$(free_port)
    export OSIGN_PROVIDER_AUTHORIZE=http://127.0.0.1:$port$authorize OSIGN_PROVIDER_TOKEN=http://127.0.0.1:$port$token
    OAUTHLIB_INSECURE_TRANSPORT=1 AUTHLIB_INSECURE_TRANSPORT=1 "$@" "$port" "$OSIGN_PROVIDER_CLIENT" \
        "$OSIGN_PROVIDER_SECRET" "$OSIGN_PROVIDER_REDIRECT" >"$folder/$name.log" 2>&1 &
    server=$!
    for _ in $(seq 100); do
        ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
        sleep 0.1
    done
    echo "providers: $name"
    cargo test --quiet --locked --features capi,cli,onec-tokens --test providers ||
        { echo "what $name said:"; tail -n 30 "$folder/$name.log"; exit 1; }
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
}

python=$folder/venv/bin/python
run authlib /authorize /token read no 'policy = "strict"' "$python" "$here/authlib_server.py"
run django-oauth-toolkit /o/authorize/ /o/token/ read yes $'policy = "timed"\nseconds = 120' "$python" "$here/django_server.py"
run oidc-provider /auth /token 'openid offline_access' no $'policy = "strict"\nrevokes_family = true' \
    node "$folder/oidc_server.mjs"

echo "providers: a person at a browser"
"$python" "$here/consent.py" "${CARGO_TARGET_DIR:-target}/debug/osign"
