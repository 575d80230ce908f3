# SPDX-License-Identifier: GPL-2.0-or-later
#
# Keeps of FOLDER the packages alone, and writes SHA256SUMS over them, for "sha256sum --check".

file(REMOVE_RECURSE "${FOLDER}/_CPack_Packages")
file(GLOB packages LIST_DIRECTORIES false RELATIVE "${FOLDER}" "${FOLDER}/*")
list(SORT packages)
set(sums "")
foreach(package IN LISTS packages)
    file(SHA256 "${FOLDER}/${package}" sum)
    string(APPEND sums "${sum}  ${package}\n")
endforeach()
file(WRITE "${FOLDER}/SHA256SUMS" "${sums}")
message(STATUS "In ${FOLDER}:\n${sums}")
