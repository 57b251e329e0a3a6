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
# The store in PostgreSQL at a server of its own, by Debian's tool for that; one that does not sync is refused.
cargo build --quiet --release --locked --manifest-path benches/grants/Cargo.toml --target-dir "$target/grants"
# shellcheck disable=SC2016 # The variables are those that the tool sets.
pg_virtualenv -o fsync=on bash -c 'PGSSLMODE=disable OSIGN_BENCH_POSTGRES="postgresql://$PGUSER@$PGHOST:$PGPORT/postgres" "$1"' _ \
    "$(realpath "$target")/grants/release/osign-grants-bench"
echo
# The same through the C interface; the store is made by what has just run.
cc -O2 -Iinclude benches/warm.c -o "$target/bench/warm" "$target/release/libosign.so" \
    -Wl,-rpath,"$(realpath "$target")/release"
warm=$(mktemp -d)
trap 'rm -rf "$warm"' EXIT
"$target/grants/release/osign-grants-bench" make "$warm"
OSIGN_ANCHORS=$warm/anchors "$target/bench/warm" "sqlite:$warm/requests.db"
echo
python3 benches/start.py "$target/release/osign"
echo
scripts/python.sh install
"$target/python/venv/bin/python" benches/python.py
echo
"$target/python/venv/bin/python" benches/beside.py
echo
# What is shipped, and how much of it the second half takes.
size() { # size WHAT FILE [MOST]
    local bytes
    bytes=$(stat -c %s "$2")
    printf '  %-66s %9d bytes %s\n' "$1" "$bytes" "${3:+<= $3 $([ "$bytes" -le "$3" ] && echo met || echo OVER)}"
}
echo "Sizes"
strip -o "$target/bench/signing.so" "$target/release/signing/libosign.so"
size "libosign.so, stripped: signing alone" "$target/bench/signing.so" 737280
size "libosign.so, stripped: whole" "$target/bench/libosign.so" 4608000
size "the wheel" "$target"/wheels/osign-*.whl
size "osign, the command line" "$target/release/osign"
echo
benches/instructions.sh
