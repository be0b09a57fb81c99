/* SPDX-License-Identifier: MIT */
/* A request as templates see it: objects (data.h) that find what they are asked for.
 *
 * Every name below is always known. Where there is nothing it is false, or empty text, which is
 * false in a section as well: so a name that is not known is a misspelt one.
 *
 * Everywhere:
 *   subject, subject_absolute       the domain or host; with its final dot
 *   subject_unicode, is_idn         as people write it; true where that differs
 *   subject_short                   cut in its middle where it is very long
 *   is_domain, is_host              what the subject is
 *   zone, relative_to               the DNS zone, empty where nobody said; what labels count from
 *   poc, production                 exactly one is true
 *   lifetime_kind                   "poc" or "production"
 *   expires, expires_netdb          YYYY-MM-DD, and as NetDB wants it; empty for production
 *   contact, purpose, account, region
 *   region_word, is_govcloud        the Region where it may stand in a command; GovCloud has no
 *                                   commands for reverse DNS
 *   digest, key                     "sha256:...", and what tells this request from others
 *   records, record_count           what to publish, numbered from 1 (below)
 *   left_out                        records of the input that are not to be published (below)
 *   nodes, node_count               NetDB nodes that have addresses (below)
 *   record_words, node_words        "7 DNS records", "1 NetDB node"
 *   cname_targets, mx_targets       NetDB nodes that stand for a target: name, aliases (records)
 *   txt_owners                      NetDB TXT Records: name, values (records)
 *   target_comment                  NetDB comment of a cname_targets node
 *   attachments, attachment_count   files that go with the ticket: name, bytes, sha256, and
 *                                   is_export or is_document
 *   has_KIND                        of published records: has_dkim, has_dkim_key,
 *                                   has_verification, has_mail_from, has_spf, has_dmarc, has_other
 *   has_cname, has_txt, has_mx      by type
 *   has_records, has_nodes, has_attachments, has_left_out
 *   has_underscore, has_policy      some name has an underscore; there is SPF or DMARC
 *   has_own_spf                     there is SPF at the subject itself, not at a MAIL FROM name
 *   has_long_txt, has_ipv6, has_verification_and_dkim
 *   has_only_other                  there are records, and neither verification nor DKIM
 *   is_brief                        there is little room: what can be worked out is left out, and
 *                                   contact, purpose, account and region are cut where they are
 *                                   long
 *   is_compact                      there is less: the list of records is an attachment
 *   is_tight                        there is least: lists of nodes and files are left out too
 *   opening, closing                the wordings of the site, expanded; empty while that is done
 *   opening_lines, closing_lines    the same as lists of lines for a fixed width
 *   SECTION.KEY                     every setting of the site but the wordings: site.organisation,
 *                                   ticket.table, dns.ttl, netdb.group, ...
 *   x_...                           every column of the manifest that begins so, in lower case
 *
 * In the documents of a group also:
 *   group_by, group_value           what its requests share: "contact", and its value, empty where
 *                                   they have none
 *   group_digest                    of all of them together
 *   members                         the requests, each an object with every name of this list; what
 *                                   is said of a request outside of it is said of all of them, and
 *                                   subject names the first few
 *   member_count, member_words      "12 domains and 1 host"
 *   export_words                    "12 exports", different ones
 *   has_domains, has_hosts
 *   own_contact, own_purpose        of a member, where they differ from one to the other
 *   own_account, own_region         the same
 *   is_first                        in records.csv and records.zone: of the first request
 *
 * In the fields of a ticket, where the config maps them, also:
 *   summary, ticket                 those documents
 *   correlation_id                  the key of the ticket (model/key.h)
 *
 * In records and left_out:
 *   number                          its place in the list
 *   type, kind                      "CNAME"; what it is for, in English
 *   owner, owner_absolute, label    the name; with its final dot; what is left of it in the zone,
 *                                   empty where it lies outside
 *   is_apex                         the label is "@"
 *   value                           what to type in: targets with a final dot, TXT without quotes
 *   target, target_absolute, preference
 *   is_cname, is_txt, is_mx, is_dkim, is_verification, is_spf, is_dmarc
 *   is_valid                        false where the target is not a name, or an MX has no number
 *   length, is_long, strings, string_count
 *                                   octets of a TXT, and the strings of at most 255 to split it in
 *   file, line, column              where it came from; empty where it came from no file
 *   is_duplicate, is_alternative    in left_out: why
 *
 * In nodes:
 *   name, name_absolute             as DNS has it; with its final dot
 *   host_word                       the name for commands: empty where it is no host name
 *   comment                         for NetDB: one line of printable ASCII
 *   addresses                       at least one
 *
 * In addresses:
 *   address, rrtype, reverse        the type is "A" or "AAAA"; reverse is the name of the PTR
 *   allocation, allocation_word     of an Elastic IP; for commands: empty where it is not fit
 *   is_ipv4, is_ipv6, is_first
 *   is_valid                        name and address are such */
