#!/usr/bin/env bash
# Compiles the C tests and runs them:
#     run.sh plain       gcc and clang, as C99 and as C++17, all sizes with gcc as C99
#     run.sh valgrind    gcc, small sizes, every leak an error
#     run.sh asan|tsan   clang and an instrumented library, small sizes
set -euo pipefail
cd "$(dirname "$0")/../.."

kind=${1:-plain}
target=$(realpath "${CARGO_TARGET_DIR:-target}")
built=$target/${OSIGN_BUILT:-release}
out=$target/ctest/$kind
keys=$target/ctest/keys
rust_target=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p "$out" "$keys"
tests/c/keys.sh "$keys"

warnings=(-Wall -Wextra -Wpedantic -Werror -Wconversion -Wshadow)
# What some do to the process leaves no room for another tool. What the header says of the stack is true of what is shipped.
alone=(alloc wipe wipe_rsa wipe_tokens entropy)
[ "$built" = "$target/debug" ] || alone+=(stack)
programs=(vectors vector_parts settings bad_input bad_keys buffers large conventions threads fork tokens refresh hosted shared flow)

fail() {
    echo "run.sh: $*" >&2
    exit 1
}

passed=0
counted() { # Counts what only the exit status tells.
    "$@" || fail "failed: $*"
    passed=$((passed + 1))
}

# A service with OAuth 2.0 for the programs that include provider.h; it ends with this script. No proxy is for the loopback, and
# what they keep is in a folder of their own, anchors too.
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
scratch=$(mktemp -d)
export XDG_STATE_HOME=$scratch/state
trap 'rm -rf "$scratch"' EXIT
coproc SERVICE { exec python3 tests/provider/provider.py; }
read -r service <&"${SERVICE[0]}" || fail "the service did not start"

# fresh PROGRAM: a new folder for a program's stores
fresh() {
    rm -rf "${scratch:?}/$1"
    mkdir "$scratch/$1"
    echo "$scratch/$1"
}

# compile COMPILER STANDARD PROGRAM [FLAG...]
compile() {
    local compiler=$1 standard=$2 program=$3 language=c
    shift 3
    case $standard in *++*) language=c++ ;; esac
    "$compiler" -x "$language" "-std=$standard" "${warnings[@]}" -g -O1 -Iinclude \
        "tests/c/$program.c" -x none -o "$out/$program" "$@" -lcjson -pthread -ldl
}

# run PROGRAM [COMMAND BEFORE IT...]
run() {
    local program=$1 argument=()
    shift
    case $program in
        vectors | vector_parts | settings | flow) argument=(tests/vectors) ;;
        bad_keys | buffers | entropy | wipe_rsa) argument=("$keys") ;;
        tokens | refresh | hosted | shared | wipe_tokens) argument=("$service" "$(fresh "$program")") ;;
        stack) argument=("$keys" "$service" "$(fresh stack)") ;;
        unload) argument=("$built/libosign.so" "$service" "$scratch/shared") ;;
    esac
    "$@" "$out/$program" "${argument[@]}"
}

plain() {
    local compiler standard program
    for compiler in gcc clang g++ clang++; do
        standard="c99"
        case $compiler in *++) standard=c++17 ;; esac
        echo "-- $compiler -std=$standard"
        # The library is the same for all; once is enough for what takes long.
        [ "$compiler" = gcc ] || export OSIGN_TEST_SMALL=1 OSIGN_TEST_AGAIN=1
        for program in "${programs[@]}"; do
            compile "$compiler" "$standard" "$program" -L"$built" -losign -Wl,-rpath,"$built"
            run "$program"
        done
        for program in "${alone[@]}"; do
            compile "$compiler" "$standard" "$program" -L"$built" -losign -Wl,-rpath,"$built"
            run "$program"
        done
        compile "$compiler" "$standard" unload
        run unload
        mkdir -p "$out/panics"
        cp "${OSIGN_TEST_LIBRARY:-$target/debug/tests/libosign.so}" "$out/panics/libosign.so.0"
        compile "$compiler" "$standard" panic -L"$out/panics" -l:libosign.so.0 -Wl,-rpath,"$out/panics"
        run panic 2>"$out/panic.stderr" # The panics themselves are reported there.
        [ "$(grep -c 'details that no message may hold' "$out/panic.stderr")" = 200 ] ||
            fail "the panics of panic.c did not happen"
    done
    the_header_alone
}

