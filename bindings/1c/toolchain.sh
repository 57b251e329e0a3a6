#!/usr/bin/env bash
# Fetches what builds the add-in, all of it into $CARGO_TARGET_DIR/addin (target/addin), nothing into the system:
#     toolchain/   Rust with the source of its standard library, mingw-w64, and LLVM's linker: Debian's packages, unpacked
#     tools/       a Python environment with zig, which links for Linux, and what checks the bundle
# A second run does nothing. What was taken is noted in toolchain.txt, which goes into dist/ with the bundle.
#
# Debian's Rust and not rustup's: the source of the standard library comes with it, and it is one that knows Windows 7.
set -euo pipefail
cd "$(dirname "$0")/../.."

addin=$(realpath -m "${CARGO_TARGET_DIR:-target}")/addin
root=$addin/toolchain

fail() {
    echo "addin: $*" >&2
    exit 1
}

# The linker for macOS, and what puts its libraries together and looks into them: in toolchain/llvm. It need not be Rust's
# own LLVM.
llvm=19

is_unpacked() {
    [ -e "$root/done" ] && [ -e "$root/llvm/bin/ld64.lld" ]
}

# The newest Rust that apt knows of.
newest() {
    { apt-cache madison rustc-web 2>/dev/null || true; } | awk '{ print $3 }' | sort -V | tail -n 1
}

# Whether a version is one that the package can be built with.
serves() {
    local oldest
    oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    [ "$(printf '%s\n' "$oldest" "$1" | sort -V | head -n 1)" = "$oldest" ]
}

unpack_debian() {
    local version series packages libraries file as_root=()
    # All of its packages in one version. The list of a machine that was set up long ago has older ones.
    version=$(newest)
    if ! serves "$version"; then
        [ "$(id -u)" = 0 ] || as_root=(sudo)
        "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=600 update -q >/dev/null || fail "apt-get could not update its lists"
        version=$(newest)
    fi
    serves "$version" ||
        fail "the newest rustc-web that apt-get has is ${version:-none}; this needs Debian 12 with its security archive"
    [ "$(dpkg --print-architecture)" = amd64 ] || fail "the toolchain is Debian's for amd64"
    echo "addin: unpacking Rust $version, mingw-w64 and LLVM's linker"
    series=$(cut -d. -f1,2 <<<"$version")
    packages=("rustc-web=$version" "cargo-web=$version" "rust-web-src=$version" "libstd-rust-web-dev=$version"
        "libstd-rust-web-$series=$version" binutils-mingw-w64-x86-64 binutils-mingw-w64-i686 gcc-mingw-w64-base
        "lld-$llvm" "llvm-$llvm" mingw-w64-common mingw-w64-x86-64-dev mingw-w64-i686-dev gcc-mingw-w64-x86-64-win32
        gcc-mingw-w64-x86-64-win32-runtime gcc-mingw-w64-i686-win32 gcc-mingw-w64-i686-win32-runtime)
    # The shared libraries that Rust needs and this machine lacks: what apt-get would install beside it.
    rm -rf "$root"
    mkdir -p "$root/packages"
    apt-get -s install --no-install-recommends "rustc-web=$version" "cargo-web=$version" "lld-$llvm" "llvm-$llvm" \
        >"$root/install.log" 2>&1 || fail "apt-get could not install Rust: $(tail -n 1 "$root/install.log")"
    mapfile -t libraries < <(awk '$1 == "Inst" && $2 ~ /^lib/ && $2 !~ /^libstd-rust/ { print $2 }' "$root/install.log")
    (cd "$root/packages" && apt-get download -q "${packages[@]}" "${libraries[@]}" >../download.log 2>&1) ||
        fail "apt-get download failed: $(tail -n 1 "$root/download.log")"
    for file in "$root"/packages/*.deb; do
        dpkg -x "$file" "$root"
        # shellcheck disable=SC2016
        dpkg-deb -W --showformat='${Package} ${Version}\n' "$file"
    done >"$root/packages.txt"
    rm -r "$root/packages"
    # Some packages still put libraries into /lib, which is a name of /usr/lib.
    if [ -d "$root/lib" ]; then
        cp -a "$root/lib/." "$root/usr/lib/"
        rm -r "$root/lib"
    fi
    # Of Rust's source the standard library alone; and the names that compilers look for, which installing would make.
    find "$root"/usr/src/rustc-*/ -mindepth 1 -maxdepth 1 ! -name library -exec rm -rf {} +
    for file in "$root"/usr/bin/*-w64-mingw32-gcc-win32; do
        ln -s "${file##*/}" "${file%-win32}"
    done
    ln -s "usr/lib/llvm-$llvm" "$root/llvm"
    run rustc -vV >/dev/null || fail "the Rust that was unpacked does not run"
    run cargo -V >/dev/null || fail "the Cargo that was unpacked does not run"
    touch "$root/done"
}

run() { # PROGRAM ARGUMENT...
    LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu "$root/usr/bin/$1" "${@:2}"
}

is_unpacked || unpack_debian

if ! cat bindings/1c/requirements.txt bindings/1c/grammar.txt | cmp -s - "$addin/tools/requirements.txt"; then
    echo "addin: making the environment of zig"
    rm -rf "$addin/tools"
    python3 -m venv "$addin/tools" || fail "python3 cannot make a virtual environment; apt-get install python3-venv"
    "$addin/tools/bin/pip" install -q --disable-pip-version-check --require-hashes -r bindings/1c/requirements.txt ||
        fail "pip could not install bindings/1c/requirements.txt"
    cat bindings/1c/requirements.txt bindings/1c/grammar.txt >"$addin/tools/requirements.txt"
fi

{
    cat "$root/packages.txt"
    # Where this machine had LLVM's library already, no package of it was unpacked.
    run rustc -vV | sed -n 's/^LLVM version: /llvm /p'
    sed -n 's/^\([a-z-]*\)==\([^ ]*\).*/\1 \2/p' "$addin/tools/requirements.txt"
} >"$addin/toolchain.txt"
