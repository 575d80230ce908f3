# SPDX-License-Identifier: GPL-2.0-or-later
#
# Building against an installed Wireshark. Sets
#   VMN_WIRESHARK_TARGET   what the plugin links (epan brings wiretap along in 4.0 only)
#   VMN_GLIB_TARGET        what the engine links
#   VMN_PLUGIN_DESTINATION where the plugin is installed (folder "epan" included)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

# Debian keeps WiresharkConfig.cmake in <libdir>/wireshark/cmake, which find_package() searches by itself.
find_package(Wireshark 4.0 CONFIG REQUIRED)
if(NOT Wireshark_PLUGINS_ENABLED)
    message(FATAL_ERROR "This Wireshark ${Wireshark_VERSION} was built without plugin support.")
endif()
set(VMN_WIRESHARK_TARGET epan wiretap)

find_package(PkgConfig REQUIRED)
pkg_check_modules(VMN_GLIB REQUIRED IMPORTED_TARGET glib-2.0)
set(VMN_GLIB_TARGET PkgConfig::VMN_GLIB)
# Written for this GLib: what only newer ones deprecate (without a substitute in old ones) is no warning.
add_compile_definitions(GLIB_VERSION_MIN_REQUIRED=GLIB_VERSION_2_66)

# One binary serves one minor series of Wireshark; the last folder's name is that series.
get_filename_component(vmn_series "${Wireshark_PLUGIN_INSTALL_DIR}" NAME)

if(VMN_INSTALL_USER)
    if(NOT DEFINED ENV{HOME})
        message(FATAL_ERROR "VMN_INSTALL_USER needs the environment variable HOME.")
    endif()
    set(vmn_prefix "$ENV{HOME}/.local")
    set(VMN_PLUGIN_DESTINATION "$ENV{HOME}/.local/lib/wireshark/plugins/${vmn_series}/epan")
else()
    # Relative to Wireshark's own prefix, so that --prefix and DESTDIR work.
    set(vmn_prefix "${Wireshark_INSTALL_PREFIX}")
    file(RELATIVE_PATH VMN_PLUGIN_DESTINATION
        "${Wireshark_INSTALL_PREFIX}" "${Wireshark_PLUGIN_INSTALL_DIR}/epan")
endif()
# Unless the user chose another prefix, it follows VMN_INSTALL_USER, in a build folder that had it otherwise as well.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT OR CMAKE_INSTALL_PREFIX STREQUAL "${VMN_DEFAULT_PREFIX}")
    set(CMAKE_INSTALL_PREFIX "${vmn_prefix}" CACHE PATH "Where to install" FORCE)
    set(VMN_DEFAULT_PREFIX "${vmn_prefix}" CACHE INTERNAL "The prefix that nobody chose")
endif()

# After "sudo cmake --install" the list of what was installed is root's, and neither "cmake --install" nor a package
# could be made by whom the build folder belongs to: the file makes way for a copy.
install(CODE "
    if(EXISTS \"${CMAKE_BINARY_DIR}/install_manifest.txt\")
        file(READ \"${CMAKE_BINARY_DIR}/install_manifest.txt\" vmn_manifest)
        file(WRITE \"${CMAKE_BINARY_DIR}/install_manifest.own\" \"\${vmn_manifest}\")
        file(RENAME \"${CMAKE_BINARY_DIR}/install_manifest.own\" \"${CMAKE_BINARY_DIR}/install_manifest.txt\")
    endif()")

# cmake --build build --target uninstall
add_custom_target(uninstall
    COMMAND ${CMAKE_COMMAND}
        -D "MANIFEST=${CMAKE_BINARY_DIR}/install_manifest.txt"
        -P "${CMAKE_CURRENT_SOURCE_DIR}/cmake/Uninstall.cmake"
    COMMENT "Removing what was installed")
