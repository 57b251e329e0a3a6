#!/usr/bin/env bash
# Builds the add-in's libraries:
#     build.sh [--tokens] [--panics] [TARGET...]
# TARGET is one of windows_x86_64, windows_i386, linux_x86_64, linux_i386, linux_arm64, macos_universal; none is all.
# The toolchain must be there (toolchain.sh). Each library comes to two names in target/addin/lib/TARGET/:
#     OSign_0_1_0_linux_x86_64.so    as the bundle has it: the version in its name, since the platform's cache goes by names
#     osign.so, .dll or .dylib       the same file under a name that stays, for test hosts
# With --tokens it is the larger one, with the class OSignTokens, and stands in target/addin/tokens/TARGET/ under names of its own.
# With --panics it has one method more, which panics, and stands in target/addin/panics/TARGET/ instead.
#
# Two builds of one source with one toolchain give the same bytes, wherever the source lies, as long as the target folder
# lies inside it: Rust hashes the paths of the standard library's source, relative to ours.
set -euo pipefail
cd "$(dirname "$0")/../.."

source=$PWD
addin=$(realpath -m "${CARGO_TARGET_DIR:-target}")/addin
root=$addin/toolchain
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
all=(windows_x86_64 windows_i386 linux_x86_64 linux_i386 linux_arm64 macos_universal)

fail() {
    echo "addin: $*" >&2
    exit 1
}

# Windows' version resource and БСП's catalogue have room for numbers alone.
[[ $version =~ ^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$ ]] ||
    fail "the version $version is not three numbers; a pre-release cannot be built as an add-in"
[ -e "$root/done" ] || fail "there is no toolchain; make addin fetches it"
place=lib
# The class that the bundle is named after, and what it needs; RSA by ring, too, which has parts in C and assembly: for every target
# but macOS, whose system headers only a Mac has.
class=OSign
features=onec,ring
without_ring=onec
# What shortage.rs unwinds with; not stable either.
cfg=(--cfg osign_alloc_error_hook)
if [ "${1:-}" = --tokens ]; then
    place=tokens
    class=OSignTokens
    features=onec-tokens,roots
    without_ring=onec-tokens
    shift
fi
if [ "${1:-}" = --panics ]; then
    [ "$place" = lib ] || place=panics-tokens
    [ "$place" != lib ] || place=panics
    cfg+=(--cfg osign_panics --cfg osign_vectors)
    shift
