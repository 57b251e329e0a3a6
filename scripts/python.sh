#!/usr/bin/env bash
# The Python package:
#     python.sh build                   its wheel, in target/wheels
#     python.sh install                 the wheel, and what the tests need, in an environment of its own: target/python/venv
#     python.sh test                    that, and every test from there: one interpreter, with the newest clients
#     python.sh old                     tests it with the oldest clients, and with the other interpreters that are here
#     python.sh everywhere              both
#     python.sh stores                  tests stores in tables of a program's own, at servers: see tests/python_stores/run.sh
#     python.sh programs                tests programs of others that use requests_oauthlib, with osign in its place
#     python.sh elsewhere PYTHON WHEEL  those tests that need nothing but pytest, with another interpreter;
#                                       with `clients` as a third word those of the HTTP clients, too
#     python.sh lock                    writes tests/python/*.txt and tests/requirements.txt anew: what their *.in need, by
#                                       version and hash; with the tool uv
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
built=${OSIGN_BUILT:-release}
profile=${built/debug/dev}
# Tests call it millions of times. Only our own part of it is optimised, so that all it depends on is the tests' of Rust.
some=()
[ "$built" = release ] || some=(-- -C opt-level=1)
wheels=$target/wheels
[ "$built" = release ] || wheels=$target/$built/wheels # Not where people look for one.
made=$target/python

fail() {
    echo "python: $*" >&2
    exit 1
}

