#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""send_notices.py INTERFACE COUNT: send notices of four MACs, one every 5 ms."""
import socket
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))
from make_capture import rarp_frame  # noqa: E402

link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
link.bind((sys.argv[1], 0))
for i in range(int(sys.argv[2])):
    link.send(rarp_frame(2 * (i % 4) + 1))
    time.sleep(0.005)
