#!/usr/bin/env bash
# Runs one test suite, adds up what it counts, and notes the sum for scripts/suites.sh:
#     suite.sh NAME COMMAND...
# A suite that ends well and has counted nothing has failed: it tested nothing.
# With OSIGN_QUIET_SUITES=1, as several run at a time, what it says is shown when it has failed, in one piece.
set -euo pipefail
cd "$(dirname "$0")/.."

name=$1
shift
target=${CARGO_TARGET_DIR:-target}
mkdir -p "$target/suites"
log=$target/suites/$name.log

start=$SECONDS
status=0
if [ -n "${OSIGN_QUIET_SUITES:-}" ]; then
    echo "-- $name"
    "$@" >"$log" 2>&1 || status=$?
else
    echo "== $name"
    "$@" 2>&1 | tee "$log" || status=$?
fi

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
# Beside other work a clock says little; what the processors did says more. The second line is of what this shell has waited for.
times >"$target/suites/$name.times"
worked=$(tail -n 1 "$target/suites/$name.times" | tr 'ms' '  ' | awk '{ printf "%d", 60 * $1 + $2 + 60 * $3 + $4 }')
rm "$target/suites/$name.times"
sum=$(printf '%-14s %s passed, %s failed (%s s, %s s of processors)' "$name" "$passed" "$failed" "$((SECONDS - start))" "$worked")
echo "$sum" >"$target/suites/$name.sum"
if [ -n "${OSIGN_QUIET_SUITES:-}" ] && [ "$failed" != 0 ]; then
    printf '== %s\n%s\n' "$name" "$(<"$log")"
fi
echo "$sum"
[ "$failed" = 0 ]
