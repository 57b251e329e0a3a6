#!/usr/bin/env bash
# Builds the add-in for 1C:
#     addin.sh             all of it, as dist/OSign-VERSION.zip and OSignTokens-VERSION.zip, and checks them
#     addin.sh TARGET...   the libraries of some targets alone, in target/addin/lib/TARGET/; bindings/1c/build.sh has the names
#     addin.sh --check     checks the bundle, which it builds where the source is newer
set -euo pipefail
cd "$(dirname "$0")/.."

addin=$(realpath -m "${CARGO_TARGET_DIR:-target}")/addin
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
bundle=dist/OSign-$version.zip

bundle() {
    rm -rf "${addin:?}/lib" "$addin/tokens"
    bindings/1c/build.sh
    bindings/1c/build.sh --tokens
    python3 bindings/1c/bundle.py "$addin" dist
}

is_current() {
    [ -e "$bundle" ] &&
        [ -z "$(find src bindings/1c Cargo.toml Cargo.lock build.rs -type f ! -name '*.md' -newer "$bundle" -print -quit)" ]
}

bindings/1c/toolchain.sh
case ${1:-} in
    "") bundle ;;
    --check) is_current || bundle ;;
    *) exec bindings/1c/build.sh "$@" ;;
esac
python3 bindings/1c/check.py dist "$addin/toolchain"
"$addin/tools/bin/python" bindings/1c/guide.py bindings/1c/README.md bindings/1c/README.en.md README.ru.md
