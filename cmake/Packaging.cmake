# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is installed beside the plugin, and packages:
#
#   cmake --build build --target package          a .deb for the Wireshark series built against
#   cmake --build build --target package_source   a source tarball
#   cmake --build build --target dist             both, a spec file for RPM, and SHA256SUMS, in the folder dist
#
# The .deb needs dpkg-dev (dpkg-shlibdeps finds the libraries' packages) and file.
include(GNUInstallDirs)

set(vmn_doc_dir ${CMAKE_INSTALL_DATADIR}/doc/vmotion-notify)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/../docs/vmotion-notify.7
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man7)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/../docs/vmotion-report.1
    DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
# The documents, what they link to and what their commands read, in the places that they have in the project
# (tests/golden/test_documents.py).
file(READ ${CMAKE_CURRENT_LIST_DIR}/../README.md vmn_readme)
# Links to what is about the sources, and stays with them, become words.
string(REGEX REPLACE "\\[([^]]*)\\]\\((CONTRIBUTING|docs/architecture)[.]md\\)" "\\1" vmn_readme "${vmn_readme}")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/README.md "${vmn_readme}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/../README.md)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/README.md
    ${CMAKE_CURRENT_LIST_DIR}/../INSTALL.md
    ${CMAKE_CURRENT_LIST_DIR}/../CHANGELOG.md
    ${CMAKE_CURRENT_LIST_DIR}/../LICENSE
    DESTINATION ${vmn_doc_dir})
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../captures DESTINATION ${vmn_doc_dir} USE_SOURCE_PERMISSIONS
    PATTERN "__pycache__" EXCLUDE)
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../docs DESTINATION ${vmn_doc_dir}
    FILES_MATCHING PATTERN "*.md" PATTERN "*.png" PATTERN "architecture.md" EXCLUDE)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/../tests/score/README.md DESTINATION ${vmn_doc_dir}/tests/score)

set(CPACK_PACKAGE_NAME vmotion-notify)
set(CPACK_PACKAGE_VENDOR "vMotion Notify developers")
set(VMN_CONTACT "vMotion Notify developers <noreply@vmotion-notify.invalid>"
    CACHE STRING "Who made the packages; the project itself has no mail address")
set(CPACK_PACKAGE_CONTACT "${VMN_CONTACT}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Wireshark plugin that explains RARP announcements")
set(CPACK_PACKAGE_DESCRIPTION
    "Hypervisors and virtual switches announce MAC addresses with RARP frames after\n\
vMotion, live migration or fail-over. This plugin for Wireshark and tshark\n\
tells which frames belong together, which schedule and sender explain them,\n\
which announcements are missing, and prints reports, tables, JSON and a\n\
timeline.")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_CURRENT_LIST_DIR}/../LICENSE)
set(CPACK_STRIP_FILES ON)

set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME ${PROJECT_NAME}-${PROJECT_VERSION})
set(CPACK_SOURCE_IGNORE_FILES
    "/\\\\.git/" "/\\\\.git$" "/build[^/]*/" "/__pycache__/" "/\\\\.pytest_cache/" "/tests/artefacts/"
    "/findings/" "/dist/" "\\\\.pyc$" "\\\\.o$" "\\\\.deb$" "\\\\.tar\\\\.gz$")

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
    set(CPACK_DEBIAN_PACKAGE_DEPENDS # vmotion-report runs tshark
        "${vmn_libwireshark} (>= ${vmn_from}), ${vmn_libwireshark} (<< ${vmn_below}~), tshark")
    set(CPACK_DEBIAN_PACKAGE_SUGGESTS wireshark)
    set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
    set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/Debian.cmake)
else()
    set(CPACK_GENERATOR TGZ)
endif()
include(CPack)

string(TIMESTAMP vmn_spec_date "%a %b %d %Y" UTC)
configure_file(${CMAKE_CURRENT_LIST_DIR}/vmotion-notify.spec.in ${CMAKE_CURRENT_BINARY_DIR}/vmotion-notify.spec @ONLY)

# All release files. CPack's own targets cannot be depended on; they are called.
set(vmn_dist ${CMAKE_BINARY_DIR}/dist)
add_custom_target(dist
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${vmn_dist}
    COMMAND ${CMAKE_COMMAND} --build ${CMAKE_BINARY_DIR}
    COMMAND ${CMAKE_CPACK_COMMAND} --config ${CMAKE_BINARY_DIR}/CPackConfig.cmake -B ${vmn_dist}
    COMMAND ${CMAKE_CPACK_COMMAND} --config ${CMAKE_BINARY_DIR}/CPackSourceConfig.cmake -B ${vmn_dist}
    COMMAND ${CMAKE_COMMAND} -E copy ${CMAKE_CURRENT_BINARY_DIR}/vmotion-notify.spec ${vmn_dist}
    COMMAND ${CMAKE_COMMAND} -D "FOLDER=${vmn_dist}" -P ${CMAKE_CURRENT_LIST_DIR}/Checksums.cmake
    COMMENT "Making the release files in ${vmn_dist}"
    VERBATIM)
