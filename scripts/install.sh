#!/usr/bin/env bash
# Puts what is built where it belongs. `make install` calls it, and sets every variable.
set -euo pipefail
cd "$(dirname "$0")/.."

built=$CARGO_TARGET_DIR/${OSIGN_BUILT:-release}
lib=$DESTDIR$LIBDIR

put() { # put MODE FILE TARGET
    install -D -m "$1" "$2" "$3"
    echo "  $3"
}

link() { # link TARGET NAME
    ln -sfn "$1" "$2"
    echo "  $2 -> $1"
}

put 644 include/osign.h "$DESTDIR$INCLUDEDIR/osign.h"
put 644 include/osign.cdef "$DESTDIR$DATADIR/osign/osign.cdef"
put 755 "$built/libosign.so" "$lib/libosign.so.$VERSION"
link "libosign.so.$VERSION" "$lib/libosign.so.0"
link "libosign.so.$VERSION" "$lib/libosign.so"
put 644 "$built/libosign.a" "$lib/libosign.a"

# Paths below the prefix are written by it, so that pkg-config can move all of them.
below() {
    # shellcheck disable=SC2016 # The text is pkg-config's to expand.
    case $1 in "$PREFIX"/*) printf '${prefix}%s' "${1#"$PREFIX"}" ;; *) printf '%s' "$1" ;; esac
}
mkdir -p "$lib/pkgconfig"
sed -e "s|@prefix@|$PREFIX|" -e "s|@libdir@|$(below "$LIBDIR")|" \
    -e "s|@includedir@|$(below "$INCLUDEDIR")|" -e "s|@datadir@|$(below "$DATADIR")|" \
    -e "s|@version@|$VERSION|" osign.pc.in >"$lib/pkgconfig/osign.pc"
chmod 644 "$lib/pkgconfig/osign.pc"
echo "  $lib/pkgconfig/osign.pc"

put 755 "$built/osign" "$DESTDIR$BINDIR/osign"
put 644 LICENSE-MIT "$DESTDIR$DATADIR/doc/osign/LICENSE-MIT"
put 644 LICENSE-APACHE "$DESTDIR$DATADIR/doc/osign/LICENSE-APACHE"

# The command line tells its own man pages and completions.
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$built/osign" man --out "$made"
for page in "$made"/*.1; do
    put 644 "$page" "$DESTDIR$DATADIR/man/man1/${page##*/}"
done
completions() { # completions SHELL FILE
    "$built/osign" completions "$1" >"$made/$1"
    [ -s "$made/$1" ] || { echo "install: osign completions $1 says nothing" >&2; exit 1; }
    put 644 "$made/$1" "$DESTDIR$DATADIR/$2"
}
completions bash bash-completion/completions/osign
completions zsh zsh/site-functions/_osign
completions fish fish/vendor_completions.d/osign.fish
