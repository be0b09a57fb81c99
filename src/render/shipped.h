/* SPDX-License-Identifier: MIT */
/* The templates that are compiled into the program, so that it works without being installed.
 *
 * The build makes the table from the files in templates/ (cmake/EmbedTemplates.cmake). It is sorted
 * by name, and behind its last row stands one whose name is NULL. All of it is static and constant.
 */
#ifndef SES_RENDER_SHIPPED_H
#define SES_RENDER_SHIPPED_H

#include <stddef.h>

#include "base/str.h"

struct ses_shipped_template {
    const char *name; /* the file's name, such as "ticket.txt" */
    struct ses_str text;
};

extern const struct ses_shipped_template ses_shipped_templates[];
extern const size_t ses_shipped_template_count;

#endif
