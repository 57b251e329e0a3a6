#!/usr/bin/env bash
# What the compiler, clippy and rustfmt say of the source: nothing, or this fails.
#     lint.sh check    the package with all its hosts
#     lint.sh parts    parts of it alone, and its documentation
#     lint.sh tools    the fuzz targets and the benchmarks, which are packages of their own
set -euo pipefail
cd "$(dirname "$0")/.."

passed=0
check() {
    "$@"
    passed=$((passed + 1))
}

package() {
    check cargo fmt --check
    check cargo clippy --quiet --locked --features capi,cli,onec-tokens --all-targets -- -D warnings
}

parts() {
    check cargo clippy --quiet --locked --no-default-features -- -D warnings
    check cargo clippy --quiet --locked --no-default-features --features python -- -D warnings
    # No test of a plain run, so that --all-targets leaves it out.
    check cargo clippy --quiet --locked --no-default-features --features cli --test postgres -- -D warnings
    check env RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --no-deps --features capi
}

# libFuzzer's own sources need not be compiled for this.
tools() {
    local folder target
    target=$(realpath -m "${CARGO_TARGET_DIR:-target}")/tools-lint
    for folder in fuzz benches/ratios benches/criterion benches/grants; do
        check cargo fmt --manifest-path "$folder/Cargo.toml" --check
        CUSTOM_LIBFUZZER_PATH=/none check cargo clippy --quiet --locked --manifest-path "$folder/Cargo.toml" \
            --target-dir "$target" --all-targets -- -D warnings
    done
}

case ${1:-} in
    check) package ;;
    parts) parts ;;
    tools) tools ;;
    *) echo "lint: say check, parts or tools" >&2; exit 1 ;;
esac
echo "lint: $passed passed, 0 failed"
