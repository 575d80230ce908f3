# SPDX-License-Identifier: GPL-2.0-or-later
#
# CPack runs this before it packs: what Debian's policy wants otherwise than "cmake --install" leaves it. The manual
# pages and the change log are compressed; the licence is that of common-licenses.

if(NOT CPACK_GENERATOR STREQUAL "DEB")
    return() # the source tarball
endif()
file(GLOB_RECURSE doc_files "${CPACK_TEMPORARY_DIRECTORY}/*/share/doc/${CPACK_PACKAGE_NAME}/CHANGELOG.md")
list(GET doc_files 0 doc)
get_filename_component(doc "${doc}" DIRECTORY)
file(GLOB_RECURSE manual_pages "${CPACK_TEMPORARY_DIRECTORY}/*/share/man/*.[1-8]")

string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${doc}/changelog.Debian" "${CPACK_PACKAGE_NAME} (${CPACK_DEBIAN_PACKAGE_VERSION}-\
${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n
  * See CHANGELOG.md.\n
 -- ${CPACK_PACKAGE_CONTACT}  ${now}\n")
execute_process(COMMAND gzip -9 -n ${manual_pages} "${doc}/changelog.Debian" COMMAND_ERROR_IS_FATAL ANY)

file(WRITE "${doc}/copyright" "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ${CPACK_PACKAGE_NAME}

Files: *
Copyright: 2026 ${CPACK_PACKAGE_VENDOR}
License: GPL-2.0-or-later
 This program is free software; you can redistribute it and/or modify it under
 the terms of the GNU General Public License, version 2 or any later one.
 .
 On Debian systems, version 2 is in /usr/share/common-licenses/GPL-2.
")
file(REMOVE "${doc}/LICENSE")
file(CREATE_LINK ../../common-licenses/GPL-2 "${doc}/LICENSE" SYMBOLIC)
