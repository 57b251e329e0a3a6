#!/usr/bin/env bash
# Installs what `make test` needs beside Rust, gcc, make and Python: packages of Debian, and a Python environment in .venv.
# With `demo` only what `make demo` needs, with `python` only what `make python` does. What is there already is left alone,
# so a second run does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "deps: $*" >&2
    exit 1
}

# What a package is needed for stands beside it.
packages=(
    clang                 # the second C compiler, and the sanitizers
    g++                   # the header and the tests as C++
    gcc-mingw-w64-x86-64  # tests/onec/windows/
    libcjson-dev          # tests/c/vectors.h
    libcurl4-openssl-dev  # examples/c/send_request.c
    liboauth-dev          # the differential test and the benchmark
    libssl-dev            # the benchmark
    llvm                  # llvm-symbolizer, for the sanitizers' reports
    openssl               # keys for tests/c/bad_keys.c
    pkg-config            # the install test
    valgrind
    wine64                # the add-in for Windows
    xz-utils              # scripts/freethreaded.sh
)
if [ "${1:-all}" != all ]; then
    packages=()
fi

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
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null ||
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

if [ "${1:-}" = demo ]; then
    command -v cc >/dev/null || fail "there is no C compiler; install gcc"
    exit 0
fi

# The sanitizers' runtime has the number of the clang that is installed.
if [ "${1:-all}" = all ]; then
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
