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

# tshark, on the veth pair.
capture() {
    LD_PRELOAD=$VMN_PRELOAD tshark -n -i sink "$@"
}

send() {
    /usr/bin/env python3 "$here/send_notices.py" source "$1"
}

mkdir -p "$work"
installed=$(tshark -G folders 2>/dev/null | sed -n 's/^Global Plugins:[[:space:]]*//p')
mount --bind "$plugins/$(basename "$installed")" "$installed"
ip link set lo up
ip link add source type veth peer name sink
ip link set source up
ip link set sink up

# Ends by itself: every statistic has to be printed.
capture -a duration:6 -q -z vmotion_notify,schedule -z vmotion_notify,json >"$work/end.txt" 2>&1 &
sleep 3
send 200
wait $! || fail "capture with a duration: status $?"
grep -q '"bursts"' "$work/end.txt" || fail "no statistics after a capture with a duration"

# Interrupted in the middle, like Ctrl+C.
capture -q -z vmotion_notify,schedule >"$work/interrupt.txt" 2>&1 &
pid=$!
sleep 3
send 100
kill -INT $pid
wait $pid || fail "interrupted capture: status $?"
grep -q '52:54:00' "$work/interrupt.txt" || fail "no statistics after an interrupt"

# A ring of small files, read back afterwards.
capture -b filesize:4 -b files:3 -a duration:6 -w "$work/ring.pcapng" >"$work/ring.txt" 2>&1 &
sleep 3
send 400
wait $! || fail "ring buffer: status $?"
for file in "$work"/ring_*.pcapng; do
    LD_PRELOAD=$VMN_PRELOAD tshark -n -2 -q -z vmotion_notify,schedule -r "$file" >"$work/back.txt" 2>&1 ||
        fail "reading $file back: status $?"
    grep -q '52:54:00' "$work/back.txt" || fail "no rows from $file"
done
