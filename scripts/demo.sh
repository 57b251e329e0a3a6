#!/usr/bin/env bash
# Signs some requests, from C and from the shell. With --check it says less, and whether all came out right.
set -euo pipefail
cd "$(dirname "$0")/.."

release=$(realpath "${CARGO_TARGET_DIR:-target}/release")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check=${1:-}
passed=0
failed=0

# Shows a command and what it prints, or, with --check, wants WORDS in that.
show() { # show WORDS COMMAND...
    local words=$1 said
    shift
    if [ "$check" != --check ]; then
        printf '\n$ %s\n' "$(printf '%q ' "$@" | sed "s|$release/||g; s|$work/||g")"
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
        -L"$release" -losign -Wl,-rpath,"$release"
done

# A shell's users keep these in a file: osign sign --credentials FILE.
export OSIGN_CONSUMER_KEY=dpf43f3p2l4k3l03 OSIGN_CONSUMER_SECRET=kd94hf93k423kf44
export OSIGN_TOKEN=nnch734d00sl2jdk OSIGN_TOKEN_SECRET=pfkkdhi9sl3r4s00
photo='http://photos.example.net/photos?file=vacation.jpg&size=original'

title "The photos request of RFC 5849, section 1.2, from C (examples/c/sign_rfc_example.c)"
show 'MdpQcU8iPSUjWoN/UDMsK2sui9I=' "$work/sign_rfc_example"

title "The same from the shell: its signature is the RFC's"
show 'oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"' "$release/osign" sign GET "$photo" \
    --realm Photos --nonce chapoH --timestamp 137131202 --no-version

title "A request with real parameters, with a fresh nonce, from C (examples/c/sign_real_request.c)"
show 'oauth_signature_method="HMAC-SHA256"' "$work/sign_real_request"

title "And from the shell, as a curl command"
show 'oauth_signature_method="HMAC-SHA256"' "$release/osign" sign POST 'https://api.example.com/1.1/items?lang=ru&q=a+b%20c' \
    --data 'name=%D0%9A%D0%BE%D1%84%D0%B5+%26+%D1%87%D0%B0%D0%B9&tag=x&tag=y' --content-type application/x-www-form-urlencoded --method HMAC-SHA256 --curl

title "Why is it signed so? osign explain"
show 'GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26' "$release/osign" explain GET "$photo" \
    --nonce chapoH --timestamp 137131202 --no-version

if [ "$check" = --check ]; then
    echo "demo: $passed passed, $failed failed"
    [ "$failed" = 0 ]
fi
