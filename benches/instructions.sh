#!/usr/bin/env bash
# Instructions for one header through the C interface, by callgrind: the figure that does not drift with the machine's load.
# valgrind's processor has no SHA instructions, so the hash, counted apart, is its portable form. The library is the one that
# `make build` makes.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/bench"
cc -O2 -Iinclude benches/hot_path.c -o "$target/bench/hot_path" "$target/release/libosign.so" -Wl,-rpath,"$(realpath "$target/release")"

# The instructions of so many headers, in all and in SHA-1's compression.
count() {
    local out=$target/bench/callgrind.$1
    valgrind --tool=callgrind --callgrind-out-file="$out" "$target/bench/hot_path" "$1" >/dev/null 2>&1
    callgrind_annotate --inclusive=yes "$out" | tr -d , | awk '
        /osign_oauth1_authorization/ && !all { all = $1 }
        /sha1::block_api::compress/ && !hash { hash = $1 }
        END { print all, hash }'
}
read -r few_all few_hash <<<"$(count 1000)"
read -r many_all many_hash <<<"$(count 3000)"
all=$(((many_all - few_all) / 2000))
hash=$(((many_hash - few_hash) / 2000))
ours=$((all - hash))
committed=$(cat benches/instructions.txt)
echo "Instructions for a header: $ours, and $hash of SHA-1's compression; committed: $committed"
# A compiler of another version makes other code; then, or when a slower path is meant, commit the new figure.
if [ "$((ours * 100))" -gt "$((committed * 102))" ]; then
    echo "That is more than 2 % over benches/instructions.txt." >&2
    exit 1
fi
