# shellcheck shell=bash
# common.sh - what make-root, run, check-package and documents share. Sourced, not run.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A suite has two folders in the cache: SUITE.base, the plain system with package lists, and
# SUITE, the same with all that the build and the tests need. Neither is ever written to after it is
# made: work happens in an overlay, inside a mount namespace of its own. The kernel unmounts
# everything when the namespace's last process ends, however it ends, so nothing of
# the host can lie inside a folder that is removed afterwards.
#
# bookworm-CPU is a suite for another processor: its plain system is this machine's, and with a cross compiler, the
# processor's libraries and tshark, and an emulator to run them it is the other folder.

suites="bookworm trixie forky" # Wireshark 4.0, 4.4, 4.6
cpus="i386 s390x arm64"        # other processors than this one, with bookworm
source_dir=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cache_dir=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/vmotion-notify
roots=$cache_dir/roots

say() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

# Give up because this machine cannot do it at all, which says nothing about the project: status 77.
cannot() {
    say "NOT DONE: $*"
    exit 77
}

# Leave when the tools named are missing, or mounts cannot be made.
need_root() {
    [ "$(id -u)" -eq 0 ] || cannot "this needs root, for mounts and chroot"
    for tool in "$@"; do
        command -v "$tool" >/dev/null 2>&1 || fail "$tool is missing"
    done
    in_namespace mount -t tmpfs vmotion-notify-matrix /mnt 2>/dev/null ||
        cannot "namespaces and mounts cannot be made here: a container without privileges?"
}

is_suite() {
    case " $suites " in
    *" $1 "*) return 0 ;;
    *) return 1 ;;
    esac
}

is_cpu() {
    case " $cpus " in
    *" $1 "*) return 0 ;;
    *) return 1 ;;
    esac
}

# Mount what programs expect into the folder $1. Only inside a namespace of our own.
mount_system() {
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount --rbind /sys "$1/sys"
    mkdir -p "$1/var/cache/apt/archives" "$roots/archives"
    mount --bind "$roots/archives" "$1/var/cache/apt/archives"
}

# Run the function or command "$@" in a mount and process namespace of its own. $0 must
# call dispatch_inside first thing.
in_namespace() {
    unshare --mount --pid --fork --kill-child --propagation private -- "$0" --inside "$roots" "$@"
}

dispatch_inside() {
    if [ "${1:-}" = --inside ]; then
        roots=$2
        shift 2
        "$@"
        exit $?
    fi
}

# A clean environment for the chroot in $1.
in_root() {
    root=$1
    shift
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TZ=UTC LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive ${http_proxy:+"http_proxy=$http_proxy"} \
        chroot "$root" "$@"
}

# Let apt in the root $1 reach the network as it does on the host.
copy_network_settings() {
    cp -L /etc/resolv.conf /etc/hosts "$1/etc/" || return
    for settings in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
        # Not the whole folder: many of its files call programs that a small root lacks.
        if [ -f "$settings" ] && grep -qiE 'acquire::|proxy' "$settings"; then
            cp "$settings" "$1/etc/apt/apt.conf.d/" || return
        fi
    done
}

# The mirror that the host uses for Debian's main section.
host_mirror() {
    mirror=$(apt-get indextargets --format '$(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' \
        2>/dev/null | sed -n 's|^Debian main ||p' | head -n 1)
    printf '%s\n' "${mirror:-http://deb.debian.org/debian}"
}

# A throw-away copy of the root $1, mounted on the folder root in /mnt, or in $2: what is written goes to memory and
# is gone when the namespace ends. Only inside a namespace of our own.
mount_copy() {
    local at=${2:-/mnt}
    mount -t tmpfs vmotion-notify-matrix "$at"
    mkdir "$at/upper" "$at/work" "$at/root"
    mount -t overlay -o "lowerdir=$1,upperdir=$at/upper,workdir=$at/work" overlay "$at/root"
    mount_system "$at/root"
}

# The checkout's files as a tar stream: what git knows or would take; without git, all but builds.
pack_source() {
    cd "$source_dir"
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git -c safe.directory="$source_dir" ls-files -z --cached --others --exclude-standard |
            while IFS= read -r -d '' name; do if [ -e "$name" ]; then printf '%s\0' "$name"; fi; done |
            tar --null --no-recursion --files-from - -cf -
    else
        tar --exclude='./build*' -cf - .
    fi
}

# Of a log of "ctest --verbose": how many tests passed, of how many.
count_tests() {
    sed -n 's/^[0-9]*% tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\1 \2/p' "$1" |
        awk '{ print $2 - $1 "/" $2 }'
}

# Sum of the numbers before the word $2 in pytest's last lines of the log $1, and of TAP's "ok" lines
# where $2 is "passed".
count_checks() {
    awk -v word="$2" '
        /^[0-9]+: (=+ )?[0-9]+ [a-z]+.* in [0-9.]+s/ {
            for (i = 2; i <= NF; i++) { w = $i; sub(",", "", w); if (w == word) sum += $(i - 1) } }
        word == "passed" && /^[0-9]+: ok [0-9]+/ { sum++ }
        END { print sum + 0 }' "$1"
}