# Its own folder for Cargo: in the common one it would put its libosign.so in place of the C interface's.
# Nothing but the new wheel is left, so that no old one is taken for it.
build() {
    rm -rf "$wheels"
    (
        cd bindings/python
        "$root/.venv/bin/maturin" build --quiet --profile "$profile" --locked --interpreter "$root/.venv/bin/python" \
            --target-dir "$made/cargo" --out "$wheels" "${some[@]}"
    )
    echo "$wheels"/*
}

# The package around a module with one function more, which panics. It stands in no release, and so nothing of it is optimised.
panics() {
    PYO3_BUILD_EXTENSION_MODULE=1 cargo rustc --quiet --profile "$profile" --locked --no-default-features --features python --lib \
        --crate-type cdylib --target-dir "$made/cargo" -- --cfg osign_panics -C opt-level=0
    rm -rf "$made/panics"
    mkdir -p "$made/panics/osign"
    cp -R bindings/python/osign/*.py bindings/python/osign/django "$made/panics/osign/"
    cp "$made/cargo/$built/libosign.so" "$made/panics/osign/_native.abi3.so"
}

# Strictly, and from a folder without any source, so that nothing but what is installed can be imported.
run_pytest() { # run_pytest PYTHON ARGUMENT...
    local python=$1
    shift
    (
        cd "$work"
        env PYTHONDONTWRITEBYTECODE=1 "$python" -bb -X dev -W error -m pytest "$@"
    )
}

the_wheel() {
    local found=("$wheels"/osign-*.whl)
    if [ "${#found[@]}" != 1 ] || [ ! -f "${found[0]}" ]; then
        fail "there is not one wheel in $wheels; run make python"
    fi
    echo "${found[0]}"
}

# The environment is kept while what the tests need stays the same. pyright is a program for node, which comes along.
install_package() {
    local of
    of=$(cat tests/python/requirements.txt tests/python/pyright/*.json | sha256sum)
    if [ "$of" != "$(cat "$made/venv/of" 2>/dev/null)" ]; then
        environment "$made/venv" requirements
        cp tests/python/pyright/*.json "$made/venv/"
        (cd "$made/venv" && PATH=$PWD/bin:$PATH npm ci --silent --no-fund --no-audit)
        echo "$of" >"$made/venv/of"
    else
        install_wheel "$made/venv"
    fi
}

# A new environment with the wheel and what a list names.
environment() { # environment FOLDER LIST
    rm -rf "$1"
    "$root/.venv/bin/python" -m venv "$1"
    "$1/bin/pip" install -q --disable-pip-version-check --require-hashes -r "tests/python/$2.txt"
    install_wheel "$1"
}

install_wheel() { # install_wheel FOLDER
    "$1/bin/pip" install -q --disable-pip-version-check --no-index --no-deps --force-reinstall "$(the_wheel)"
}

test_package() {
    install_package
    panics
    OSIGN_TEST_WHEEL=$(the_wheel)
    OSIGN_TEST_PYRIGHT=$made/venv/node_modules/.bin/pyright
    export OSIGN_TEST_WHEEL OSIGN_TEST_PYRIGHT OSIGN_TEST_PANICS=$made/panics
    # Two at a time: most tests wait, for a service or for a process of their own. These are half of the time.
    local name status=0 half=() others=()
    for name in differential large leaks sessions stores_django threads typing; do
        half+=("$root/tests/python/test_$name.py")
        others+=("--ignore=$root/tests/python/test_$name.py")
    done
    export PATH=$made/venv/bin:$PATH
    run_pytest "$made/venv/bin/python" "${half[@]}" >"$made/half.log" 2>&1 &
    run_pytest "$made/venv/bin/python" "${others[@]}" "$root/tests/python" || status=$?
    wait $! || status=$?
    cat "$made/half.log"
    return "$status"
}

test_old() {
    OSIGN_TEST_WHEEL=$(the_wheel)
    export OSIGN_TEST_WHEEL
    old_clients

    # The same wheel serves every later Python; with those that are here it is shown. The clients differ from version to
    # version too, but take their time: besides the version of `make test`, the oldest has them.
    local found=() other
    mapfile -t found < <(others)
    for other in "${found[@]}"; do
        case $other in
            "${found[0]}") elsewhere "$other" "$OSIGN_TEST_WHEEL" clients ;;
            *) elsewhere "$other" "$OSIGN_TEST_WHEEL" ;;
        esac
    done
}

# The lowest releases of the clients that the package allows. They are older than some warnings of Python and of each other.
old_clients() {
    local list name tests=()
    for name in aiohttp clients drop_in grant_clients httpx requests sessions signed_grants; do
        tests+=("$root/tests/python/test_$name.py")
    done
    for list in oldest oldest-2; do
        environment "$made/$list" "$list"
        echo "-- the clients of $list.in"
        run_pytest "$made/$list/bin/python" -W ignore::DeprecationWarning "${tests[@]}"
    done
}

# The environment of the other tests need not have drivers of servers.
test_stores() {
    environment "$made/stores" stores
    run_pytest "$made/stores/bin/python" -c "$root/tests/python/pytest.ini" "$root/tests/python_stores"
}

# The environment is kept while what they need stays the same: they are many. What they warn of is theirs.
test_programs() {
    local of
    of=$(sha256sum <tests/python/programs.txt)
    if [ "$of" != "$(cat "$made/programs/of" 2>/dev/null)" ]; then
        environment "$made/programs" programs
        echo "$of" >"$made/programs/of"
    else
        install_wheel "$made/programs"
    fi
    (
        cd "$work"
        env PYTHONDONTWRITEBYTECODE=1 "$made/programs/bin/python" -P -m pytest -c "$root/tests/python/pytest.ini" \
            "$root/tests/python_programs"
    )
}

# Interpreters of other versions, on the PATH or of pyenv.
others() {
    local version found
    for version in 3.10 3.11 3.12 3.13 3.14; do
        for found in "$(command -v "python$version" || true)" \
            "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/"python$version"; do
            if [ -x "$found" ] && "$found" -c pass 2>/dev/null; then
                same_version "$found" || echo "$found"
                break
            fi
        done
    done
}

same_version() {
    [ "$("$1" -c 'import sys; print(sys.version_info[:2])')" = "$(.venv/bin/python -c 'import sys; print(sys.version_info[:2])')" ]
}

# It needs no pip of the other interpreter's: ours installs for it. But ours asks itself, and not that one, which version of
# Python a package is needed for; so the list is read here.
elsewhere() { # elsewhere PYTHON WHEEL [clients]
    local python=$1 wheel=$2 clients=${3:-} list=pytest site tests=() name about major minor threads pip
    local names=(arguments bad_input errors flow interpreters keys primitives signer store store_async store_processes store_send stores
        stores_dbapi threads
        vectors)
    if [ -n "$clients" ]; then
        names+=(aiohttp clients drop_in grant_clients httpx package requests sessions signed_grants)
        list=clients
    fi
    about=$("$python" -c 'import sys, sysconfig
print(*sys.version_info[:2], "t" * bool(sysconfig.get_config_var("Py_GIL_DISABLED")))')
    read -r major minor threads <<<"$about"
    site=$made/python$major.$minor$threads
    rm -rf "$site"
    needed "$major.$minor" <"tests/python/$list.txt" >"$work/needed.txt"
    pip=("$root/.venv/bin/pip" install -q --disable-pip-version-check --no-deps --target "$site" --only-binary :all:
        --implementation cp --python-version "$major.$minor" --abi "cp$major$minor$threads" --abi abi3 --abi none)
    "${pip[@]}" --require-hashes -r "$work/needed.txt"
    "${pip[@]}" --no-index "$wheel"
    for name in "${names[@]}"; do
        tests+=("$root/tests/python/test_$name.py")
    done
    echo "-- $("$python" -c 'import sys; print("Python", sys.version)')"
    PYTHONPATH=$site run_pytest "$python" "${tests[@]}"
}

# Of a list with hashes, what a version of Python needs.
needed() { # needed VERSION
    "$root/.venv/bin/python" -c '
import re, sys
from pip._vendor.packaging.requirements import Requirement
version = {"python_version": sys.argv[1], "python_full_version": f"{sys.argv[1]}.0"}
for one in re.findall(r"^\w.*(?:\n +--hash.*)*", sys.stdin.read(), re.M):
    requirement = Requirement(one.partition(" \\")[0])
    if requirement.marker is None or requirement.marker.evaluate(version):
        print(str(requirement).partition(";")[0].strip(), one.partition(" \\")[2].replace("\n", " ").replace("\\", ""))
' "$1"
}

lock() {
    local list
    for list in tests/requirements tests/python/{requirements,pytest,clients,oldest,oldest-2,programs,stores}; do
        uv pip compile -q --universal --python-version 3.10 --generate-hashes --no-annotate --no-header "$list.in" -o "$list.txt"
    done
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OSIGN_TEST_KEYS=$target/ctest/keys
mkdir -p "$OSIGN_TEST_KEYS"

case ${1:-} in
    build) build ;;
    install) install_package ;;
    test)
        tests/c/keys.sh "$OSIGN_TEST_KEYS"
        test_package
        ;;
    old)
        tests/c/keys.sh "$OSIGN_TEST_KEYS"
        test_old
        ;;
    everywhere)
        tests/c/keys.sh "$OSIGN_TEST_KEYS"
        test_package
        test_old
        ;;
    elsewhere)
        tests/c/keys.sh "$OSIGN_TEST_KEYS"
        elsewhere "$(realpath "$2")" "$(realpath "$3")" "${4:-}"
        ;;
    stores) test_stores ;;
    programs) test_programs ;;
    lock) lock ;;
    *) fail "say build, install, test, old, everywhere, stores, programs, elsewhere or lock" ;;
esac
