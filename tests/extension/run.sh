#!/usr/bin/env bash
# The suite of the extension for 1C:
#     run.sh [OSIGN TOKENS]
# OSIGN and TOKENS are the libraries of the add-in's two classes for this machine: the modules run over them, too, where they are given.
set -euo pipefail
cd "$(dirname "$0")/../.."
made=$(realpath -m "${CARGO_TARGET_DIR:-target}")/extension

# An environment with the grammar of 1C's language, kept while what is wanted stays the same.
wanted=bindings/1c/grammar.txt
if ! cmp -s "$wanted" "$made/grammar.txt"; then
    rm -rf "$made"
    python3 -m venv "$made"
    "$made/bin/pip" install -q --disable-pip-version-check --require-hashes -r "$wanted"
    cp "$wanted" "$made/grammar.txt"
fi

status=0
"$made/bin/python" tests/extension/check.py || status=1
"$made/bin/python" tests/extension/logic.py || status=1
if [ $# = 2 ]; then
    ${CC:-cc} -shared -fPIC -O1 -o "$made/off_clock.so" tests/support/off_clock.c
    for test in real processes; do
        LD_PRELOAD=$made/off_clock.so "$made/bin/python" "tests/extension/$test.py" "$1" "$2" || status=1
    done
fi
exit "$status"
