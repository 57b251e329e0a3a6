#!/usr/bin/env bash
# Other languages load the library by include/osign.cdef, sign, and keep a key in a store: Python by cffi, PHP, LuaJIT.
set -euo pipefail
cd "$(dirname "$0")/../.."

library=$(realpath "${CARGO_TARGET_DIR:-target}/${OSIGN_BUILT:-release}/libosign.so")
cdef=include/osign.cdef
for command in php luajit .venv/bin/python; do
    command -v "$command" >/dev/null || { echo "ffi: there is no $command; run scripts/deps.sh" >&2; exit 1; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_STATE_HOME=$scratch/state
.venv/bin/python -bb -W error tests/ffi/sign.py "$cdef" "$library" "sqlite:$scratch/python.db"
# Warnings are errors.
php -d error_reporting=-1 -d display_errors=stderr -d ffi.enable=1 tests/ffi/sign.php "$cdef" "$library" "sqlite:$scratch/php.db"
luajit tests/ffi/sign.lua "$cdef" "$library" "sqlite:$scratch/lua.db"
