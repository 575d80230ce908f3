# tables.py - statistics as rows, for the tests of this folder.
#
# SPDX-License-Identifier: GPL-2.0-or-later


def rows(text, title):
    """The rows of the table with this title in tshark's output: dictionaries by column name, all values stripped text."""
    lines = iter(text.splitlines())
    for line in lines:
        if line.rstrip() == title + ":":
            break
    else:
        raise AssertionError("no table %r in:\n%s" % (title, text))
    next(lines)  # the filter
    names = [cell.strip() for cell in next(lines).split("|")]
    next(lines)  # the title again
    found = []
    for line in lines:
        if line.startswith("==="):
            return found
        found.append(dict(zip(names, (cell.strip() for cell in line.split("|")))))
    raise AssertionError("the table %r has no end" % title)


def cutover(wireshark, capture, *options, filter=None):
    return rows(wireshark.statistic(capture, "cutover", *options, filter=filter), "vMotion Notify Cut-over")


def switch(wireshark, capture, table, *options):
    options = ("-o", "vmotion_notify.mac_table:%s" % table) + options if table else options
    return rows(wireshark.statistic(capture, "switch", *options), "vMotion Notify Switch")
