# SPDX-License-Identifier: MIT
# Homebrew keeps libraries that macOS also has out of the usual search path; say where they are.
if(APPLE)
    find_program(BREW_PROGRAM brew)
    if(BREW_PROGRAM)
        foreach(formula IN ITEMS openssl@3 libxml2)
            execute_process(
                COMMAND "${BREW_PROGRAM}" --prefix ${formula}
                OUTPUT_VARIABLE prefix
                OUTPUT_STRIP_TRAILING_WHITESPACE
                ERROR_QUIET)
            list(APPEND CMAKE_PREFIX_PATH "${prefix}")
        endforeach()
    endif()
endif()
