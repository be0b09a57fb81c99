/* SPDX-License-Identifier: MIT */
/* The waist of the program: one subject, its records and nodes, how long they live, who asks and
 * why.
 *
 * Readers make requests, rules look at them, documents are rendered from them. Everything a request
 * points to lives in the arena of the run. Order of calls: init, add what there is, settle, seal;
 * only then may `published` and `digest` be read. */
#ifndef SES_MODEL_REQUEST_H
#define SES_MODEL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"
#include "model/address.h"
#include "model/digest.h"
#include "model/key.h"
#include "model/lifetime.h"
#include "model/record.h"

/* One file that was read, as it was. */
struct ses_source {
    const char *path;             /* borrowed: as the caller named it */
    struct ses_str bytes;         /* arena: the whole file, unchanged */
    bool found;                   /* in a folder, not named: something else there is no mistake */
    size_t refused_rows;          /* rows that could not be made into records */
    char digest[SES_DIGEST_TEXT]; /* of the bytes; empty until it is sealed */
};

/* Computes the digest of the bytes once, for all that will ask for it. `digester` may be NULL.
 * Returns 0 or SES_ENOMEM. */
int ses_source_seal(struct ses_source *source, struct ses_digester *digester) SES_MUSTCHECK;

/* Writes the digest of the bytes, sealed or not. Returns 0 or SES_ENOMEM. */
int ses_source_digest(const struct ses_source *source, char text[SES_DIGEST_TEXT]) SES_MUSTCHECK;

/* A NetDB node: a name and the address it has. */
struct ses_node {
    struct ses_str name_text;    /* as given */
    struct ses_str address_text; /* as given */
    struct ses_str name;         /* arena: canonical; empty where name_text is not a name */
    struct ses_address address;  /* version 0 where address_text is not an address */
    struct ses_str allocation;   /* EC2 allocation id; may be empty */
    struct ses_place place;
};

enum ses_subject_kind {
    SES_SUBJECT_DOMAIN, /* an SES domain identity */
    SES_SUBJECT_HOST,   /* an EC2 host that sends mail itself */
};

/* The ticket that first asked for what a request renews or removes. */
struct ses_earlier {
    struct ses_str number;        /* "INC0010001"; may be empty */
    struct ses_str key;           /* model/key.h; may be empty */
    struct ses_lifetime lifetime; /* what holds until now; its kind may be NONE */
};

enum ses_spared_reason {
    SES_SPARED_GONE,    /* was asked for, and is not in DNS any more */
    SES_SPARED_SHARED,  /* was asked for, and another request needs it */
    SES_SPARED_COVERED, /* was asked for, and another removal takes it away */
    SES_SPARED_FOREIGN, /* stands at the same name, and was never asked for */
};

/* What a removal does not take away. */
struct ses_spared {
    enum ses_spared_reason reason;
    struct ses_str owner; /* arena: canonical name */
    struct ses_str type;  /* "TXT", "A", ... */
    struct ses_str value; /* arena: as people write it; may come from DNS, and hold any byte */
    struct ses_str by;    /* arena: of SHARED, the number of the ticket that needs it */
};

struct ses_request {
    enum ses_operation operation;
    struct ses_earlier earlier; /* of a renewal or removal */
    enum ses_subject_kind kind;
    struct ses_str subject;         /* arena: canonical name */
    struct ses_str subject_unicode; /* arena: for people; equals subject without IDN */
    struct ses_str zone;         /* arena: the DNS zone that holds the subject; empty if not said */
    struct ses_place subject_at; /* the first place that named it */
    struct ses_place row_at;     /* its row in a manifest; no line where there is none */

    struct ses_record **records; /* arena; order of the input */
    size_t record_count;
    size_t record_capacity;
    struct ses_node *nodes; /* arena; by name once sealed */
    size_t node_count;
    size_t node_capacity;
    const struct ses_source **sources; /* arena; order of the input */
    size_t source_count;
    size_t source_capacity;

