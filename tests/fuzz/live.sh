#!/bin/sh
# live.sh PLUGINS FOLDER - capture notices on a veth pair while they are sent.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Called by run inside network and mount namespaces of their own: there the plugin folder PLUGINS may lie
# over Wireshark's, which is the only one that root gets, and nothing is left behind.
# VMN_PRELOAD: library that tshark has to load first.

set -eu
plugins=$1
work=$2
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

fail() {
    echo "live: $*"
    tail -n 40 "$work"/*.txt
    exit 1
}

# The folder of that name as tshark tells it.
folder_of() {
    tshark -G folders 2>/dev/null | sed -n "s/^$1:[[:space:]]*//p"
}

# tshark on the veth pair, interrupted as by Ctrl+C after 20 s if it has not ended by itself.
capture() {
    timeout --foreground -k 30 -s INT "${seconds:-20}" \
        env LD_PRELOAD="$VMN_PRELOAD" tshark -n -i sink "$@"
}

send() {
    /usr/bin/env python3 "$here/send_notices.py" source "$1"
}

mkdir -p "$work"
# Both asked for before a plugin that needs libasan lies there.
installed=$(folder_of 'Global Plugins')
helpers=$(folder_of '\(Global \)\{0,1\}Extcap path')
mount --bind "$plugins/$(basename "$installed")" "$installed"
mount -t tmpfs none "$helpers" # capture helpers deadlock when they are started with libasan in them
ip link set lo up
ip link add source type veth peer name sink
ip link set source up
ip link set sink up

# Send $1 notices while the capture that follows runs.
send_soon() {
    (sleep 3 && send "$1") &
}

# Ends by itself: every statistic has to be printed.
send_soon 200
capture -a duration:6 -q -z vmotion_notify,schedule -z vmotion_notify,json >"$work/end.txt" 2>&1 ||
    fail "capture with a duration: status $?"
wait
grep -q '"bursts"' "$work/end.txt" || fail "no statistics after a capture with a duration"

# Interrupted in the middle of the notices.
send_soon 1000
seconds=6
status=0
capture -q -z vmotion_notify,schedule >"$work/interrupt.txt" 2>&1 || status=$?
[ "$status" -eq 124 ] || fail "interrupted capture: status $status" # timeout's own
seconds=
wait
grep -q '52:54:00' "$work/interrupt.txt" || fail "no statistics after an interrupt"

# A ring of small files, read back afterwards.
send_soon 400
capture -b filesize:4 -b files:3 -a duration:6 -w "$work/ring.pcapng" >"$work/ring.txt" 2>&1 ||
    fail "ring buffer: status $?"
wait
for file in "$work"/ring_*.pcapng; do
    LD_PRELOAD=$VMN_PRELOAD tshark -n -2 -q -z vmotion_notify,schedule -r "$file" >"$work/back.txt" 2>&1 ||
        fail "reading $file back: status $?"
    grep -q '52:54:00' "$work/back.txt" || fail "no rows from $file"
done