#ifndef SES_RENDER_VIEW_H
#define SES_RENDER_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"
#include "model/request.h"
#include "model/site.h"
#include "render/template.h"

/* NetDB names no limit for a comment; it is one line in lists and searches. */
#define SES_MAX_NETDB_COMMENT 255

/* Columns of opening_lines and closing_lines: what a terminal and a mail program show whole. */
#define SES_MAX_LINE_CHARACTERS 78

/* How much a document may say. */
enum ses_view_size {
    SES_VIEW_FULL,
    SES_VIEW_BRIEF,
    SES_VIEW_COMPACT,
    SES_VIEW_TIGHT,
    SES_VIEW_SIZES
};

/* A file that goes with the ticket. */
struct ses_attachment {
    const char *path; /* borrowed; people are shown what follows its last slash */
    size_t size;
    char sha256[SES_DIGEST_TEXT];
    bool is_export; /* else it is a document */
};

/* Describes `bytes`. Returns 0 or SES_ENOMEM. */
int ses_attachment_make(const char *path, struct ses_str bytes,
                        struct ses_attachment *ret_made) SES_MUSTCHECK;

struct ses_view;

/* Of a document that is about several requests. */
struct ses_view_group {
    const char *by;                      /* what they share: "contact" */
    struct ses_str value;                /* borrowed: what that is */
    const struct ses_request *whole;     /* borrowed: what they have in common */
    const struct ses_view *const *shown; /* borrowed: the requests, where they are listed */
    size_t shown_count;
    size_t domain_count, host_count, export_count;
    const char *digest; /* borrowed: of the group */
    bool is_first;      /* this request begins the document */
};

/* What the fields of a ticket are filled from, beside the request. */
struct ses_view_ticket {
    struct ses_str summary, text;
    struct ses_str key;
};

struct ses_view_options {
    const struct ses_site *site; /* borrowed; required */
    enum ses_view_size size;
    const struct ses_attachment *attachments; /* borrowed: beside the files of the request */
    size_t attachment_count;
    const struct ses_view_group *group;   /* borrowed; NULL for a document of one request */
    const struct ses_view_ticket *ticket; /* borrowed; NULL for a document */
    /* Called when a wording is first looked at, to call ses_view_set_wordings; its error becomes
     * that of ses_view_expand. NULL where wordings are set beforehand or there are none. */
    int (*set_wordings)(const void *context, struct ses_view *view);
    const void *context; /* borrowed: for set_wordings */
    bool unlisted;       /* records are counted, and their lists empty: for a group of any size */
};

/* Makes the view of a settled and sealed request. Values are made as templates look at them, so the
 * request, what `options` points to and the arena are borrowed as long as the view is used. Returns
 * 0 or SES_ENOMEM. */
int ses_view_new(const struct ses_request *request, const struct ses_view_options *options,
                 struct ses_arena *arena, struct ses_view **ret_view) SES_MUSTCHECK;

/* Sets what `opening` and `closing` stand for; both are borrowed. Returns 0 or SES_ENOMEM. */
int ses_view_set_wordings(struct ses_view *view, struct ses_str opening,
                          struct ses_str closing) SES_MUSTCHECK;

/* Adds to `out` what `template` makes of the view. Returns what ses_template_expand does, or
 * SES_ENOMEM. */
int ses_view_expand(const struct ses_view *view, const struct ses_template *template,
                    struct ses_buf *out, struct ses_findings *findings) SES_MUSTCHECK;

/* What to hand to ses_template_expand, for templates with ses_data_lookup. Lives as long as the
 * view. */
const struct ses_value *ses_view_root(const struct ses_view *view);

#endif
