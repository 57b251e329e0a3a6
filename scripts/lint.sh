#!/usr/bin/env bash
# What the compiler, clippy and rustfmt say of the source: nothing, or this fails.
set -euo pipefail
cd "$(dirname "$0")/.."

passed=0
check() {
    "$@"
    passed=$((passed + 1))
}
check cargo fmt --check
check cargo clippy --quiet --locked --features capi,cli,onec --all-targets -- -D warnings
check cargo clippy --quiet --locked --no-default-features -- -D warnings
check cargo clippy --quiet --locked --no-default-features --features python -- -D warnings
check env RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --no-deps --features capi
echo "lint: $passed passed, 0 failed"
