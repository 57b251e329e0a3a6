#!/usr/bin/env bash
# Runs one test suite, adds up what it counts, and notes the sum for the end of `make test`:
#     suite.sh NAME COMMAND...
# A suite that ends well and has counted nothing has failed: it tested nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

name=$1
shift
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/suites"
log=$target/suites/$name.log

echo "== $name"
start=$SECONDS
status=0
"$@" 2>&1 | tee "$log" || status=$?

# Both shapes: "12 passed; 0 failed" of cargo, "12 passed, 0 failed" of ours.
count() {
    { grep -oE "[0-9]+ $1" "$log" || true; } | awk '{ sum += $1 } END { print sum + 0 }'
}
passed=$(count passed)
failed=$(count failed)
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
    failed=1
fi
if [ "$passed" = 0 ] && [ "$failed" = 0 ]; then
    failed=1
fi
printf '%-14s %s passed, %s failed (%s s)\n' "$name" "$passed" "$failed" "$((SECONDS - start))" |
    tee "$target/suites/$name.sum"
[ "$failed" = 0 ]
