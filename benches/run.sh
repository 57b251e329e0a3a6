#!/usr/bin/env bash
# Measures osign beside its limit and its peers, in C and Rust and in Python, then counts the instructions of its hot path.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
# The library as `make build` made it.
mkdir -p "$target/bench"
cp "$target/release/libosign.so" "$target/bench/libosign.so"
strip "$target/bench/libosign.so"
# The peers in other languages, each as a library; Go's package is Debian's.
c++ -O2 -shared -fPIC benches/ratios/peers/cpprest.cpp -o "$target/bench/peer_cpprest.so" -lcpprest -lcrypto
GO111MODULE=off GOPATH=/usr/share/gocode go build -buildmode=c-shared -o "$target/bench/peer_gomodule.so" \
    benches/ratios/peers/gomodule.go
cargo run --quiet --release --locked --manifest-path benches/ratios/Cargo.toml --target-dir "$target/ratios" -- \
    "$target/bench/libosign.so" "$target/onec/release/libosign.so" "$target/bench"
echo
cargo run --quiet --release --locked --manifest-path benches/grants/Cargo.toml --target-dir "$target/grants"
echo
python3 benches/start.py "$target/release/osign"
echo
scripts/python.sh install
"$target/python/venv/bin/python" benches/python.py
echo
benches/instructions.sh
