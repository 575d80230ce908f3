# SPDX-License-Identifier: GPL-2.0-or-later
#
# The language and the warnings, for this project's targets: vmn_set_up_compiler(target).

add_library(vmn_compiler INTERFACE)
target_compile_options(vmn_compiler INTERFACE
    -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings
    $<$<BOOL:${VMN_WERROR}>:-Werror>)
if(NOT VMN_SANITIZE AND CMAKE_SYSTEM_NAME STREQUAL "Linux")
    # A symbol that nobody defines shall fail here, not when Wireshark loads the plugin.
    target_link_options(vmn_compiler INTERFACE -Wl,--no-undefined)
endif()
if(VMN_SANITIZE)
    # nodelete: Wireshark unloads plugins before leaks are reported, and their names would be lost.
    target_compile_options(vmn_compiler INTERFACE
        -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
    target_link_options(vmn_compiler INTERFACE -fsanitize=address,undefined -Wl,-z,nodelete)
endif()

# On i386 floats are computed with more digits than they are kept with, unless SSE2 does it, which processors have since
# 2001: two explanations that are nearly as good were chosen between otherwise than on any other processor.
include(CheckCSourceCompiles)
check_c_source_compiles("
    #if !defined(__i386__) || !(defined(__GNUC__) || defined(__clang__))
    #error
    #endif
    int main(void) { return 0; }" vmn_is_i386)
if(vmn_is_i386)
    target_compile_options(vmn_compiler INTERFACE -msse2 -mfpmath=sse)
endif()

# What a frame costs is measured (tests/bench); this saves a tenth of the engine's share.
include(CheckIPOSupported)
check_ipo_supported(RESULT vmn_ipo_works OUTPUT vmn_ipo_why_not LANGUAGES C)
message(STATUS "Optimizing across source files: ${vmn_ipo_works}")

# Optimize a target across its source files, where something is optimized at all.
function(vmn_set_up_optimizer target)
    set(optimized "$<AND:$<CONFIG:Release,RelWithDebInfo>,$<C_COMPILER_ID:GNU,Clang,AppleClang>>")
    # The engine's loops have a few turns each: setting up vectors costs more than it saves.
    target_compile_options(${target} PRIVATE "$<${optimized}:-O3;-fno-tree-vectorize>")
    if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
        target_compile_options(${target} PRIVATE $<${optimized}:-fno-plt>)
    endif()
    # Its functions are small and call each other for every explanation of a round.
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
        set(inlining "SHELL:--param max-inline-insns-single=1000 --param max-inline-insns-auto=200 --param inline-unit-growth=200")
        target_compile_options(${target} PRIVATE "$<${optimized}:${inlining}>")
        target_link_options(${target} PRIVATE "$<${optimized}:${inlining}>")
    endif()
    if(vmn_ipo_works AND NOT VMN_SANITIZE)
        set_target_properties(${target} PROPERTIES
            INTERPROCEDURAL_OPTIMIZATION_RELEASE ON
            INTERPROCEDURAL_OPTIMIZATION_RELWITHDEBINFO ON)
        # Unlike gcc, clang tells the linker of such objects only when it is asked to.
        set(clang "$<AND:${optimized},$<C_COMPILER_ID:Clang,AppleClang>>")
        target_link_options(${target} INTERFACE "$<${clang}:${CMAKE_C_COMPILE_OPTIONS_IPO}>")
    endif()
endfunction()

function(vmn_set_up_compiler target)
    set_target_properties(${target} PROPERTIES
        C_STANDARD 11
        C_STANDARD_REQUIRED ON
        C_EXTENSIONS ON # GLib's and Wireshark's headers use them
        C_VISIBILITY_PRESET hidden
        POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:vmn_compiler>)
endfunction()
