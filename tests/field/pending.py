# pending.py - what answers.py says and the product does not say yet.
#
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Capture: the words of its row that fail. An expectation that begins to hold
# fails the suite until its word is taken out here.

PENDING = {
}
