#!/usr/bin/env bash
# Signs some requests, from C and from the shell, and keeps a grant alive against a provider on this machine. With --check it
# says less, and whether all came out right.
set -euo pipefail
cd "$(dirname "$0")/.."

built=$(realpath "${CARGO_TARGET_DIR:-target}/${OSIGN_BUILT:-release}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check=${1:-}
passed=0
failed=0

# Shows a command and what it prints, or, with --check, wants WORDS in that.
show() { # show WORDS COMMAND...
    local words=$1
    shift
    show_as "$words" "$(printf '%q ' "$@" | sed "s|$built/||g; s|$work/||g")" "$@"
}

# The same, with other words for the command.
show_as() { # show_as WORDS TEXT COMMAND...
    local words=$1 text=$2 said
    shift 2
    if [ "$check" != --check ]; then
        printf '\n$ %s\n' "$text"
        "$@"
    elif said=$("$@" 2>&1) && grep -qF -- "$words" <<<"$said"; then
        passed=$((passed + 1))
    else
        printf 'failed: %s\nwanted in it: %s\n%s\n' "$*" "$words" "$said" >&2
        failed=$((failed + 1))
    fi
}

title() {
    if [ "$check" != --check ]; then
        printf '\n--- %s ---\n' "$1"
    fi
}

for example in sign_rfc_example sign_real_request; do
    cc -std=c99 -Wall -Wextra -Iinclude "examples/c/$example.c" -o "$work/$example" \
        -L"$built" -losign -Wl,-rpath,"$built"
done

# A shell's users keep these in a file: osign sign --credentials FILE.
export OSIGN_CONSUMER_KEY=dpf43f3p2l4k3l03 OSIGN_CONSUMER_SECRET=kd94hf93k423kf44
export OSIGN_TOKEN=nnch734d00sl2jdk OSIGN_TOKEN_SECRET=pfkkdhi9sl3r4s00
photo='http://photos.example.net/photos?file=vacation.jpg&size=original'

title "The photos request of RFC 5849, section 1.2, from C (examples/c/sign_rfc_example.c)"
show 'MdpQcU8iPSUjWoN/UDMsK2sui9I=' "$work/sign_rfc_example"

title "The same from the shell: its signature is the RFC's"
show 'oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"' "$built/osign" sign GET "$photo" \
    --realm Photos --nonce chapoH --timestamp 137131202 --no-version

title "A request with real parameters, with a fresh nonce, from C (examples/c/sign_real_request.c)"
show 'oauth_signature_method="HMAC-SHA256"' "$work/sign_real_request"

title "And from the shell, as a curl command"
show 'oauth_signature_method="HMAC-SHA256"' "$built/osign" sign POST 'https://api.example.com/1.1/items?lang=ru&q=a+b%20c' \
    --data 'name=%D0%9A%D0%BE%D1%84%D0%B5+%26+%D1%87%D0%B0%D0%B9&tag=x&tag=y' --content-type application/x-www-form-urlencoded --method HMAC-SHA256 --curl

title "Why is it signed so? osign explain"
show 'GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26' "$built/osign" explain GET "$photo" \
    --nonce chapoH --timestamp 137131202 --no-version

# --- Grants ---

# A provider that hands out tokens which live for two seconds, and takes an old refresh token until the new one is used.
# It ends with this script, whose end closes its input.
mkfifo "$work/input"
python3 tests/provider/provider.py --set policy=until-new-refresh-used --set access_lifetime=2 \
    <"$work/input" >"$work/url" 2>"$work/provider.log" &
exec 9>"$work/input"
for _ in $(seq 100); do
    [ ! -s "$work/url" ] || break
    sleep 0.05
done
url=$(cat "$work/url")

# It opens what it is told to, as a browser would in which a person agrees at once.
cat >"$work/xdg-open" <<'BROWSER'
#!/usr/bin/env python3
import sys, urllib.request
urllib.request.urlopen(sys.argv[1]).read()
BROWSER
chmod +x "$work/xdg-open"
export HOME=$work PATH="$work:$PATH"
unset XDG_DATA_HOME XDG_STATE_HOME OSIGN_STORE OSIGN_STORE_KEY_FILE OSIGN_STORE_KEY OSIGN_ANCHORS

tell() { # tell JSON: changes how the provider behaves
    python3 -c 'import sys, urllib.request
urllib.request.urlopen(sys.argv[1], sys.argv[2].encode()).read()' "$url/control" "$1"
}

refreshes() {
    python3 -c 'import json, sys, urllib.request
print(json.load(urllib.request.urlopen(sys.argv[1]))["refresh"])' "$url/counters"
}

two_at_once() {
    local before first second
    before=$(refreshes)
    "$built/osign" token crm --min-validity 0 >"$work/first" &
    first=$!
    "$built/osign" token crm --min-validity 0 >"$work/second" &
    second=$!
    wait "$first" "$second"
    cat "$work/first" "$work/second"
    cmp -s "$work/first" "$work/second" && echo "the same token twice, and refreshes sent: $(($(refreshes) - before))"
}

killed() {
    local before process
    before=$(refreshes)
    tell '{"fault": "hold"}'
    "$built/osign" token crm --min-validity 0 &
    process=$!
    for _ in $(seq 200); do
        [ "$(refreshes)" = "$before" ] || break
        sleep 0.02
    done
    kill -9 "$process"
    wait "$process" 2>/dev/null || echo "killed: the service has replaced the refresh token, and nobody has the new one"
    tell '{"release": true}'
}

title "A grant of OAuth 2.0, against a provider at $url: three commands to a token"
printf 'demo-SECRET-of-the-client\n' >"$work/secret"
chmod 600 "$work/secret"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
show 'next: osign grant login crm' "$built/osign" grant add crm --provider custom --client-id demo-client \
    --client-secret-file "$work/secret" --redirect-uri "http://127.0.0.1:$port/callback" --rotation until-used \
    --authorize-url "$url/authorize" --token-url "$url/token" --api-origin "$url" --allow-insecure-http
show 'logged in: crm' "$built/osign" grant login crm
show 'access-' "$built/osign" token crm
show '"user": "ann"' "$built/osign" call crm GET "$url/api/me"

title "Two processes when the token has ended: one of them spends the refresh token, which works once"
sleep 2.1
show_as 'refreshes sent: 1' 'osign token crm & osign token crm & wait' two_at_once

title "A process is killed while the service answers: elsewhere this is the end of the grant"
sleep 2.1
show_as 'killed: ' 'osign token crm & kill -9 $!' killed

title "The next one knows that the old token may be spent, and that this service still takes it"
show 'access-' "$built/osign" token crm
show 'refreshed' "$built/osign" grant history crm
show 'nothing ends within 14d' "$built/osign" grant check --warn 14d

if [ "$check" = --check ]; then
    echo "demo: $passed passed, $failed failed"
    [ "$failed" = 0 ]
fi
