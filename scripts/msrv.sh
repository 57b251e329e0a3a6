#!/usr/bin/env bash
# Checks that the library and the command line build with the Rust that Cargo.toml promises (rust-version).
#
# It takes a toolchain of that version from rustup where it is there, and else Debian 12's packages of it,
# unpacked under target/msrv and never installed.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
promised=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
root=$target/msrv/root

fail() {
    echo "msrv: $*" >&2
    exit 1
}

unpack_debian() {
    local version=$promised.0+dfsg3-1~deb12u3 triplet
    triplet=$(dpkg --print-architecture)
    [ "$triplet" = amd64 ] || fail "there is no Rust $promised here; rustup toolchain install $promised"
    mkdir -p "$target/msrv"
    if [ ! -e "$root/done" ]; then
        rm -rf "$root"
        (
            cd "$target/msrv"
            apt-get download -q "rustc-web=$version" "cargo-web=$version" "libstd-rust-web-dev=$version" \
                "libstd-rust-web-$promised=$version" libllvm19 libhttp-parser2.9 libpcre3 >/dev/null 2>&1
        ) || fail "apt-get download could not fetch Rust $promised; rustup toolchain install $promised"
        for package in "$target"/msrv/*.deb; do
            dpkg -x "$package" "$root"
        done
        rm "$target"/msrv/*.deb
        touch "$root/done"
    fi
    export LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu:$root/usr/lib/llvm-19/lib
    cargo=$root/usr/bin/cargo
    export RUSTC=$root/usr/bin/rustc
}

if rustup run "$promised" rustc --version >/dev/null 2>&1; then
    cargo=$(rustup which --toolchain "$promised" cargo)
    RUSTC=$(rustup which --toolchain "$promised" rustc)
    export RUSTC
else
    unpack_debian
fi
case $("$RUSTC" --version) in
    "rustc $promised."*) "$RUSTC" --version ;;
    *) fail "$("$RUSTC" --version) is not $promised" ;;
esac

# A newer toolchain's RUSTUP_TOOLCHAIN and flags must not reach the old one.
unset RUSTUP_TOOLCHAIN RUSTFLAGS
passed=0
for features in "" capi capi,cli; do
    "$cargo" check --locked --quiet --target-dir "$target/msrv/build" --no-default-features --features "$features" ||
        fail "it does not build with Rust $promised and the features '$features'"
    passed=$((passed + 1))
done
echo "msrv: $passed passed, 0 failed"
