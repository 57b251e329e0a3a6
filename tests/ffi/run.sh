#!/usr/bin/env bash
# Other languages load the library by include/osign.cdef, and sign: Python by cffi, PHP, LuaJIT.
set -euo pipefail
cd "$(dirname "$0")/../.."

library=$(realpath "${CARGO_TARGET_DIR:-target}/release/libosign.so")
cdef=include/osign.cdef
for command in php luajit .venv/bin/python; do
    command -v "$command" >/dev/null || { echo "ffi: there is no $command; run scripts/deps.sh" >&2; exit 1; }
done
.venv/bin/python -bb -W error tests/ffi/sign.py "$cdef" "$library"
# Warnings are errors.
php -d error_reporting=-1 -d display_errors=stderr -d ffi.enable=1 tests/ffi/sign.php "$cdef" "$library"
luajit tests/ffi/sign.lua "$cdef" "$library"
