/* SPDX-License-Identifier: MIT */
/* DNS names in one canonical text form: lower case, A-labels, no final dot.
 *
 * Only ses_name_parse makes such a text from bytes; every other function here takes texts it made
 * and cannot fail. Letters, digits, hyphens and underscores are allowed in a label: SES owner names
 * need the underscore (RFC 8552), host names must not have it (ses_name_is_host). */
#ifndef SES_MODEL_NAME_H
#define SES_MODEL_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"

#define SES_MAX_NAME                                                                               \
    253 /* RFC 1035 section 2.3.4: 255 octets on the wire, 253 characters as text */
#define SES_MAX_LABEL 63 /* RFC 1035 section 2.3.4 */

enum ses_name_flaw_kind {
    SES_NAME_OK,
    SES_NAME_EMPTY,
    SES_NAME_EMPTY_LABEL, /* two dots in a row, or one in front */
    SES_NAME_LONG_LABEL,
    SES_NAME_TOO_LONG,
    SES_NAME_BAD_BYTE,
    SES_NAME_BAD_HYPHEN, /* a label begins or ends with one: RFC 1123 section 2.1 */
    SES_NAME_BAD_IDN,    /* not convertible to A-labels: RFC 5891 section 5 */
};

struct ses_name_flaw {
    enum ses_name_flaw_kind kind;
    size_t offset; /* bytes before the flaw in the text given */
    size_t length; /* of the label or name, where that is the flaw */
};

struct ses_name {
    struct ses_str text; /* arena, NUL-terminated */
    bool final_dot;      /* what was normalised: one final dot, */
    bool upper;          /* capital letters, */
    bool idn;            /* or letters beyond ASCII */
};

/* Returns 0, SES_ENOMEM, or SES_EINVALID with `*ret_flaw` set. */
int ses_name_parse(struct ses_str text, struct ses_arena *arena, struct ses_name *ret_name,
                   struct ses_name_flaw *ret_flaw) SES_MUSTCHECK;

/* What a person may call `name`: U-labels where it has A-labels that decode, else `name` itself.
 * Returns 0 or SES_ENOMEM. */
int ses_name_to_unicode(struct ses_str name, struct ses_arena *arena,
                        struct ses_str *ret_unicode) SES_MUSTCHECK;

/* True where `name` is `zone` or lies below it. Every name lies below the empty zone. */
bool ses_name_is_in(struct ses_str name, struct ses_str zone);

/* The first label; the name without its first label (empty for one label). */
struct ses_str ses_name_first(struct ses_str name);
struct ses_str ses_name_parent(struct ses_str name);

size_t ses_name_label_count(struct ses_str name);

/* `name` as an operator types it into `zone`: "@" for the zone itself, else the labels above it;
 * the whole name where it is not in the zone. */
struct ses_str ses_name_relative(struct ses_str name, struct ses_str zone);

/* True where every label is letters, digits and hyphens (RFC 952, RFC 1123 section 2.1). */
bool ses_name_is_host(struct ses_str name);

/* Where `name` ends in some zone twice ("a.example.edu.example.edu"), the name with one of the two
 * taken away; else the empty slice. A zone of one label is not looked at: "com.com" exists. */
struct ses_str ses_name_undoubled(struct ses_str name);

#endif
