/* SPDX-License-Identifier: MIT */
/* A ticket as a ServiceNow record file (<unload>), for an instance without API access.
 *
 * It is a hand-over between people, not a way to open tickets: what an import skips is said in the
 * file. ses_unload_init and xmlSetGenericErrorFunc belong to the program. */
#ifndef SES_RENDER_UNLOAD_XML_H
#define SES_RENDER_UNLOAD_XML_H

#include <stdbool.h>

#include "base/attribute.h"
#include "base/buf.h"
#include "base/str.h"

/* Bytes of a table's name: ServiceNow's sys_db_object.name. */
#define SES_MAX_TABLE 80

/* The columns of the record; empty ones are left out. */
struct ses_unload {
    struct ses_str table;  /* must be a table's name (ses_unload_is_table) */
    struct ses_str record; /* its sys_id: 32 hexadecimal digits; importing twice gives one record */
    struct ses_str short_description;
    struct ses_str description;
    struct ses_str correlation_id;
    struct ses_str correlation_display;
    struct ses_str category;
    struct ses_str assignment_group; /* its name */
};

/* Makes libxml2 ready. The program calls it once, before it starts threads. */
void ses_unload_init(void);

/* True where `name` can be the name of a ServiceNow table: letters, digits, underscores, a letter
 * first. */
bool ses_unload_is_table(struct ses_str name);

/* Adds the document to `out`. Characters that XML does not allow become U+FFFD. Returns 0,
 * SES_ENOMEM, or SES_ELIMIT where `out` is full. */
int ses_unload_to_xml(const struct ses_unload *unload, struct ses_buf *out) SES_MUSTCHECK;

#endif
