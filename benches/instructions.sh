#!/usr/bin/env bash
# Instructions for one header, by callgrind: the figure that does not drift with the machine's load.
# valgrind's processor has no SHA instructions, so the hash, counted apart, is its portable form.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
cargo build --quiet --release --locked --example hot_path
count() {
    valgrind --tool=callgrind --callgrind-out-file="$target/callgrind.$1" "$target/release/examples/hot_path" "$1" 2>&1 |
        sed -n 's/.*Collected : //p'
}
few=$(count 1000)
many=$(count 3000)
all=$(((many - few) / 2000))
hash=$(callgrind_annotate --inclusive=yes "$target/callgrind.3000" |
    sed -n 's/^ *\([0-9,]*\) .*sha1::block_api::compress.*/\1/p' | head -n 1 | tr -d ,)
echo "Instructions for a header: $all in all, $((all - hash / 3000)) without SHA-1's compression"
echo "(committed: $(cat benches/instructions.txt))"