    struct ses_lifetime lifetime;
    struct ses_str contact, purpose, account, region; /* as given; may be empty */
    struct ses_place settings_at;                     /* where those four were said */

    struct ses_str group;               /* whose requests may share a ticket; may be empty */
    const struct ses_str *extra_names;  /* borrowed: columns of the manifest for templates (x_...),
                                           NUL-terminated */
    const struct ses_str *extra_values; /* borrowed: their cells */
    size_t extra_count;

    struct ses_record **published; /* arena: what DNS is to hold, canonical order; of a removal,
                                      what is to go */
    size_t published_count;
    struct ses_spared *spared; /* arena; of a removal, in the order in which they were added */
    size_t spared_count;
    size_t spared_capacity;
    char digest[SES_DIGEST_TEXT];
};

void ses_request_init(struct ses_request *request, enum ses_subject_kind kind);

/* Each returns 0 or SES_ENOMEM. A source that is there already is not added again. */
int ses_request_add_record(struct ses_request *request, struct ses_arena *arena,
                           struct ses_record *record) SES_MUSTCHECK;
int ses_request_add_node(struct ses_request *request, struct ses_arena *arena,
                         const struct ses_node *node) SES_MUSTCHECK;
int ses_request_add_source(struct ses_request *request, struct ses_arena *arena,
                           const struct ses_source *source) SES_MUSTCHECK;

/* Sorts the records, marks duplicates and alternatives, and lists what is to be published. Returns
 * 0 or SES_ENOMEM. */
int ses_request_settle(struct ses_request *request, struct ses_arena *arena) SES_MUSTCHECK;

/* Sorts the nodes and computes `digest` over the canonical form of a settled request: one line a
 * fact, in an order that does not depend on files or flags. `digester` may be NULL. Returns 0 or
 * SES_ENOMEM. */
int ses_request_seal(struct ses_request *request, struct ses_digester *digester) SES_MUSTCHECK;

/* For a removal. Each takes one record of `published`, or one node, from a settled and sealed
 * request and notes down why. The digest stays: it is that of what was asked for, so that a removal
 * has one key, however much of it DNS has lost meanwhile. Returns 0 or SES_ENOMEM. */
int ses_request_spare_record(struct ses_request *request, struct ses_arena *arena, size_t index,
                             enum ses_spared_reason reason, struct ses_str by) SES_MUSTCHECK;
int ses_request_spare_node(struct ses_request *request, struct ses_arena *arena, size_t index,
                           enum ses_spared_reason reason, struct ses_str by) SES_MUSTCHECK;

/* Notes down what stands at a name of a removal; all is copied. Returns 0 or SES_ENOMEM. */
int ses_request_add_spared(struct ses_request *request, struct ses_arena *arena,
                           const struct ses_spared *spared) SES_MUSTCHECK;

/* Copies a settled request, and all it points to, into the arena: without its sources and places,
 * which are the files', and with the names of its columns still borrowed. Returns 0 or SES_ENOMEM.
 */
int ses_request_copy(const struct ses_request *request, struct ses_arena *arena,
                     struct ses_request *ret_copy) SES_MUSTCHECK;

/* Copies the names of the columns as well, of a request that outlives its manifest. Returns 0 or
 * SES_ENOMEM. */
int ses_request_copy_columns(struct ses_request *request, struct ses_arena *arena) SES_MUSTCHECK;

/* True where some row of its files could not be read: what is missing may stand in that row. */
bool ses_request_is_partial(const struct ses_request *request);

/* How many records of `kind` are to be published. */
size_t ses_request_count(const struct ses_request *request, enum ses_record_kind kind);

/* A list of requests. */
struct ses_requests {
    struct ses_request **items; /* arena */
    size_t count;
    size_t capacity;
};

/* Adds an empty request. Returns it, or NULL when memory is exhausted. */
struct ses_request *ses_requests_add(struct ses_requests *requests, struct ses_arena *arena,
                                     enum ses_subject_kind kind) SES_MUSTCHECK;

#endif
