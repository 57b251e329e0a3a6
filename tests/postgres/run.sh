#!/usr/bin/env bash
# The store in PostgreSQL, at servers of Debian's package and through pgbouncer. What is missing is installed, by apt. The servers
# run as the user that the package makes; the tests need root, for disks and networks of their own.
#     run.sh        in minutes
#     run.sh long   with the numbers of a fleet: 50 processes, 1,000,000 grants; some ten minutes
#     run.sh chaos  the campaign of tests/chaos over every store there is, for OSIGN_CHAOS_SECONDS
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
    echo "postgres: $*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "this needs root, for disks and networks of its own: sudo make test-postgres"

needed=()
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || needed+=(postgresql)
command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || needed+=(pgbouncer)
command -v ip >/dev/null || needed+=(iproute2)
command -v mount >/dev/null || needed+=(mount)
command -v cc >/dev/null || needed+=(gcc libc6-dev)
if [ ${#needed[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || fail "${needed[*]} are missing, and this is no Debian; install them"
    echo "postgres: installing ${needed[*]}"
    install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install --yes --quiet
        --no-install-recommends "${needed[@]}")
    "${install[@]}" >/dev/null || { apt-get update --quiet >/dev/null && "${install[@]}" >/dev/null; } ||
        fail "apt-get could not install: ${needed[*]}"
fi

# A short name, since a socket's path has 107 bytes at most. What a test that fails leaves there goes with it, disks too.
folder=$(mktemp -d /tmp/osign-pg.XXXX)
chmod 711 "$folder"
clean() {
    awk -v folder="$folder/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | xargs -r umount -l
    rm -rf "$folder"
}
trap clean EXIT
export TMPDIR=$folder

# Some tests cut a host off, or fill a disk. Where the system lets nobody do that, they cannot be run, and nothing is passed.
name=osign-try-$$
ip netns add "$name" 2>"$folder/said" && ip netns del "$name" ||
    fail "this system lets root make no network namespaces, without which a host cannot be cut off: $(cat "$folder/said")"
mkdir "$folder/try"
mount -t tmpfs -o size=1m osign-test "$folder/try" 2>"$folder/said" && umount "$folder/try" ||
    fail "this system lets root mount no tmpfs, without which no disk can be filled: $(cat "$folder/said")"

# What tests/postgres/clients.rs loads.
target=$(realpath "${CARGO_TARGET_DIR:-target}")
export OSIGN_TEST_LIBRARY_FOLDER=${OSIGN_TEST_LIBRARY_FOLDER:-$target/release}
export OSIGN_PYTHON=${OSIGN_PYTHON:-$target/python/venv/bin/python}

# With the parts that `make test` has, so that nothing is compiled again for other ones.
with=(--locked --features capi,cli,onec-tokens)
test=(cargo test "${with[@]}")

if [ "${1:-}" = chaos ]; then
    export OSIGN_CHAOS_POSTGRES=too
    "${test[@]}" --test chaos -- --nocapture
    exit
fi
if [ "${1:-}" = long ]; then
    export OSIGN_TEST_LONG=1
    # One by one, so that what is measured has the machine to itself.
    set -- scale:: --test-threads=1 --nocapture
fi
# Everything that is compiled first, so that no test waits for it.
cargo build --quiet "${with[@]}" --bin osign
"${test[@]}" --quiet --test postgres -- "$@"
[ $# != 0 ] || OSIGN_CHAOS_SEED=20261129 OSIGN_CHAOS_POSTGRES=alone "${test[@]}" --quiet --test chaos
# A build that has no such stores says so.
[ $# != 0 ] || cargo test --quiet --locked --no-default-features --features sqlite,http --lib store::any
