# SPDX-License-Identifier: GPL-2.0-or-later
#
# Removes the files named in MANIFEST, which cmake --install wrote, and folders of our own that are
# empty then; honours DESTDIR.

if(NOT EXISTS "${MANIFEST}")
    message(FATAL_ERROR "Nothing to remove: there is no ${MANIFEST}, which \"cmake --install\" writes.")
endif()
file(STRINGS "${MANIFEST}" files)

# Remove the folder and those above it, as far as they are empty and bear the project's name.
function(remove_empty_folders folder)
    while(folder MATCHES "/(vmotion-notify|vMotion Notify)(/|$)" AND IS_DIRECTORY "${folder}")
        file(GLOB content "${folder}/*" "${folder}/.*")
        if(content)
            return()
        endif()
        file(REMOVE_RECURSE "${folder}")
        get_filename_component(folder "${folder}" DIRECTORY)
    endwhile()
endfunction()

foreach(file IN LISTS files)
    set(path "$ENV{DESTDIR}${file}")
    if(EXISTS "${path}" OR IS_SYMLINK "${path}")
        message(STATUS "Removing ${path}")
        file(REMOVE "${path}")
    else()
        message(STATUS "Not there: ${path}")
    endif()
    get_filename_component(folder "${path}" DIRECTORY)
    remove_empty_folders("${folder}")
endforeach()
