#!/usr/bin/env bash
# Measures osign beside its limit and its peers, in C and Rust and in Python, then counts the instructions of its hot path.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
# The library as `make build` made it.
mkdir -p "$target/bench"
cp "$target/release/libosign.so" "$target/bench/libosign.so"
strip "$target/bench/libosign.so"
cargo run --quiet --release --locked --manifest-path benches/ratios/Cargo.toml --target-dir "$target/ratios" -- \
    "$target/bench/libosign.so" "$target/onec/release/libosign.so"
echo
scripts/python.sh install
"$target/python/venv/bin/python" benches/python.py
echo
benches/instructions.sh
