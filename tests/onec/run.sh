#!/usr/bin/env bash
# Compiles the add-in's tests, which are hosts without 1C, and runs them:
#     run.sh plain       this machine's processor, g++ and clang++, all sizes with g++
#     run.sh valgrind    the same by g++ under valgrind, small sizes, every leak an error
#     run.sh i386        32-bit x86: the add-in as it is shipped, all sizes
#     run.sh arm64       64-bit ARM: the same under qemu's emulation, small sizes
#     run.sh wine        Windows x64: the add-in as it is shipped, under wine
#     run.sh wine-tokens the same, and the add-in with the class OSignTokens, which takes minutes more to build
#     run.sh wine32      Windows x86: the same under the wine of an i386 chroot, which wine32.sh makes; needs root
# What is shipped is built by bindings/1c/build.sh. OSIGN_ADDINS names a folder with its lib/ and panics/ to take instead.
set -euo pipefail
cd "$(dirname "$0")/../.."

kind=${1:-plain}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
out=$target/onectest/$kind
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
addin=${OSIGN_TEST_ADDIN:-$target/debug/addin/libosign.so}
keeper=${OSIGN_TEST_TOKENS:-$target/debug/tokens/libosign.so} # the add-in with the class OSignTokens
tests=${OSIGN_TEST_LIBRARY:-$target/debug/tests/libosign.so} # with --cfg osign_panics and osign_vectors
shipped=$(realpath -m "${OSIGN_ADDINS:-$target/addin}")
mkdir -p "$out"

warnings=(-Wall -Wextra -Wpedantic -Werror -Wconversion -Wshadow)
programs=(interface unheard memory shortage methods login values language vectors threads cycles unload panic)
# The class OSignTokens, whose add-in is built for this machine.
case $kind in plain | valgrind) programs+=(tokens) ;; esac

fail() {
    echo "run.sh: $*" >&2
    exit 1
}

needs() { # COMMAND PACKAGE...: most are heavy, and in no suite of `make test`, so that scripts/deps.sh leaves them to this.
    local command=$1
    shift
    command -v "$command" >/dev/null && return
    echo "run.sh: installing $*"
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -q \
        --no-install-recommends "$@" >"$out/apt.log" 2>&1 || fail "apt-get could not install $*; see $out/apt.log"
}

# The add-in for another system, as it is shipped, and with what the tests need besides.
shipped() { # TARGET FILE
    if [ -z "${OSIGN_ADDINS:-}" ]; then
        bindings/1c/toolchain.sh
        bindings/1c/build.sh "$1"
        bindings/1c/build.sh --panics "$1"
    fi
    addin=$shipped/lib/$1/$2
    tests=$shipped/panics/$1/$2
    if [ ! -e "$addin" ] || [ ! -e "$tests" ]; then fail "there is no $addin, or no $tests"; fi
}

# A service with OAuth 2.0 for the class OSignTokens; it ends with this script. No proxy is for the loopback.
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
scratch=$(mktemp -d)
export XDG_STATE_HOME=$scratch/state
trap 'rm -rf "$scratch"' EXIT
coproc SERVICE { exec python3 tests/provider/provider.py; }
read -r service <&"${SERVICE[0]}" || fail "the service did not start"

# compile COMPILER [FLAG...]
compile() {
    local compiler=$1 program
    shift
    echo "-- $compiler"
    python3 tests/onec/vectors.py tests/vectors >"$out/vectors.inc"
    for program in host object "${programs[@]}"; do
        "$compiler" -std=c++17 "${warnings[@]}" -g -O1 -I"$out" -DOSIGN_VERSION="\"$version\"" "$@" \
            -c "tests/onec/$program.cpp" -o "$out/$program.o"
    done
    for program in "${programs[@]}"; do
        "$compiler" "$@" "$out/$program.o" "$out/host.o" "$out/object.o" -o "$out/$program" -pthread -ldl
    done
}

# panics COUNT PROGRAM [COMMAND BEFORE IT...]: the panics themselves are reported on stderr.
before_panic=()
panics() {
    local count=$1 program=$2 log=$out/$2.stderr
    shift 2
    "$@" "${before_panic[@]}" "$out/$program" "$tests" panics 2>"$log" || { cat "$log" >&2; exit 1; }
    [ "$(grep -c 'details that no message may hold' "$log")" = "$count" ] || fail "the panics of $program.cpp did not happen"
}

# run [COMMAND BEFORE IT...]
run() {
    local program
    for program in "${programs[@]}"; do
        case $program in
            vectors) "$@" "$out/$program" "$tests" ;;
            panic) panics 100 "$program" "$@" ;;
            unload)
                "$@" "$out/$program" "$addin"
                panics 6 "$program" "$@"
                ;;
            login) "$@" "$out/$program" "$addin" tests/vectors/oauth1/keys/mastercard-rsa-2048.pem ;;
            tokens)
                rm -rf "$scratch/tokens"
                mkdir "$scratch/tokens"
                "$@" "$out/$program" "$keeper" "$service" "$scratch/tokens"
                "$@" "$out/interface" "$keeper"
                ;;
            *) "$@" "$out/$program" "$addin" ;;
        esac
    done
}

