/* SPDX-License-Identifier: MIT */
/* Requests that share a ticket, and the documents of that ticket.
 *
 * Add every good request of a run, in any order; seal; then render the documents of each group.
 * Requests share a ticket where they have the same value (model/group.h) and the same lifetime,
 * date included: what is asked for in one ticket is removed on one day or never. A group keeps a
 * copy of its requests, some kilobytes each, because a ticket is written when all of them are
 * known. Groups and their requests stand in canonical order, so that the order of the input changes
 * no byte. */
#ifndef SES_RENDER_GROUP_H
#define SES_RENDER_GROUP_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/buf.h"
#include "base/finding.h"
#include "base/map.h"
#include "base/str.h"
#include "model/group.h"
#include "model/request.h"
#include "render/document.h"
#include "render/view.h"

/* Bytes of the name of a group's folder, without its lifetime: a file name has 255 (POSIX
 * NAME_MAX), and a program that packs the folder wants some. */
#define SES_MAX_GROUP_NAME 120

/* Bytes of one document of a group: some hundred thousand domains. */
#define SES_MAX_GROUP_DOCUMENT ((size_t)1024 * 1024 * 1024)

struct ses_group_member {
    struct ses_request request;            /* arena: without places and sources */
    const struct ses_attachment **exports; /* arena: what it was made from */
    size_t export_count;
};

struct ses_group {
    enum ses_group_key key;
    struct ses_str value;
    struct ses_str name;               /* of its folder */
    struct ses_group_member **members; /* arena: by name, once sealed */
    size_t count;
    size_t capacity;
    char digest[SES_DIGEST_TEXT]; /* once sealed */
};

struct ses_groups {
    enum ses_group_key key;
    struct ses_arena arena;
    struct ses_group **items; /* arena: by name, once sealed */
    size_t count;
    size_t capacity;
    struct ses_map by_name;
    struct ses_map exports;            /* by path: attachments */
    const struct ses_str *extra_names; /* arena: one manifest has the same columns in all rows */
};

void ses_groups_init(struct ses_groups *groups, enum ses_group_key key);
void ses_groups_done(struct ses_groups *groups);

/* Adds a copy of a settled and sealed request that has a lifetime. Returns 0 or SES_ENOMEM. */
int ses_groups_add(struct ses_groups *groups, const struct ses_request *request) SES_MUSTCHECK;

/* Sorts groups and members and computes the digests. Nothing may be added afterwards. Returns 0 or
 * SES_ENOMEM. */
int ses_groups_seal(struct ses_groups *groups) SES_MUSTCHECK;

/* The name of the folder of a group: what is not a-z, 0-9, "." or "-" becomes "_" and its code in
 * hexadecimal, and so does what would begin the name with "." or "-"; a long value is cut and ends
 * in a hash; behind it stands the lifetime. Different groups have different names. Returns 0 or
 * SES_ENOMEM. */
int ses_group_name(enum ses_group_key key, struct ses_str value,
                   const struct ses_lifetime *lifetime, struct ses_arena *arena,
                   struct ses_str *ret_name) SES_MUSTCHECK;

/* How the bytes of a group's document come about. */
enum ses_group_builder {
    SES_GROUP_BUILD_TICKET, /* one expansion over the group */
    SES_GROUP_BUILD_ROWS,   /* one expansion for each request, one behind the other */
    SES_GROUP_BUILD_JSON,
};

struct ses_group_document {
    const char *name;          /* as that of the same document of one request */
    const char *file;          /* in the folder of the group */
    const char *template_file; /* NULL where there is none */
    enum ses_group_builder builder;
    bool for_records;      /* only where there are records */
    size_t max_characters; /* 0 is none */
};

extern const struct ses_group_document ses_group_document_rows[];
extern const size_t ses_group_document_count;

/* Compiles the templates of group documents into a set, as ses_documents_new did with those of one
 * request. */
int ses_documents_add_groups(struct ses_documents *documents, const char *folder,
                             struct ses_findings *findings) SES_MUSTCHECK;

/* True where `document` has something to say about the group. */
bool ses_group_document_applies(const struct ses_group_document *document,
                                const struct ses_group *group);

/* The documents `summary` and `ticket`, and whether the tables of records go with it as files.
 * Returns what ses_document_render returns. */
int ses_group_ticket(const struct ses_documents *documents, const struct ses_group *group,
                     struct ses_arena *arena, struct ses_ticket_text *ret_ticket,
                     struct ses_findings *findings) SES_MUSTCHECK;

/* Adds the document to `out`. Where the records do not fit the ticket it says so, and a note is
 * reported. Returns what ses_document_render returns; `out` is unchanged unless 0 is returned. */
int ses_group_render(const struct ses_documents *documents,
                     const struct ses_group_document *document, const struct ses_group *group,
                     struct ses_buf *out, struct ses_findings *findings) SES_MUSTCHECK;

#endif
