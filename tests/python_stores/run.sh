#!/usr/bin/env bash
# Stores in tables of a program's own, from Python: in PostgreSQL (psycopg, Django) and in MariaDB (PyMySQL), at servers of Debian's
# packages. What is missing is installed, by apt and pip. The servers run as the users that the packages make.
set -euo pipefail
cd "$(dirname "$0")/../.."

needed=()
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || needed+=(postgresql)
[ -x /usr/sbin/mariadbd ] || needed+=(mariadb-server)
if [ ${#needed[@]} -gt 0 ]; then
    install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install --yes --quiet
        --no-install-recommends "${needed[@]}")
    "${install[@]}" >/dev/null || { apt-get update --quiet >/dev/null && "${install[@]}" >/dev/null; } ||
        { echo "python-stores: ${needed[*]} are missing; install them" >&2; exit 1; }
fi
exec scripts/python.sh stores
