#!/bin/sh
# Runs each fuzz target for so many seconds: scripts/fuzz.sh SECONDS [TARGET...]
#
# Needs clang or gcc for libFuzzer's C++ part. cargo-fuzz is installed into the target folder's tools when there is none.
# Sanitizers need nightly's flags: without a nightly toolchain the stable one is asked for them with RUSTC_BOOTSTRAP=1.
# What is found stands in fuzz/artifacts/; the corpus grows in fuzz/corpus/, which is not committed.
set -eu

seconds=${1:?"usage: scripts/fuzz.sh SECONDS [TARGET...]"}
shift
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- url form capi pem token_answer

tools=$(realpath -m "${CARGO_TARGET_DIR:-target}")/tools
PATH=$tools/bin:$PATH
export PATH
if ! command -v cargo-fuzz >/dev/null; then
    cargo install cargo-fuzz --locked --version 0.13.2 --root "$tools"
fi
if command -v rustup >/dev/null && rustup toolchain list | grep -q '^nightly'; then
    toolchain=+nightly
else
    toolchain=
    export RUSTC_BOOTSTRAP=1
fi

# One build serves all targets, and a debug assertion is a finding too.
cargo $toolchain fuzz build
passed=0
for target in "$@"; do
    echo "== $target"
    mkdir -p "fuzz/corpus/$target" "fuzz/seeds/$target"
    cargo $toolchain fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -max_len=2048 -timeout=60 -print_final_stats=1 -verbosity=0
    passed=$((passed + 1))
done
echo "fuzz: $passed passed, 0 failed"
