#!/usr/bin/env bash
# Runs suites of the Makefile, so many at a time, also after one has failed, and adds up what they count:
#     suites.sh HOW-MANY SUITE... [-- SUITE...]
# Those behind `--` run beside the others, one by one: no two of them at a time, so they may use the same.
# The last line is the sum of all. What a suite says stands in target/suites/SUITE.log, and is shown where it fails.
set -euo pipefail
cd "$(dirname "$0")/.."

together=$1
shift
first=()
beside=()
lane=first
for suite; do
    case $suite in
        --) lane=beside ;;
        *) [ $lane = first ] && first+=("$suite") || beside+=("$suite") ;;
    esac
done
set -- "${first[@]}" "${beside[@]}"
suites=${CARGO_TARGET_DIR:-target}/suites
mkdir -p "$suites"
for suite; do
    rm -f "$suites/$suite.log" "$suites/$suite.sum"
done

start=$SECONDS
status=0
export OSIGN_QUIET_SUITES=1
run() { # run HOW-MANY SUITE...
    local jobs=$1
    shift
    [ $# = 0 ] || make --silent --no-print-directory --keep-going --jobs="$jobs" "${@/#/test-}"
}
run 1 "${beside[@]}" &
run "$together" "${first[@]}" || status=1
wait $! || status=1

passed=0
failed=0
wrong=()
printf '\n== all\n'
for suite; do
    # A suite whose build failed has no sum.
    [ -s "$suites/$suite.sum" ] ||
        printf '%-14s 0 passed, 1 failed (it did not run)\n' "$suite" >"$suites/$suite.sum"
    cat "$suites/$suite.sum"
    read -r _ good _ bad _ <"$suites/$suite.sum"
    passed=$((passed + good))
    failed=$((failed + bad))
    [ "$bad" = 0 ] || wrong+=("$suite")
done
[ "$failed" != 0 ] || [ "$status" = 0 ] || failed=1
echo "in $((SECONDS - start)) s${wrong[0]:+; failed: ${wrong[*]}}"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
