#!/usr/bin/env bash
# Builds the command line for Windows, and runs its grants and their store under wine.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
out=$target/windows
triple=x86_64-pc-windows-gnu
wine=/usr/lib/wine/wine64 # Debian's wine64 puts it nowhere else.
mkdir -p "$out"

fail() {
    echo "windows: $*" >&2
    exit 1
}

command -v x86_64-w64-mingw32-gcc >/dev/null || fail "gcc-mingw-w64-x86-64 is missing; run scripts/deps.sh platforms"
[ -x "$wine" ] || fail "wine64 is missing; run scripts/deps.sh platforms"
command -v rustup >/dev/null || fail "there is no rustup, which has Rust's standard library for $triple"
rustup target add "$triple" >"$out/rustup.log" 2>&1 || { cat "$out/rustup.log" >&2; exit 1; }

cargo build --locked --no-default-features --features cli --bin osign --target "$triple" --target-dir "$target"
cp "$target/$triple/debug/osign.exe" "$out/"
x86_64-w64-mingw32-gcc -std=c17 -Wall -Wextra -Wpedantic -Werror -O1 -shared tests/windows/bcryptprimitives.c \
    -o "$out/bcryptprimitives.dll" -ladvapi32
python3 tests/windows/store.py "$wine" "$out/osign.exe" "$out/run"
