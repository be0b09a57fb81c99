/* SPDX-License-Identifier: MIT */
/* One escaper for each language that documents are written in. Text of others reaches a document, a
 * terminal or a command line only through one of these.
 *
 * An escaper adds to a buffer and cannot fail but as the buffer does. What it adds is well-formed
 * UTF-8 on one line (but for .csv and .html, whose languages hold line breaks safely), has no
 * control characters, and has none of the characters that turn the direction of writing or that
 * nobody sees (Unicode TR 36, section 2.9; "Trojan Source", CVE-2021-42574): what a person reads in
 * a ticket is what is there. Such bytes become visible: \x1b for a byte, \u{202e} for a character.
 */
#ifndef SES_RENDER_ESCAPE_H
#define SES_RENDER_ESCAPE_H

#include "base/buf.h"
#include "base/str.h"

typedef void ses_escape_fn(struct ses_buf *out, struct ses_str value);

/* For people, on a terminal. A line break becomes \n. */
void ses_escape_terminal(struct ses_buf *out, struct ses_str value);

/* For a ticket in plain text: as for a terminal, and ServiceNow's [code] tags are broken. */
void ses_escape_text(struct ses_buf *out, struct ses_str value);

/* For HTML content, or an attribute value in quotes. Tabs and line breaks stay. */
void ses_escape_html(struct ses_buf *out, struct ses_str value);

/* For the inside of a JSON string. Loses nothing but bytes that are not UTF-8. */
void ses_escape_json(struct ses_buf *out, struct ses_str value);

/* A whole CSV field, with its quotes where it needs them. Tabs and line breaks stay. */
void ses_escape_csv(struct ses_buf *out, struct ses_str value);

/* One word of a POSIX shell command; inert in a comment as well. It can begin with "-": put "--"
 * before operands. */
void ses_escape_shell(struct ses_buf *out, struct ses_str value);

/* For the inside of a quoted character-string in a zone file, or for a comment. Blanks stay, so an
 * unquoted place is only for names that have been checked. */
void ses_escape_zone(struct ses_buf *out, struct ses_str value);

/* The escaper that the ending of a file name stands for (".txt", ".html", ...), or NULL. */
ses_escape_fn *ses_escape_for_file(struct ses_str file);

#endif
