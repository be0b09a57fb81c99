# SPDX-License-Identifier: MIT
# One list of warnings for everything that is compiled here. gcc and clang know all of them.
add_compile_options(
    -Wall
    -Wextra
    -Wconversion
    -Wshadow
    -Wmissing-prototypes
    -Wwrite-strings
    -Wvla)

if(SESDNS_WERROR)
    add_compile_options(-Werror)
endif()
