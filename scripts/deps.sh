#!/usr/bin/env bash
# Installs what `make test` needs beside Rust, gcc, make and Python: packages of Debian, and a Python environment in .venv.
#     deps.sh              for `make test`
#     deps.sh platforms    that, and what suites of `make test-platforms` need in common; tests/onec/run.sh has the rest
#     deps.sh bench        for `make bench`
#     deps.sh demo         for `make demo` alone
#     deps.sh python       for `make python` alone
# What is there already is left alone, so a second run does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "deps: $*" >&2
    exit 1
}

purpose=${1:-test}

# What a package is needed for stands beside it.
packages=(
    clang                 # the second C compiler, and the sanitizers
    g++                   # the header and the tests as C++
    libcjson-dev          # tests/c/vectors.h
    libcurl4-openssl-dev  # examples/c/send_request.c
    liboauth-dev          # the differential test and the benchmark
    luajit                # tests/ffi/
    openssl               # keys for tests/c/bad_keys.c
    php-cli               # tests/ffi/
    pkg-config            # the install test
    valgrind
)
case $purpose in
    test) ;;
    bench) packages+=(golang-github-gomodule-oauth1-dev golang-go libcpprest-dev libssl-dev postgresql) ;; # peers, and a server
    platforms)
        packages+=(
            chromium              # tests/providers/consent.py
            gcc-mingw-w64-x86-64  # tests/onec/windows/
            llvm                  # llvm-symbolizer, for the sanitizers' reports
            wine64                # the add-in for Windows
            xz-utils              # scripts/freethreaded.sh
        )
        ;;
    demo | python) packages=() ;;
    *) fail "say nothing, platforms, bench, demo or python" ;;
esac

installed() {
    dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

install_packages() {
    echo "deps: installing $*"
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing, and there is no sudo; as root: apt-get install $*"
        as_root=(sudo)
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -q --no-install-recommends "$@" >/dev/null ||
        { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -q --no-install-recommends "$@"; } ||
        fail "apt-get could not install: $*"
}

missing=()
for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    command -v apt-get >/dev/null || fail "this is no Debian; install what these packages hold: ${missing[*]}"
    install_packages "${missing[@]}"
fi

if [ "$purpose" = demo ]; then
    command -v cc >/dev/null || fail "there is no C compiler; install gcc"
    exit 0
fi

# The sanitizers' runtime has the number of the clang that is installed.
if [ "$purpose" = platforms ]; then
    clang_major=$(clang -dumpversion | cut -d. -f1)
    runtime=$(clang -print-runtime-dir 2>/dev/null || true)
    if [ ! -e "$runtime/libclang_rt.asan-$(uname -m).a" ] && [ ! -e "$runtime/libclang_rt.asan.a" ]; then
        install_packages "libclang-rt-$clang_major-dev"
    fi
fi

# The environment is made anew when its requirements change.
if ! cmp -s tests/requirements.txt .venv/requirements.txt; then
    echo "deps: making .venv"
    rm -rf .venv
    python=$(command -v python3) || fail "there is no python3; install it"
    "$python" -m venv .venv 2>/dev/null || { rm -rf .venv; install_packages python3-venv; "$python" -m venv .venv; } ||
        fail "python3 cannot make a virtual environment"
    .venv/bin/pip install -q --disable-pip-version-check --require-hashes -r tests/requirements.txt ||
        fail "pip could not install tests/requirements.txt"
    cp tests/requirements.txt .venv/requirements.txt
fi
