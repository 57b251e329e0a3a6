#!/usr/bin/env bash
# The suite of the extension for 1C:
#     run.sh [PYTHON [OSIGN TOKENS]]
# PYTHON has tree-sitter and tree-sitter-bsl, as bindings/1c/requirements.txt pins them; OSIGN and TOKENS are the libraries of the
# add-in's two classes for this machine, and the modules run over them, too, where they are given.
set -euo pipefail
cd "$(dirname "$0")"

python=${1:-python3}
status=0
"$python" check.py || status=1
"$python" logic.py || status=1
if [ $# -ge 3 ]; then
    "$python" real.py "$2" "$3" || status=1
fi
exit "$status"
