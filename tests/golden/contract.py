# contract.py - the names that users and scripts depend on.
#
# SPDX-License-Identifier: GPL-2.0-or-later

# Field and type as `tshark -G fields` prints it.
FIELDS = {
    "vmotion_notify.kind": "FT_UINT8",
    "vmotion_notify.mac": "FT_ETHER",
    "vmotion_notify.burst": "FT_UINT32",
    "vmotion_notify.burst.first": "FT_FRAMENUM",
    "vmotion_notify.burst.last": "FT_FRAMENUM",
    "vmotion_notify.burst.rounds": "FT_UINT32",
    "vmotion_notify.burst.missing": "FT_UINT32",
    "vmotion_notify.burst.frames": "FT_UINT32",
    "vmotion_notify.burst.state": "FT_UINT8",
    "vmotion_notify.head_missing": "FT_UINT32",
    "vmotion_notify.round": "FT_UINT32",
    "vmotion_notify.prev": "FT_FRAMENUM",
    "vmotion_notify.next": "FT_FRAMENUM",
    "vmotion_notify.sighting": "FT_UINT32",
    "vmotion_notify.sighting_of": "FT_FRAMENUM",
    "vmotion_notify.delta": "FT_RELATIVE_TIME",
    "vmotion_notify.delta_us": "FT_INT64",
    "vmotion_notify.sighting_delta_us": "FT_INT64",
    "vmotion_notify.elapsed": "FT_RELATIVE_TIME",
    "vmotion_notify.expected_us": "FT_INT64",
    "vmotion_notify.deviation_us": "FT_INT64",
    "vmotion_notify.missing": "FT_UINT32",
    "vmotion_notify.announcer": "FT_STRING",
    "vmotion_notify.confidence": "FT_UINT8",
    "vmotion_notify.also_fits": "FT_STRING",
    "vmotion_notify.schedule": "FT_STRING",
    "vmotion_notify.tick": "FT_UINT32",
    "vmotion_notify.event": "FT_UINT32",
    "vmotion_notify.event.macs": "FT_UINT32",
    "vmotion_notify.companion": "FT_FRAMENUM",
    "vmotion_notify.host": "FT_UINT32",
    "vmotion_notify.answered_in": "FT_FRAMENUM",
    "vmotion_notify.answer_to": "FT_FRAMENUM",
    "vmotion_notify.vlan": "FT_UINT16",
    "vmotion_notify.path.vni": "FT_UINT32",
    "vmotion_notify.path.session": "FT_UINT32",
    "vmotion_notify.path.outer_src": "FT_STRING",
    "vmotion_notify.path.outer_dst": "FT_STRING",
}

# Statistics: what follows "vmotion_notify," after -z.
TABLES = ["schedule", "mac", "event", "switch", "cutover"]
STATISTICS = [*TABLES, "json", "ndjson", "timeline", "report", "html"]
