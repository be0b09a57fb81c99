# SPDX-License-Identifier: MIT
# Compiles the files of a folder into the program, so that it works without being installed.
#
#   embed_templates(OUTPUT_VARIABLE FOLDER)
#
# sets the variable to the C file that the build makes from every file in the folder, sorted by name.
# src/render/shipped.h declares what the C file defines. A template that changes is embedded anew, and
# one that is added or removed is noticed by the next build.
#
# Run as a script (cmake -P) this same file is the generator.

if(CMAKE_SCRIPT_MODE_FILE)
    set(arrays "")
    set(rows "")
    set(number 0)
    foreach(path IN LISTS TEMPLATES)
        get_filename_component(name "${path}" NAME)
        file(READ "${path}" bytes HEX)
        string(LENGTH "${bytes}" length)
        math(EXPR length "${length} / 2")
        string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
        # The NUL behind the text is not part of it; it lets an empty template be an array too.
        string(APPEND arrays
            "/* ${name} */\nstatic const unsigned char bytes_${number}[] = {\n    ${bytes}0x00};\n\n")
        string(APPEND rows "    {\"${name}\", {(const char *)bytes_${number}, ${length}}},\n")
        math(EXPR number "${number} + 1")
    endforeach()
    file(WRITE "${OUTPUT}"
        "/* Made from the files in templates/ by cmake/EmbedTemplates.cmake. Do not edit. */\n"
        "#include \"render/shipped.h\"\n\n"
        "${arrays}"
        "const struct ses_shipped_template ses_shipped_templates[] = {\n"
        "${rows}"
        "    {NULL, {NULL, 0}},\n"
        "};\n\n"
        "const size_t ses_shipped_template_count = ${number};\n")
    return()
endif()

function(embed_templates output_variable folder)
    file(GLOB templates CONFIGURE_DEPENDS "${folder}/*")
    list(SORT templates)
    set(output "${CMAKE_CURRENT_BINARY_DIR}/shipped_templates.c")
    # The list of names lives in a file: one that is removed changes no time stamp of the others.
    file(CONFIGURE OUTPUT "${output}.list" CONTENT "${templates}\n" @ONLY)
    add_custom_command(
        OUTPUT "${output}"
        COMMAND "${CMAKE_COMMAND}" "-DTEMPLATES=${templates}" "-DOUTPUT=${output}"
                -P "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
        DEPENDS ${templates} "${output}.list" "${CMAKE_CURRENT_FUNCTION_LIST_FILE}"
        COMMENT "Embedding templates"
        VERBATIM)
    set(${output_variable} "${output}" PARENT_SCOPE)
endfunction()
