#!/usr/bin/env bash
# The store in PostgreSQL, at servers of Debian's package and through pgbouncer. What is missing is installed, by apt. The servers
# run as the user that the package makes; the tests need root, for disks and networks of their own.
set -euo pipefail
cd "$(dirname "$0")/../.."

needed=()
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || needed+=(postgresql)
command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || needed+=(pgbouncer)
command -v ip >/dev/null || needed+=(iproute2)
if [ ${#needed[@]} -gt 0 ]; then
    install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install --yes --quiet
        --no-install-recommends "${needed[@]}")
    "${install[@]}" >/dev/null || { apt-get update --quiet >/dev/null && "${install[@]}" >/dev/null; } ||
        { echo "postgres: ${needed[*]} are missing; install them" >&2; exit 1; }
fi
cargo test --quiet --locked --no-default-features --features cli --test postgres