fi
[ $# -gt 0 ] || set -- "${all[@]}"

# Nothing of the user's own toolchain may reach the build, nor a setting in the environment. (Cargo's own file may.)
mapfile -t settings < <(compgen -e | grep -E '^(CARGO_(BUILD_|PROFILE_|TARGET_|UNSTABLE_|INCREMENTAL)|RUST|MACOSX_)' || true)
unset "${settings[@]}"
export PATH=$root/usr/bin:$addin/tools/bin:$PATH
export LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export ZIG_GLOBAL_CACHE_DIR=$addin/zig ZIG_LOCAL_CACHE_DIR=$addin/zig CARGO_ZIGBUILD_CACHE_DIR=$addin/zig
export CARGO_TARGET_DIR=$addin/build
# Debian's compiler is a stable one, and building the standard library is not stable yet. The one that Debian and rustup
# have built needs a newer glibc, or a newer Windows, than our users have. It is built without its backtraces, which make a
# tenth of the library: nobody would read them, on a server.
export RUSTC_BOOTSTRAP=1

# The paths of this machine stay out of the libraries: those of the crates, of the standard library's source, which Cargo
# names relative to ours, and of ours.
cargo fetch --locked --quiet || fail "cargo could not fetch the crates"
sysroot=$(rustc --print sysroot)
remap() {
    flags+=${flags:+$'\x1f'}--remap-path-prefix=$1=$2
}
flags=
remap "$source" osign
for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
    remap "${registry%/}" crates
done
for rust in "$sysroot/lib/rustlib/src/rust" "$(realpath "$sysroot/lib/rustlib/src/rust")"; do
    remap "$rust" rust
    remap "$(realpath -sm --relative-to=. "$rust")" rust
done
export CARGO_PROFILE_RELEASE_STRIP=symbols
# Beyond this, inlining and unrolling make the libraries a tenth larger, and a header a hundredth faster.
smaller=()
for argument in -inline-threshold=25 -inlinehint-threshold=85 -inlinecold-threshold=0 -unroll-threshold=22 \
    -unroll-partial-threshold=0 -align-loops=1; do
    smaller+=(-C "llvm-args=$argument")
done
# How to link, where that is not Cargo's to know.
linker=()

# cargo_rustc COMMAND TRIPLE LINK-ARGUMENT...
cargo_rustc() {
    local command=$1 triple=$2 argument arguments=()
    shift 2
    for argument; do
        arguments+=(-C "link-arg=$argument")
    done
    CARGO_ENCODED_RUSTFLAGS=$flags $command rustc --release --locked --quiet --lib --no-default-features \
        --features "$features" --crate-type cdylib \
        -Zbuild-std=std,panic_unwind -Zbuild-std-features=panic-unwind --target "$triple" \
        -- "${smaller[@]}" "${linker[@]}" "${arguments[@]}" "${cfg[@]}"
}

# The version resource: what the file's properties show, and antivirus programs look at.
resource() {
    local tool=$1 file=$2 numbers=${version//./,},0
    mkdir -p "$(dirname "$file")"
    cat >"$file.rc" <<RC
1 VERSIONINFO
FILEVERSION $numbers
PRODUCTVERSION $numbers
FILEOS 0x40004
FILETYPE 2
BEGIN
    BLOCK "StringFileInfo"
    BEGIN
        BLOCK "040904B0"
        BEGIN
            VALUE "CompanyName", "osign"
            VALUE "FileDescription", "$class: API requests of 1C:Enterprise"
            VALUE "FileVersion", "$version"
            VALUE "InternalName", "$class"
            VALUE "LegalCopyright", "MIT OR Apache-2.0"
            VALUE "OriginalFilename", "$3"
            VALUE "ProductName", "osign"
            VALUE "ProductVersion", "$version"
        END
    END
    BLOCK "VarFileInfo"
    BEGIN
        VALUE "Translation", 0x0409, 0x04B0
    END
END
RC
    "$tool-windres" "$file.rc" "$file"
}

# windows TARGET TRIPLE TOOL NAME
windows() {
    resource "$3" "$addin/resource/$1.o" "$4"
    # By the name that cc looks for, since it knows no compiler for Windows 7.
    export "CC_${2//-/_}=$3-gcc" "AR_${2//-/_}=$3-ar"
    cargo_rustc cargo "$2" "$addin/resource/$1.o" -Wl,--no-insert-timestamp
    built=$CARGO_TARGET_DIR/$2/release/osign.dll
}

# linux TRIPLE NAME
# The glibc of CentOS 7; nothing that 1C runs on has an older one.
linux() {
    cargo_rustc cargo-zigbuild "$1.2.17" -Wl,--build-id=none "-Wl,-soname,$2"
    built=$CARGO_TARGET_DIR/$1/release/libosign.so
}

# macos NAME
# One file for both processors, since БСП knows of no other. LLVM's linker heeds the list of exports, which zig does not; zig
# has the list of what macOS's system library offers.
macos() {
    local sdk=$addin/macos system arch library with=$features parts=()
    system=$(echo "$addin"/tools/lib/python3*/site-packages/ziglang/lib/libc/darwin/libSystem.tbd)
    [ -e "$system" ] || fail "zig has no libSystem.tbd where it was"
    mkdir -p "$sdk/usr/lib"
    for library in System c m iconv; do
        ln -sf "$system" "$sdk/usr/lib/lib$library.tbd"
    done
    features=$without_ring
    for arch in x86_64 aarch64; do
        # What is written in C, SQLite and ring, is compiled by zig, which has the headers of macOS's C library.
        c_compiler "$arch" "$sdk/cc-$arch"
        export "CC_${arch}_apple_darwin=$sdk/cc-$arch" "AR_${arch}_apple_darwin=$root/llvm/bin/llvm-ar"
        linker=(-C "linker=$root/llvm/bin/ld64.lld" -C linker-flavor=ld64.lld)
        # Its own tools strip; Rust's are for a Mac.
        CARGO_PROFILE_RELEASE_STRIP=none SDKROOT=$sdk cargo_rustc cargo "$arch-apple-darwin" \
            -syslibroot "$sdk" -install_name "$1" -dead_strip -S -x
        parts+=("$CARGO_TARGET_DIR/$arch-apple-darwin/release/libosign.dylib")
    done
    linker=() features=$with
    built=$CARGO_TARGET_DIR/libosign.dylib
    "$root/llvm/bin/llvm-lipo" -create "${parts[@]}" -output "$built"
}

# c_compiler ARCH FILE: a program that takes what a compiler of Apple's would be given
c_compiler() {
    local oldest=10.12
    [ "$1" = x86_64 ] || oldest=11.0
    cat >"$2" <<CC
#!/usr/bin/env bash
set -euo pipefail
arguments=()
while [ \$# -gt 0 ]; do
    case \$1 in
        --target=* | -mmacosx-version-min=*) ;;
        -arch | -isysroot) shift ;;
        *) arguments+=("\$1") ;;
    esac
    shift
done
exec "$addin/tools/bin/python" -m ziglang cc -target $1-macos.$oldest "\${arguments[@]}"
CC
    chmod +x "$2"
}

build() {
    local target=$1 extension name folder
    case $target in
        windows_*) extension=dll name=${class}_${version//./_}_win_${target#*_}.dll ;;
        macos_*) extension=dylib name=${class}_${version//./_}_$target.dylib ;;
        *) extension=so name=${class}_${version//./_}_$target.so ;;
    esac
    case $target in
        windows_x86_64) windows "$target" x86_64-win7-windows-gnu x86_64-w64-mingw32 "$name" ;;
        windows_i386) windows "$target" i686-win7-windows-gnu i686-w64-mingw32 "$name" ;;
        linux_x86_64) linux x86_64-unknown-linux-gnu "$name" ;;
        linux_i386) linux i686-unknown-linux-gnu "$name" ;;
        linux_arm64) linux aarch64-unknown-linux-gnu "$name" ;;
        macos_universal) macos "$name" ;;
        *) fail "there is no target $target; it is one of ${all[*]}" ;;
    esac
    folder=$addin/$place/$target
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "$built" "$folder/$name"
    ln -s "$name" "$folder/osign.$extension"
}

for target; do
    start=$SECONDS
    build "$target"
    echo "addin: $target: $(stat -Lc %s "$addin/$place/$target"/"$class"_*) bytes, built in $((SECONDS - start)) s"
done
