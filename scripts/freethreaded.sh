#!/usr/bin/env bash
# Tests the Python package on CPython without its global lock: with python3.14t where it is on the PATH, and else with one
# that is built from Debian's source, once, under target/freethreaded.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
made=$target/freethreaded
# Mirrors drop old versions. Where this one is gone, what Debian's index offers now is taken.
version=3.14.7
sha256=3b48dac8fb59f62eaa67ac83c1eb12bda1b7a08406dd286e252c11a66be27f81

fail() {
    echo "freethreaded: $*" >&2
    exit 1
}

# From the mirror that this machine has its packages from.
fetch() {
    local mirror file=python3.14_$version.orig.tar.xz
    # shellcheck disable=SC2016 # The field is apt's to expand.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m 1 '/debian/$' || true)
    [ -n "$mirror" ] || fail "apt-get names no mirror of Debian: run apt-get update, or put a python3.14t on the PATH"
    rm -f ./*.tar.xz
    if /usr/lib/apt/apt-helper download-file "${mirror}pool/main/p/python3.14/$file" "$file" "SHA256:$sha256" >fetch.log 2>&1; then
        return
    fi
    # Lists of its own: the machine's stay as they are.
    mkdir -p apt/lists/partial apt/cache
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >apt/sources.list
    local options=(-o "Dir::Etc::SourceList=$made/apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$made/apt/lists" -o "Dir::Cache=$made/apt/cache" -o "APT::Sandbox::User=$(id -un)")
    { apt-get -q "${options[@]}" update && apt-get -q "${options[@]}" source --download-only python3.14; } >>fetch.log 2>&1 ||
        fail "Debian's source of python3.14 cannot be fetched; see $made/fetch.log, or put a python3.14t on the PATH"
}

# In its build folder it runs as well as installed, and that saves the time to compile its library.
build() {
    mkdir -p "$made"
    cd "$made"
    fetch
    rm -rf source
    mkdir source
    tar -xf python3.14_*.orig.tar.xz -C source --strip-components=1
    cd source
    echo "freethreaded: building CPython $(sed -n 's/.*PY_VERSION *"\(.*\)".*/\1/p' Include/patchlevel.h), once"
    { ./configure --disable-gil --with-ensurepip=no --disable-test-modules OPT='-DNDEBUG -O1 -fwrapv' &&
        make -j "$(nproc)"; } >"$made/build.log" 2>&1 || fail "CPython cannot be built; see $made/build.log"
    touch "$made/built"
}

python=$(command -v python3.14t || true)
if [ -z "$python" ]; then
    python=$made/source/python
    [ -e "$made/built" ] || (build)
fi
[ "$(env -u PYTHON_GIL "$python" -c 'import sys; print(sys._is_gil_enabled())')" = False ] || fail "$python has its lock"

# Nobody ships this wheel from here, so it is built quickly.
rm -rf "$made/wheels"
(
    cd bindings/python
    export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
    "$root/.venv/bin/maturin" build --quiet --release --locked --interpreter "$python" --target-dir "$made/cargo" \
        --out "$made/wheels" 2>"$made/wheel.log"
) || { cat "$made/wheel.log" >&2; fail "its wheel cannot be built"; }
wheels=("$made"/wheels/*)
case ${wheels[*]##*/} in
    *" "*) fail "that is more than one wheel: ${wheels[*]}" ;;
    osign-*-cp314-cp314t-manylinux_2_*_"$(uname -m)".whl | osign-*-cp314-cp314t-linux_"$(uname -m)".whl) ;;
    *) fail "this wheel has other tags: ${wheels[*]}" ;;
esac
echo "freethreaded wheel: 1 passed, 0 failed"

# Among these tests is one that the lock did not come back with the import.
env -u PYTHON_GIL scripts/python.sh elsewhere "$python" "${wheels[0]}"
