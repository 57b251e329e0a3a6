#!/usr/bin/env bash
# Whether another build of the same commit, in another folder, gives the same bytes:
#     reproduce.sh [TARGET...]
# It compares with what stands in target/addin/lib; none is every library there. The toolchain is the same.
set -euo pipefail
cd "$(dirname "$0")/../.."

addin=$(realpath -m "${CARGO_TARGET_DIR:-target}")/addin
again=$(mktemp -d "$addin/again.XXXXXX")
trap 'rm -rf "$again"' EXIT

[ -z "$(git status --porcelain -- src Cargo.toml Cargo.lock build.rs bindings/1c)" ] ||
    { echo "addin: the source differs from the commit" >&2; exit 1; }
[ $# -gt 0 ] || mapfile -t targets < <(ls "$addin/lib")
[ $# -eq 0 ] || targets=("$@")

git clone -q . "$again/another/folder"
mkdir -p "$again/another/folder/target/addin"
cp -al "$addin/toolchain" "$addin/tools" "$again/another/folder/target/addin/"

passed=0
failed=0
for target in "${targets[@]}"; do
    CARGO_TARGET_DIR=target "$again/another/folder/bindings/1c/build.sh" "$target"
    for library in "$addin/lib/$target"/OSign_*; do
        if cmp "$library" "$again/another/folder/target/addin/lib/$target/${library##*/}"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
done
echo "reproduce: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
