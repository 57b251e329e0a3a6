#!/usr/bin/env bash
# What the shared library, above all the released one, shows to a linker: its symbols, its name, what it needs, its size; and
# the same of one that signs alone, which `make signing` has put beside it.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${CARGO_TARGET_DIR:-target}
library=$target/release/libosign.so
signing=$target/release/signing/libosign.so
# What the suite `rust` builds as well need not be built twice; Cargo knows of such a folder since 1.91.
built=$(realpath -m "$target")
passed=0
failed=0

check() { # check WHAT COMMAND...
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        echo "failed: $what" >&2
        failed=$((failed + 1))
    fi
}

# A name that is missing breaks programs; one that is new was perhaps not meant. Whoever means it writes
# it down: nm -D --defined-only target/release/libosign.so | awk '{ print $3 }' | LC_ALL=C sort
symbols() {
    nm -D --defined-only "$library" | awk '{ print $3 }' | LC_ALL=C sort | diff tests/c/symbols.txt -
}
check "the exported symbols are those of tests/c/symbols.txt" symbols

# The default features are all of them. With no feature there are none.
exported_by() { # exported_by FLAG...
    CARGO_BUILD_BUILD_DIR=$built cargo rustc --quiet --locked --lib --crate-type cdylib --target-dir "$target/plain" "$@"
    nm -D --defined-only "$target/plain/debug/libosign.so" | awk '{ print $3 }' | LC_ALL=C sort
}
plain_symbols() {
    exported_by | diff tests/c/symbols.txt -
}
check "a build with the default features exports them too" plain_symbols
no_symbols() {
    exported_by --no-default-features | diff /dev/null -
}
check "without default features nothing is exported" no_symbols

# And those that the header declares.
declared() {
    grep -oE '\bosign_[a-z0-9_]+\(' include/osign.h | tr -d '(' | LC_ALL=C sort -u >"$target/declared.txt"
    # Names in comments are followed by a parenthesis too; they are names of functions all the same.
    diff tests/c/symbols.txt "$target/declared.txt"
}
check "the header declares each of them, and no other" declared

# One that signs alone has those of the header before the sections of tokens.
of_signing() {
    sed '/^\/\* --- Tokens/,$d' include/osign.h | grep -oE '^[a-z].*\bosign_[a-z0-9_]+\(' |
        grep -oE 'osign_[a-z0-9_]+\(' | tr -d '(' | LC_ALL=C sort >"$target/signing.txt"
    nm -D --defined-only "$signing" | awk '{ print $3 }' | LC_ALL=C sort | diff "$target/signing.txt" -
}
check "a library that signs alone exports what the header says" of_signing

soname=$(readelf -d "$library" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
abi=$(sed -n 's/^#define OSIGN_ABI_VERSION //p' include/osign.h)
check "the SONAME is libosign.so.$abi, not $soname" test "$soname" = "libosign.so.$abi"

needed=$(readelf -d "$library" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | LC_ALL=C sort)
# Before glibc 2.34 these were libraries of their own.
others=$(grep -vE '^(libc\.so\.6|libgcc_s\.so\.1|ld-linux-[a-z0-9_-]+\.so\.[0-9]+|lib(m|dl|rt|pthread)\.so\.[0-9]+)$' <<<"$needed" || true)
check "it needs no library but the C library and libgcc: $others" test -z "$others"

check "it has no executable stack" grep -qE 'GNU_STACK.* RW ' <(readelf -lW "$library")
dynamic=$(readelf -d "$library") # Apart, so that readelf's own failure ends this.
check "it needs no text relocations" test "${dynamic/TEXTREL/}" = "$dynamic"

size_of() { # Without what a debugger needs.
    strip -o "$target/stripped.so" "$1"
    stat -c %s "$target/stripped.so"
    rm "$target/stripped.so"
}
size=$(size_of "$library")
size_of_signing=$(size_of "$signing")
most=$((4500 * 1024))
most_of_signing=$((720 * 1024))
check "stripped, it is $size bytes, more than 4.5 MB" test "$size" -le "$most"
check "stripped, one that signs alone is $size_of_signing bytes, more than 720 KB" test "$size_of_signing" -le "$most_of_signing"

echo "SONAME $soname; needs ${needed//$'\n'/, }; $(wc -l <tests/c/symbols.txt) symbols; stripped $size bytes of $most;" \
    "one that signs alone $size_of_signing of $most_of_signing"
echo "abi: $passed passed, $failed failed"
[ "$failed" = 0 ]
