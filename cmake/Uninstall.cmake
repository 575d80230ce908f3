# SPDX-License-Identifier: GPL-2.0-or-later
#
# Removes the files named in MANIFEST, which cmake --install wrote; honours DESTDIR.

if(NOT EXISTS "${MANIFEST}")
    message(FATAL_ERROR "Nothing to remove: there is no ${MANIFEST}, which \"cmake --install\" writes.")
endif()
file(STRINGS "${MANIFEST}" files)
foreach(file ${files})
    set(path "$ENV{DESTDIR}${file}")
    if(EXISTS "${path}" OR IS_SYMLINK "${path}")
        message(STATUS "Removing ${path}")
        file(REMOVE "${path}")
    else()
        message(STATUS "Not there: ${path}")
    endif()
endforeach()
