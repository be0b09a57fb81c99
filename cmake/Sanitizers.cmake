# SPDX-License-Identifier: MIT
# Sanitizers watch the whole program or nothing: library, program and tests get the same ones.
#
# The first complaint ends the program. Otherwise a test could pass with undefined behaviour printed
# above its result.
if(SESDNS_SANITIZE)
    add_compile_options(
        -fsanitize=${SESDNS_SANITIZE}
        -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${SESDNS_SANITIZE})
endif()

# libFuzzer wants to see which branches of the library are taken; only the fuzz targets get its main().
if(SESDNS_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "SESDNS_FUZZ needs clang: libFuzzer is part of it. Use the preset 'fuzz'.")
    endif()
    add_compile_options(-fsanitize=fuzzer-no-link)
    add_link_options(-fsanitize=fuzzer-no-link)
endif()
