/* SPDX-License-Identifier: MIT */
/* The documents that a request is rendered to: one row of a table each.
 *
 * Make a set once (it compiles every template and wording), render any request with it any number
 * of times, free it. A set does not change while rendering. The same request and site give
 * the same bytes. Requests must be settled and sealed (model/request.h).
 *
 * Some documents have a ceiling, because the field they are typed into has one. Where the ticket
 * would not fit, its list of records moves to the documents `records` and `zone`, which are then to
 * be attached; the ticket says so with their names and digests, and a note is reported. */
#ifndef SES_RENDER_DOCUMENT_H
#define SES_RENDER_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/buf.h"
#include "base/finding.h"
#include "base/str.h"
#include "model/key.h"
#include "model/request.h"
#include "model/site.h"

/* ServiceNow's columns: task.short_description and task.description. Counted in UTF-16 units, as
 * its JavaScript does. */
#define SES_MAX_SUMMARY_CHARACTERS 160
#define SES_MAX_TICKET_CHARACTERS 4000

/* How a row's bytes come about. */
enum ses_document_builder {
    SES_BUILD_TEMPLATE,
    SES_BUILD_JSON,
    SES_BUILD_UNLOAD_XML,
};

struct ses_document {
    const char *name; /* what -t takes: "ticket" */
    /* By operation: its file in the folder of the subject; also the name of its template. NULL:
     * there is no such document. */
    const char *files[SES_OPERATIONS];
    const char *what; /* a sentence for the manual */
    enum ses_document_builder builder;
    bool for_domain, for_host; /* the subjects it applies to */
    size_t max_characters;     /* 0 is none */
    bool attaches_records;     /* where the list of records does not fit */
};

/* In the order in which to show them. */
extern const struct ses_document ses_document_rows[];
extern const size_t ses_document_count;

/* The row called `name`, or NULL. */
const struct ses_document *ses_document_find(struct ses_str name);

/* True where `document` has something to say about a request of this kind and operation. */
bool ses_document_applies(const struct ses_document *document, const struct ses_request *request);

/* The name of its file for a request to which it applies. */
const char *ses_document_file(const struct ses_document *document,
                              const struct ses_request *request);

/* Every finding of this file, for `sesdns explain`; beside it, those of template.h. */
extern const struct ses_code ses_document_codes[];
extern const size_t ses_document_code_count;

struct ses_documents;

/* Compiles the template of every document, and the wordings of `site`, which is borrowed until the
 * set is freed. Templates and their partials are looked for in `folder` first (NULL: none), then
 * among those shipped. Returns 0, and the caller owns the set; SES_ENOMEM; or what ses_template_new
 * returns, or SES_EIO where the folder or a file in it cannot be read: after findings, which cover
 * all templates and not the first bad one only. */
int ses_documents_new(const struct ses_site *site, const char *folder,
                      struct ses_documents **ret_documents,
                      struct ses_findings *findings) SES_MUSTCHECK;

/* Compiles the templates for requests that renew or remove into a set, which knows those that add
 * from the beginning. Returns as ses_documents_new does. */
int ses_documents_add_operation(struct ses_documents *documents, enum ses_operation operation,
                                const char *folder, struct ses_findings *findings) SES_MUSTCHECK;

struct ses_template;

/* Compiles a template that belongs to no row: from `folder`, else from those shipped. Returns as
 * ses_documents_new does; the caller owns the template. */
int ses_document_compile(const char *folder, const char *name, struct ses_template **ret_template,
                         struct ses_findings *findings) SES_MUSTCHECK;

void ses_documents_free(struct ses_documents *documents);

/* For SES_CLEANUP on a `struct ses_documents *`. */
void ses_documents_freep(struct ses_documents **documents);

/* One request on its way to its documents, which share what templates look at. */
struct ses_rendering;

/* Begins with a request; all that is handed in is borrowed until the last document is made. The
 * rendering and what is built on the way live in `arena`, which the caller may clear afterwards: a
 * few pages a request. Returns 0 or SES_ENOMEM. */
int ses_rendering_new(const struct ses_documents *documents, const struct ses_request *request,
                      struct ses_arena *arena, struct ses_rendering **ret_rendering,
                      struct ses_findings *findings) SES_MUSTCHECK;

/* Adds the document to `out`. Returns 0; SES_ENOMEM; SES_EINVALID or SES_ELIMIT after a finding; or
 * what the sink returned. `out` is unchanged unless 0 is returned. */
int ses_rendering_add(const struct ses_rendering *rendering, const struct ses_document *document,
                      struct ses_buf *out) SES_MUSTCHECK;

/* What a ticket is made of. */
struct ses_ticket_text {
    struct ses_str summary, text; /* arena; the summary without its line break */
    bool records_attached; /* there was no room for the records: the documents `records` and `zone`
                              go with the ticket */
};

/* The documents `summary` and `ticket`. Returns as ses_rendering_add does. */
int ses_rendering_ticket(const struct ses_rendering *rendering,
                         struct ses_ticket_text *ret_ticket) SES_MUSTCHECK;

/* Both, for a single document. */
int ses_document_render(const struct ses_documents *documents, const struct ses_document *document,
                        const struct ses_request *request, struct ses_arena *arena,
                        struct ses_buf *out, struct ses_findings *findings) SES_MUSTCHECK;

#endif
