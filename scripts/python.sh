#!/usr/bin/env bash
# The Python package:
#     python.sh build                   its wheel, in target/wheels
#     python.sh install                 the wheel, and what the tests need, in an environment of its own: target/python/venv
#     python.sh test                    that, and every test from there
#     python.sh elsewhere PYTHON WHEEL  those tests that need nothing but pytest, with another interpreter;
#                                       with `clients` as a third word those of the HTTP clients, too
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
wheels=$target/wheels
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
        "$root/.venv/bin/maturin" build --quiet --release --locked --interpreter "$root/.venv/bin/python" \
            --target-dir "$made/cargo" --out "$wheels"
    )
    echo "$wheels"/*
}

# The package around a module with one function more, which panics. It stands in no release, and so may be a quick build.
panics() {
    PYO3_BUILD_EXTENSION_MODULE=1 cargo rustc --quiet --locked --no-default-features --features python --lib --crate-type cdylib \
        --target-dir "$target/panics" -- --cfg osign_panics
    rm -rf "$made/panics"
    mkdir -p "$made/panics/osign"
    cp bindings/python/osign/*.py "$made/panics/osign/"
    cp "$target/panics/debug/libosign.so" "$made/panics/osign/_native.abi3.so"
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

# A clean one for each wheel.
install_package() {
    local wheel of
    wheel=$(the_wheel)
    of=$(cat "$wheel" tests/python/requirements.txt | sha256sum)
    if [ "$of" != "$(cat "$made/venv/of" 2>/dev/null)" ]; then
        rm -rf "$made/venv"
        "$root/.venv/bin/python" -m venv "$made/venv"
        "$made/venv/bin/pip" install -q --disable-pip-version-check -r tests/python/requirements.txt
        "$made/venv/bin/pip" install -q --disable-pip-version-check --no-index --no-deps "$wheel"
        echo "$of" >"$made/venv/of"
    fi
}

test_package() {
    install_package
    panics
    OSIGN_TEST_WHEEL=$(the_wheel)
    export OSIGN_TEST_WHEEL OSIGN_TEST_PANICS=$made/panics
    run_pytest "$made/venv/bin/python" "$root/tests/python"

    # The same wheel serves every later Python; with those that are here it is shown. The clients differ from version to
    # version too, but take their time: they have their turn with the oldest and the newest.
    local found=() other
    mapfile -t found < <(others)
    for other in "${found[@]}"; do
        case $other in
            "${found[0]}" | "${found[-1]}") elsewhere "$other" "$OSIGN_TEST_WHEEL" clients ;;
            *) elsewhere "$other" "$OSIGN_TEST_WHEEL" ;;
        esac
    done
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
# Python a package is needed for; so they are named.
elsewhere() { # elsewhere PYTHON WHEEL [clients]
    local python=$1 wheel=$2 clients=${3:-} site tests=() needed name about major minor threads
    local names=(arguments bad_input errors interpreters keys primitives signer threads vectors)
    local packages='pytest|exceptiongroup|tomli'
    if [ -n "$clients" ]; then
        names+=(aiohttp clients drop_in httpx package requests)
        packages+='|oauthlib|cryptography|pyjwt|aiohttp|async-timeout|httpx|requests|requests-oauthlib'
    fi
    about=$("$python" -c 'import sys, sysconfig
print(*sys.version_info[:2], "t" * bool(sysconfig.get_config_var("Py_GIL_DISABLED")))')
    read -r major minor threads <<<"$about"
    site=$made/python$major.$minor$threads
    rm -rf "$site"
    mapfile -t needed < <(grep -E "^($packages)==" tests/python/requirements.txt)
    "$root/.venv/bin/pip" install -q --disable-pip-version-check --target "$site" --only-binary :all: \
        --implementation cp --python-version "$major.$minor" --abi "cp$major$minor$threads" --abi abi3 --abi none \
        "${needed[@]}" "$wheel"
    for name in "${names[@]}"; do
        tests+=("$root/tests/python/test_$name.py")
    done
    echo "-- $("$python" -c 'import sys; print("Python", sys.version)')"
    PYTHONPATH=$site run_pytest "$python" "${tests[@]}"
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
    elsewhere)
        tests/c/keys.sh "$OSIGN_TEST_KEYS"
        elsewhere "$(realpath "$2")" "$(realpath "$3")" "${4:-}"
        ;;
    *) fail "say build, install, test or elsewhere" ;;
esac
