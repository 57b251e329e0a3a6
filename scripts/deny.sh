#!/usr/bin/env bash
# Licences, bans and sources of the dependencies, by cargo-deny; and advisories, where the database of them
# can be reached (OSIGN_ADVISORIES=1).
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo deny --version >/dev/null 2>&1; then
    echo "deny: there is no cargo-deny; cargo install --locked cargo-deny" >&2
    exit 1
fi
checks=(licenses bans sources)
if [ -n "${OSIGN_ADVISORIES:-}" ]; then
    checks+=(advisories)
fi
cargo deny --locked check --hide-inclusion-graph "${checks[@]}"
echo "deny: ${#checks[@]} passed, 0 failed"
