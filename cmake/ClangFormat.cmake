# SPDX-License-Identifier: MIT
# Targets `format` (rewrites our C files) and `format-check` (fails where `format` would change one).
find_program(CLANG_FORMAT_PROGRAM clang-format)
mark_as_advanced(CLANG_FORMAT_PROGRAM)
if(CLANG_FORMAT_PROGRAM)
    file(GLOB_RECURSE formatted CONFIGURE_DEPENDS
        "${PROJECT_SOURCE_DIR}/src/*.[ch]" "${PROJECT_SOURCE_DIR}/tests/*.[ch]")
    add_custom_target(format
        COMMAND "${CLANG_FORMAT_PROGRAM}" -i ${formatted}
        VERBATIM)
    add_custom_target(format-check
        COMMAND "${CLANG_FORMAT_PROGRAM}" --dry-run --Werror ${formatted}
        VERBATIM)
endif()
