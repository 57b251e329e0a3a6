#!/usr/bin/env bash
# Checks that the library and the command line build with the Rust that Cargo.toml promises (rust-version).
#
# It takes rustup's toolchain of that version; where there is none, it fetches one into target/msrv.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
promised=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

fail() {
    echo "msrv: $*" >&2
    exit 1
}

if ! rustup run "$promised" rustc --version >/dev/null 2>&1; then
    command -v rustup >/dev/null || fail "there is no rustup to fetch Rust $promised with; see https://rustup.rs"
    export RUSTUP_HOME=$target/msrv/rustup
    rustup run "$promised" rustc --version >/dev/null 2>&1 ||
        rustup toolchain install "$promised" --profile minimal --no-self-update >/dev/null 2>&1 ||
        fail "rustup could not fetch Rust $promised"
fi
cargo=$(rustup which --toolchain "$promised" cargo)
RUSTC=$(rustup which --toolchain "$promised" rustc)
export RUSTC
case $("$RUSTC" --version) in
    "rustc $promised."*) "$RUSTC" --version ;;
    *) fail "$("$RUSTC" --version) is not $promised" ;;
esac

# A newer toolchain's RUSTUP_TOOLCHAIN and flags must not reach the old one.
unset RUSTUP_TOOLCHAIN RUSTFLAGS
passed=0
for features in "" capi capi,cli; do
    "$cargo" check --locked --quiet --target-dir "$target/msrv/build" --no-default-features --features "$features" ||
        fail "it does not build with Rust $promised and the features '$features'"
    passed=$((passed + 1))
done
echo "msrv: $passed passed, 0 failed"
