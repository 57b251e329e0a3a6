#!/usr/bin/env bash
# Wine for 32-bit programs, which Debian has for i386 alone: in a chroot of that, which this makes where there is none.
#     wine32.sh make ROOT                       the chroot with wine in it, some 0.9 GB
#     wine32.sh run ROOT FOLDER... -- PROGRAM [ARGUMENT...]
# While a program runs, the chroot sees each FOLDER under its own path. Both need root, for debootstrap, mount and chroot.
#
# The mounts are in a namespace of their own: however this ends, they end with it, and nobody else has seen them.
set -euo pipefail

fail() {
    echo "wine32.sh: $*" >&2
    exit 1
}

make_chroot() {
    local root=$1 unfinished=$1.unfinished
    [ ! -e "$root/usr/lib/wine/wine" ] || return 0
    [ ! -e "$root" ] || fail "there is something else in $root"
    command -v debootstrap >/dev/null || fail "there is no debootstrap; apt-get install debootstrap"
    echo "wine32.sh: making an i386 chroot with wine in $root; it takes minutes"
    rm -rf --one-file-system "$unfinished"
    mkdir -p "$unfinished"
    # It mounts /proc and the like, too.
    unshare --mount debootstrap --arch=i386 --variant=minbase bookworm "$unfinished" >"$root.log" 2>&1 ||
        fail "debootstrap failed; see $root.log"
    # Services that a package would start have no place in a chroot.
    printf '#!/bin/sh\nexit 101\n' >"$unfinished/usr/sbin/policy-rc.d"
    chmod +x "$unfinished/usr/sbin/policy-rc.d"
    # shellcheck disable=SC2016
    unshare --mount bash -euc '
        mount -t proc proc "$1/proc"
        DEBIAN_FRONTEND=noninteractive chroot "$1" apt-get install -y -q --no-install-recommends wine wine32
        chroot "$1" apt-get clean
    ' bash "$unfinished" >>"$root.log" 2>&1 || fail "apt-get could not install wine; see $root.log"
    mv "$unfinished" "$root"
}

run() {
    local root=$1 folders=()
    shift
    while [ "$1" != -- ]; do
        folders+=("$1")
        shift
    done
    shift
    # Wine finds its own files by /proc.
    # shellcheck disable=SC2016
    exec unshare --mount bash -euc '
        root=$1 count=$2
        shift 2
        mount -t proc proc "$root/proc"
        for folder in "${@:1:count}"; do
            mkdir -p "$root$folder"
            mount --bind "$folder" "$root$folder"
        done
        exec chroot "$root" /usr/lib/wine/wine "${@:count + 1}"
    ' bash "$root" "${#folders[@]}" "${folders[@]}" "$@"
}

[ "$(id -u)" = 0 ] || fail "mount and chroot need root; or name a wine of your own by OSIGN_WINE32"
command=${1:?"usage: wine32.sh make FOLDER | run …"}
shift
case $command in
    make) make_chroot "$1" ;;
    run) run "$@" ;;
    *) fail "no such command: $command" ;;
esac
