#!/usr/bin/env bash
# Installs into a folder of its own, and builds programs against what is there:
#     install.sh shared      with pkg-config --cflags --libs osign, and the list of files
#     install.sh static      without the shared library, and the documented link line
#     install.sh cinstall    the same files as cargo-c installs
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:-shared}
target=$(realpath "${CARGO_TARGET_DIR:-target}")
tree=$target/installed/$kind
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
passed=0

fail() {
    echo "install: $*" >&2
    exit 1
}

check() { # check WHAT COMMAND...
    local what=$1
    shift
    "$@" || fail "$what"
    passed=$((passed + 1))
}

flags() { # What pkg-config says of the installed tree.
    PKG_CONFIG_SYSROOT_DIR=$tree PKG_CONFIG_PATH='' PKG_CONFIG_LIBDIR=$tree/usr/lib/pkgconfig pkg-config "$@" osign
}

files() { # The files below a tree, links with their targets.
    (cd "$1" && find . -type f -printf '%P\n' -o -type l -printf '%P -> %l\n' | LC_ALL=C sort)
}

rm -rf "$tree"
make --no-print-directory install DESTDIR="$tree" PREFIX=/usr >/dev/null

shared() {
    diff - <(files "$tree") <<END || fail "other files are installed"
usr/bin/osign
usr/include/osign.h
usr/lib/libosign.a
usr/lib/libosign.so -> libosign.so.$version
usr/lib/libosign.so.0 -> libosign.so.$version
usr/lib/libosign.so.$version
usr/lib/pkgconfig/osign.pc
usr/share/bash-completion/completions/osign
usr/share/doc/osign/LICENSE-APACHE
usr/share/doc/osign/LICENSE-MIT
usr/share/fish/vendor_completions.d/osign.fish
$(cd "$tree" && find usr/share/man -name 'osign*.1' | LC_ALL=C sort)
usr/share/osign/osign.cdef
usr/share/zsh/site-functions/_osign
END
    check "there is a man page" test -s "$tree/usr/share/man/man1/osign.1"
    check "pkg-config knows where osign.cdef is" cmp include/osign.cdef "$(flags --variable=cdef)"
    check "pkg-config knows the version" test "$(flags --modversion)" = "$version"
    local compiler
    for compiler in gcc clang; do
        # shellcheck disable=SC2046 # Words are what pkg-config hands out.
        check "$compiler builds a program" "$compiler" -std=c99 -Wall -Wextra -Wpedantic -Werror \
            examples/c/sign_rfc_example.c -o "$tree/example" $(flags --cflags --libs)
        check "it needs the library by its SONAME" grep -q 'NEEDED.*\[libosign\.so\.0\]' <(readelf -d "$tree/example")
        LD_LIBRARY_PATH=$tree/usr/lib "$tree/example" >"$tree/said"
        check "it signs the RFC's example" grep -q 'MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D' "$tree/said"
    done

    # Elsewhere, with the library in another folder, as Debian has it.
    make --no-print-directory install DESTDIR="$tree/other" PREFIX=/opt/osign LIBDIR=/opt/osign/lib/multi >/dev/null
    check "LIBDIR is heeded" test -e "$tree/other/opt/osign/lib/multi/libosign.so.0"
    check "and pkg-config told" test "$(PKG_CONFIG_LIBDIR=$tree/other/opt/osign/lib/multi/pkgconfig \
        pkg-config --variable=libdir osign)" = /opt/osign/lib/multi
}

static() {
    # With the shared library away, -losign can only mean the static one.
    rm "$tree"/usr/lib/libosign.so*
    local documented actual
    documented=$(sed -n 's/^Libs.private: //p' osign.pc.in)
    actual=$(cat "$target/release/libosign.needs") # As rustc said when `make build` made the library.
    check "osign.pc.in says Libs.private: $documented; rustc says: $actual" test "$documented" = "$actual"
    # shellcheck disable=SC2046
    check "a program links statically" gcc -std=c99 -Wall -Wextra -Wpedantic -Werror \
        examples/c/sign_rfc_example.c -o "$tree/example" $(flags --static --cflags --libs)
    local dynamic
    dynamic=$(readelf -d "$tree/example") # Apart, so that readelf's own failure ends this.
    check "and does not need the shared library" test "${dynamic/libosign/}" = "$dynamic"
    "$tree/example" >"$tree/said"
    check "it signs the RFC's example" grep -q 'MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D' "$tree/said"
    # shellcheck disable=SC2086
    check "the line without pkg-config" gcc -std=c99 -I"$tree/usr/include" examples/c/sign_rfc_example.c \
        -o "$tree/example" "$tree/usr/lib/libosign.a" $documented
}

cinstall() {
    cargo cinstall --version >/dev/null 2>&1 || fail "there is no cargo-c; cargo install cargo-c"
    cargo cinstall --release --locked --destdir "$tree/cargo-c" --prefix /usr --libdir /usr/lib \
        --target-dir "$target/cargo-c"
    # The command line, its pages and the licences are not cargo-c's.
    files "$tree" | grep -E '^usr/(include|lib|share/osign)/' >"$target/ours.txt"
    files "$tree/cargo-c" >"$target/cargo-c.txt"
    check "cargo-c installs the same files" diff "$target/ours.txt" "$target/cargo-c.txt"
    check "the same header" cmp include/osign.h "$tree/cargo-c/usr/include/osign.h"
    check "the same declarations" cmp include/osign.cdef "$tree/cargo-c/usr/share/osign/osign.cdef"
    check "the same SONAME" test "$(readelf -d "$tree/cargo-c/usr/lib/libosign.so" | grep -c 'SONAME.*\[libosign\.so\.0\]')" = 1
    check "the same symbols" diff tests/c/symbols.txt <(nm -D --defined-only "$tree/cargo-c/usr/lib/libosign.so" |
        awk '{ print $3 }' | LC_ALL=C sort)
    # shellcheck disable=SC2046
    check "a program builds against it" gcc examples/c/sign_rfc_example.c -o "$tree/example" \
        $(PKG_CONFIG_SYSROOT_DIR=$tree/cargo-c PKG_CONFIG_LIBDIR=$tree/cargo-c/usr/lib/pkgconfig pkg-config --cflags --libs osign)
    LD_LIBRARY_PATH=$tree/cargo-c/usr/lib "$tree/example" >"$tree/said"
    check "it signs the RFC's example" grep -q 'MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D' "$tree/said"
}

"$kind"
echo "install, $kind: $passed passed, 0 failed"