# First, twice, and in every dialect that a program may be in.
the_header_alone() {
    local standard
    printf '#include <osign.h>\n#include <osign.h>\nint main(void) { return (int)osign_abi_version(); }\n' >"$out/header.c"
    for standard in c99 c11 c17 c2x gnu99; do
        for compiler in gcc clang; do
            counted "$compiler" -x c "-std=$standard" "${warnings[@]}" -Wstrict-prototypes -Iinclude -fsyntax-only "$out/header.c"
        done
    done
    for standard in c++11 c++17 c++20; do
        for compiler in g++ clang++; do
            counted "$compiler" -x c++ "-std=$standard" "${warnings[@]}" -Iinclude -fsyntax-only "$out/header.c"
        done
    done
    echo "header: $passed passed, 0 failed"
}

valgrind_run() {
    local program fault kinds=definite,indirect,possible
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
    for program in "${programs[@]}"; do
        local left=()
        [ "$program" != shared ] || left=(--suppressions=tests/c/fork.supp)
        compile gcc c99 "$program" -L"$built" -losign -Wl,-rpath,"$built"
        run "$program" "${check[@]}" "${left[@]}"
    done
    compile gcc c99 unload
    run unload "${check[@]}"
}

# sanitized SANITIZER FAULT...: a library and programs, all of them instrumented
sanitized() {
    local sanitizer=$1 program fault symbol archive
    shift
    archive=$target/$kind/$rust_target/debug/libosign.a
    symbol=__${kind}_init
    # RUSTC_BOOTSTRAP lets the stable compiler, which carries the runtimes as well, take -Z.
    # The standard library is not instrumented; what the second flag is about is a hash of its ABI.
    # Without optimisation it is there in half the time.
    RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=$sanitizer -Cunsafe-allow-abi-mismatch=sanitizer -Cdebuginfo=1" \
        cargo rustc --locked --lib --features capi \
        --crate-type staticlib --target "$rust_target" --target-dir "$target/$kind" --quiet
    export OSIGN_TEST_SMALL=1
    # The runtime is Rust's own, since an older clang's lacks what a newer compiler calls (__tsan_memcpy).
    local flags=("-fsanitize=$sanitizer" -fno-omit-frame-pointer) runtime
    runtime=$(find "$(rustc --print target-libdir)" -name "librustc*_rt.$kind.a" | head -n 1)
    [ -n "$runtime" ] || fail "this Rust toolchain carries no runtime for $kind; take one of rustup's"
    local link=(-fno-sanitize=all "-Wl,--whole-archive,$runtime,--no-whole-archive,--export-dynamic"
        -pthread -ldl -lrt -lm -lgcc_s)

    # It is on, in the library and in the programs: both ask for the runtime, and faults are caught.
    grep -q "U $symbol" <(nm "$archive" 2>/dev/null) || fail "the library is not instrumented: no $symbol"
    clang -g "${flags[@]}" -c tests/c/caught.c -o "$out/caught.o"
    clang "$out/caught.o" -o "$out/caught" "${link[@]}"
    for fault in "$@"; do
        if launch "$out/caught" "$fault" >"$out/$fault.log" 2>&1; then fail "$kind does not see $fault"; fi
        grep -q "Sanitizer: $fault" "$out/$fault.log" || fail "$kind fails on $fault for another reason; see $out/$fault.log"
    done
    echo "$kind proof: $(($# + 1)) passed, 0 failed"

    for program in "${programs[@]}"; do
        # The standard library's locks are not instrumented, so that threads which wait for one look like a race.
        [ "$kind $program" != "tsan shared" ] || continue
        compile clang c99 "$program" -c "${flags[@]}" -Wno-unused-command-line-argument
        mv "$out/$program" "$out/$program.o"
        clang "$out/$program.o" -o "$out/$program" "$archive" -lcjson "${link[@]}"
        grep -q "$symbol" <(nm "$out/$program") || fail "$program is not instrumented"
        run "$program" launch
    done
}

# Where the kernel lays memory out more randomly than the runtime of an older clang can bear, ask it not to.
launch() {
    setarch -R "$@"
}

case $kind in
    plain) plain ;;
    valgrind) valgrind_run ;;
    asan)
        export ASAN_OPTIONS=detect_leaks=1:halt_on_error=1:detect_stack_use_after_return=1
        sanitized address heap-use-after-free heap-buffer-overflow
        ;;
    tsan)
        symbolizer=$(clang -print-prog-name=llvm-symbolizer) # Reports are about names.
        [ -x "$symbolizer" ] || fail "there is no llvm-symbolizer; run scripts/deps.sh"
        export TSAN_OPTIONS=halt_on_error=1:die_after_fork=0:external_symbolizer_path=$symbolizer
        sanitized thread "data race"
        ;;
    *) fail "no such kind: $kind" ;;
esac