plain() {
    local compiler
    # Without optimisation large sizes take minutes; `onec-release` has them.
    [ "$addin" != "$target/debug/addin/libosign.so" ] || export OSIGN_TEST_SMALL=1
    for compiler in g++ clang++; do
        compile "$compiler"
        run
        export OSIGN_TEST_SMALL=1 # The add-in is the same for both; once is enough for what takes long.
    done
}

valgrind_run() {
    local fault kinds=definite,indirect,possible
    command -v valgrind >/dev/null || fail "there is no valgrind; run scripts/deps.sh"
    local check=(valgrind -q --error-exitcode=99 --leak-check=full "--show-leak-kinds=$kinds"
        "--errors-for-leak-kinds=$kinds")
    export OSIGN_TEST_SMALL=1
    # It is on: a program that reads what it freed, and loses memory, is caught.
    gcc -g tests/c/caught.c -o "$out/caught" -pthread
    for fault in use-after-free leak; do
        if "${check[@]}" "$out/caught" "$fault" >/dev/null 2>&1; then fail "valgrind does not see $fault"; fi
    done
    echo "valgrind proof: 2 passed, 0 failed"
    compile g++
    # What a panic carries is lost on purpose: see src/capi/guard.rs.
    before_panic=(--leak-check=no)
    run "${check[@]}"
}

arm64() {
    export OSIGN_TEST_SMALL=1
    needs aarch64-linux-gnu-g++ g++-aarch64-linux-gnu
    needs qemu-aarch64 qemu-user
    compile aarch64-linux-gnu-g++
    run qemu-aarch64 -L /usr/aarch64-linux-gnu
}

# By the processor itself: qemu-i386 7.2 does not come out of threads.cpp, which ends well without it.
i386() {
    local folder=/usr/i686-linux-gnu/lib
    needs i686-linux-gnu-g++ g++-i686-linux-gnu
    "$folder/ld-linux.so.2" --version >/dev/null || fail "this machine runs no 32-bit programs"
    compile i686-linux-gnu-g++
    run "$folder/ld-linux.so.2" --library-path "$folder"
}

with_tokens=()
# on_windows TRIPLE ZIG-TARGET WINE...: two hosts, one with its tables written out, one as Microsoft's C++ has them
on_windows() {
    local gcc=$1-w64-mingw32-gcc zig=$target/addin/tools/bin/python msvc=$2 name
    shift 2
    [ -x "$zig" ] || bindings/1c/toolchain.sh
    for name in platform checks values tables; do
        "$gcc" -std=c17 "${warnings[@]}" -g -O1 -c "tests/onec/windows/$name.c" -o "$out/$name.o"
    done
    # zig adds an option of its own that then is not used.
    ZIG_GLOBAL_CACHE_DIR=$target/addin/zig ZIG_LOCAL_CACHE_DIR=$target/addin/zig \
        "$zig" -m ziglang c++ -target "$msvc" -c -std=c++17 -nostdinc -ffreestanding -fno-rtti -fno-exceptions \
        -fno-sanitize=all -Wall -Wextra -Wpedantic -Werror -Wno-unused-command-line-argument -O1 \
        tests/onec/windows/msvc.cpp -o "$out/msvc.o"
    unset DISPLAY
    export WINEPREFIX=$out/prefix WINEDEBUG=-all
    for name in tables msvc; do
        echo "-- $name"
        "$gcc" "$out/platform.o" "$out/checks.o" "$out/values.o" "$out/$name.o" -o "$out/$name.exe"
        rm -rf "$out/$name" && mkdir "$out/$name" # What the add-in keeps is in the folder that it runs in.
        (cd "$out/$name" && exec "$@" "$out/$name.exe" "$addin" "$tests" "${with_tokens[@]}") 2>"$out/$name.stderr" || { cat "$out/$name.stderr" >&2; exit 1; }
        grep -q 'details that no message may hold' "$out/$name.stderr" || fail "the panic of checks.c did not happen"
    done
}

case $kind in
    plain) plain ;;
    valgrind) valgrind_run ;;
    i386)
        shipped linux_i386 osign.so
        i386
        ;;
    arm64)
        shipped linux_arm64 osign.so
        arm64
        ;;
    wine | wine-tokens)
        needs x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
        wine=/usr/lib/wine/wine64 # Debian's wine64 puts it nowhere else.
        needs "$wine" wine64
        shipped windows_x86_64 osign.dll
        if [ "$kind" = wine-tokens ]; then
            [ -n "${OSIGN_ADDINS:-}" ] || bindings/1c/build.sh --tokens windows_x86_64
            with_tokens=("$shipped/tokens/windows_x86_64/osign.dll")
        fi
        on_windows x86_64 x86_64-windows-msvc "$wine"
        ;;
    wine32)
        wine=("${OSIGN_WINE32:-}")
        if [ -z "${OSIGN_WINE32:-}" ]; then
            root=$(realpath -m "${OSIGN_WINE32_ROOT:-$target/wine32}")
            [ "$(id -u)" = 0 ] || fail "a chroot for a 32-bit wine needs root; or name a wine of your own by OSIGN_WINE32"
            needs debootstrap debootstrap
            tests/onec/wine32.sh make "$root"
            wine=(tests/onec/wine32.sh run "$root" "$target" "$shipped" --)
        fi
        needs i686-w64-mingw32-gcc gcc-mingw-w64-i686
        shipped windows_i386 osign.dll
        on_windows i686 x86-windows-msvc "${wine[@]}"
        ;;
    *) fail "no such kind: $kind" ;;
esac
