# SPDX-License-Identifier: GPL-2.0-or-later
#
# Building inside the Wireshark source tree as a custom plugin:
#
#   ln -s /path/to/vmotion-notify wireshark/plugins/epan/vmotion_notify
#   cmake -S wireshark -B build -D CUSTOM_PLUGIN_SRC_DIR=plugins/epan/vmotion_notify
#
# Sets the same variables as Standalone.cmake.

set(VMN_IN_TREE ON)
set(VMN_WIRESHARK_TARGET epan)

add_library(vmn_glib INTERFACE)
target_include_directories(vmn_glib SYSTEM INTERFACE ${GLIB2_INCLUDE_DIRS})
target_link_libraries(vmn_glib INTERFACE ${GLIB2_LIBRARIES})
set(VMN_GLIB_TARGET vmn_glib)

set(VMN_PLUGIN_DESTINATION "${PLUGIN_INSTALL_VERSION_LIBDIR}/epan")
