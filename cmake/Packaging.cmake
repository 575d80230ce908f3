# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is installed beside the plugin, and packages:
#
#   cmake --build build --target package          a .deb for the Wireshark series built against
#   cmake --build build --target package_source   a source tarball
#
# The .deb needs dpkg-dev (dpkg-shlibdeps finds the libraries' packages).
include(GNUInstallDirs)

set(vmn_doc_dir ${CMAKE_INSTALL_DATADIR}/doc/vmotion-notify)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/../docs/vmotion-notify.7
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/../docs/vmotion-report.1
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/../LICENSE DESTINATION ${vmn_doc_dir} RENAME copyright)
foreach(text README.md INSTALL.md CHANGELOG.md)
    install(FILES ${CMAKE_CURRENT_LIST_DIR}/../${text} DESTINATION ${vmn_doc_dir} OPTIONAL)
endforeach()
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../captures DESTINATION ${vmn_doc_dir}
    FILES_MATCHING PATTERN "*.pcapng" PATTERN "README.md" PATTERN "__pycache__" EXCLUDE
    PATTERN "lab" EXCLUDE)
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../docs DESTINATION ${vmn_doc_dir}
    FILES_MATCHING PATTERN "*.md" PATTERN "*.png")

set(CPACK_PACKAGE_NAME vmotion-notify)
set(CPACK_PACKAGE_VENDOR "vMotion Notify developers")
set(CPACK_PACKAGE_CONTACT "vMotion Notify developers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Wireshark plugin that explains RARP announcements")
set(CPACK_PACKAGE_DESCRIPTION
    "Hypervisors and virtual switches announce MAC addresses with RARP frames after\n\
vMotion, live migration or fail-over. This plugin for Wireshark and tshark tells\n\
which frames belong together, which schedule and sender explain them, which\n\
announcements are missing, and prints tables, JSON and a timeline.")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_LIST_DIR}/../LICENSE)
set(CPACK_STRIP_FILES ON)

set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME ${PROJECT_NAME}-${PROJECT_VERSION})
set(CPACK_SOURCE_IGNORE_FILES
    "/\\\\.git/" "/\\\\.git$" "/build[^/]*/" "/__pycache__/" "/\\\\.pytest_cache/" "/tests/artefacts/"
    "/findings/" "\\\\.pyc$" "\\\\.o$" "\\\\.deb$" "\\\\.tar\\\\.gz$")

# The package of the library named, as dpkg knows it: libwireshark16, libwireshark18 …
function(vmn_find_deb_of target result)
    get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
    list(GET configurations 0 configuration)
    get_target_property(file ${target} IMPORTED_LOCATION_${configuration})
    execute_process(COMMAND dpkg-query --search ${file}
        OUTPUT_VARIABLE owner RESULT_VARIABLE failed ERROR_QUIET)
    if(NOT failed)
        string(REGEX REPLACE "[:,].*" "" owner "${owner}")
        set(${result} ${owner} PARENT_SCOPE)
    endif()
endfunction()

find_program(VMN_DPKG_QUERY dpkg-query)
if(VMN_DPKG_QUERY AND NOT VMN_IN_TREE AND NOT VMN_INSTALL_USER)
    vmn_find_deb_of(epan vmn_libwireshark)
endif()
if(vmn_libwireshark)
    # Wireshark loads plugins of its own minor series only. The library's package changes its name
    # with its interface, which shlibdeps sees; the bounds make the series itself a condition.
    math(EXPR vmn_next_minor "${Wireshark_VERSION_MINOR} + 1")
    set(vmn_from "${Wireshark_VERSION_MAJOR}.${Wireshark_VERSION_MINOR}")
    set(vmn_below "${Wireshark_VERSION_MAJOR}.${vmn_next_minor}")
    set(CPACK_GENERATOR DEB)
    set(CPACK_DEBIAN_PACKAGE_VERSION "${PROJECT_VERSION}+ws${vmn_from}")
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_SECTION net)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    set(CPACK_DEBIAN_PACKAGE_DEPENDS
        "${vmn_libwireshark} (>= ${vmn_from}), ${vmn_libwireshark} (<< ${vmn_below}~)")
    set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "wireshark | tshark")
else()
    set(CPACK_GENERATOR TGZ)
endif()
include(CPack)
