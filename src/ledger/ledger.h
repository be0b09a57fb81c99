/* SPDX-License-Identifier: MIT */
/* What was asked for, where it stands and when it ends: a SQLite file.
 *
 * A ticket is one row, the requests that it carries are rows of their own with their records and
 * nodes, so that what was asked for can be verified, renewed and taken back without the exports.
 * The intent to open a ticket is written, and on the disk, before a byte of it is sent; everything
 * later says what became of it. ServiceNow holds the truth: a lost ledger can be rebuilt from it.
 *
 * Every call that writes is one transaction: whoever is killed leaves it done or not done. One
 * program writes at a time: opening for writing takes a lock and says who has it. Calls on one
 * ledger must not overlap; a program with threads puts a lock around them. Nothing here is a
 * secret. Times are seconds since 1970, 0 where it has not happened. */
#ifndef SES_LEDGER_LEDGER_H
#define SES_LEDGER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"
#include "model/key.h"
#include "model/request.h"

/* PRAGMA application_id: "SesD". What has another one is not ours and is left alone. */
#define SES_LEDGER_APPLICATION 0x53657344

/* PRAGMA user_version of a file made by this program. Older ones are brought up to it on opening
 * for writing, newer ones are refused. */
#define SES_LEDGER_VERSION 1

/* Bytes of a row with all of its texts: several times what a command line or a row of a manifest
 * can give. */
#define SES_MAX_LEDGER_ROW (4 * 1024 * 1024)

/* Records, nodes or columns of one request: more than its canonical form holds (request.c). */
#define SES_MAX_LEDGER_LIST 400000

struct ses_ledger;

enum ses_ledger_mode {
    SES_LEDGER_READ,  /* a file that is not there is an empty ledger; any number of readers */
    SES_LEDGER_WRITE, /* made where it is missing, readable by its owner only; one writer */
};

/* A ticket, opened or about to be. All strings are arena on reading, borrowed on writing; empty
 * where nothing is known. */
struct ses_ledger_ticket {
    struct ses_str key; /* correlation_id (model/key.h) */
    enum ses_operation operation;
    struct ses_str subject;   /* the domain or host, or the name of the group */
    struct ses_str digest;    /* 64 hexadecimal digits */
    struct ses_str refers_to; /* key of the ticket that this one renews or removes */
    struct ses_str instance;  /* "https://example.service-now.com"; empty: sent by hand */
    struct ses_str table;     /* its real class: sys_class_name */
    struct ses_str record;    /* its sys_id */
    struct ses_str number;    /* "INC0010001" */
    struct ses_str state;     /* as ServiceNow last told it: "New", "Closed" */
    int64_t intended_at;      /* the intent was written */
    int64_t sent_at;          /* a request to create it was last begun */
    int64_t opened_at;        /* the answer that it is there */
    int64_t attached_at;      /* all of its attachments were seen in place */
};

enum ses_ledger_dns {
    SES_LEDGER_DNS_UNKNOWN, /* never asked, or it could not tell */
    SES_LEDGER_DNS_NONE,
    SES_LEDGER_DNS_PART,
    SES_LEDGER_DNS_ALL,
};

/* One request of a ticket, as it was asked for. */
struct ses_ledger_item {
    struct ses_ledger_ticket ticket;
    struct ses_request *request; /* arena: settled, without places, sources and what was spared; its
                                digest is the one that was written */
    enum ses_ledger_dns dns;
    int64_t dns_at;
    int64_t removed_at;           /* DNS agreed that it is gone after a removal */
    struct ses_str removed_by;    /* key of the ticket that removes it */
    struct ses_str renewed_by;    /* key of the ticket that renewed it last */
    struct ses_lifetime lifetime; /* the one that holds now: of the last renewal */
};

/* Opens the ledger at `path`; for writing, folders that are missing are made for their owner only.
 * `owner` says who writes, for whoever finds it locked: "submit, pid 4 of ann on host, since ...".
 * Returns 0, and the caller closes it; SES_ENOMEM; SES_ECONFLICT after a finding where somebody
 * else writes; SES_EINVALID after a finding where the file is no ledger, is damaged or newer than
 * this program: it is left untouched; SES_EIO after a finding. */
int ses_ledger_open(const char *path, enum ses_ledger_mode mode, const char *owner,
                    struct ses_ledger **ret_ledger, struct ses_findings *findings) SES_MUSTCHECK;
void ses_ledger_close(struct ses_ledger *ledger);
void ses_ledger_closep(struct ses_ledger **ledger);

/* A ticket and what it carries, for ses_ledger_intend. */
struct ses_ledger_intent {
    struct ses_ledger_ticket ticket;
    const struct ses_request *const *requests; /* borrowed */
    size_t request_count;
};

/* Each writing call returns 0; SES_ENOMEM; or SES_EIO after a finding. Those that name a key, or a
 * key and the subject of one of its requests, return SES_EINVALID where there is none such. */

/* Writes intents, all in one transaction that is on the disk when it returns. One whose key is
 * there already is left as it is, whatever it carries; else its requests are sealed. SES_EINVALID,
 * with nothing written, where that is not so, or where a key has more than letters, digits, hyphens
 * and underscores, or a digest is none. */
int ses_ledger_intend(struct ses_ledger *ledger, const struct ses_ledger_intent *intents,
                      size_t count, int64_t now, struct ses_findings *findings) SES_MUSTCHECK;

/* A request to create the ticket is about to be sent. */
int ses_ledger_sent(struct ses_ledger *ledger, struct ses_str key, int64_t now,
                    struct ses_findings *findings) SES_MUSTCHECK;

/* The ticket is there: `ticket` has instance, table, record and number, and state where it is
 * known. The time is kept of the first call. */
int ses_ledger_opened(struct ses_ledger *ledger, struct ses_str key,
                      const struct ses_ledger_ticket *ticket, int64_t now,
                      struct ses_findings *findings) SES_MUSTCHECK;

/* All attachments of the ticket are in place. */
int ses_ledger_attached(struct ses_ledger *ledger, struct ses_str key, int64_t now,
                        struct ses_findings *findings) SES_MUSTCHECK;

/* The intent is given up: nothing was created, and nothing is to be. What it renewed has the
 * lifetime from before, and nobody removes what it was to remove. A ticket that was opened stays
 * (SES_ECONFLICT). */
int ses_ledger_forget(struct ses_ledger *ledger, struct ses_str key,
                      struct ses_findings *findings) SES_MUSTCHECK;

/* What ServiceNow says of the ticket's state. */
int ses_ledger_set_state(struct ses_ledger *ledger, struct ses_str key, struct ses_str state,
                         struct ses_findings *findings) SES_MUSTCHECK;

/* What DNS says of one request of the ticket. */
int ses_ledger_set_dns(struct ses_ledger *ledger, struct ses_str key, struct ses_str subject,
                       enum ses_ledger_dns dns, int64_t now,
                       struct ses_findings *findings) SES_MUSTCHECK;

/* One request of the ticket `key` was renewed by the ticket `by`, which is in the ledger too, and
 * now lives until then. */
int ses_ledger_renewed(struct ses_ledger *ledger, struct ses_str key, struct ses_str subject,
                       struct ses_str by, const struct ses_lifetime *lifetime,
                       struct ses_findings *findings) SES_MUSTCHECK;

/* The ticket `by`, which is in the ledger too, asks to remove it; empty where nobody did.
 * `gone_at` is 0 until DNS agrees that it is gone. */
int ses_ledger_removed(struct ses_ledger *ledger, struct ses_str key, struct ses_str subject,
                       struct ses_str by, int64_t gone_at,
                       struct ses_findings *findings) SES_MUSTCHECK;

/* Reading. All that is returned lives in `arena`. */

/* The ticket of `key`; `*ret_found` is false where there is none. Returns 0, SES_ENOMEM, or SES_EIO
 * after a finding. */
int ses_ledger_find(struct ses_ledger *ledger, struct ses_str key, struct ses_arena *arena,
                    struct ses_ledger_ticket *ret_ticket, bool *ret_found,
                    struct ses_findings *findings) SES_MUSTCHECK;

/* Which items; an empty filter is all of them. */
struct ses_ledger_filter {
    struct ses_str subject;              /* only this one */
    struct ses_str key;                  /* only those of this ticket */
    const enum ses_operation *operation; /* borrowed; NULL: any */
    const struct ses_date *expires_by;   /* borrowed; POC whose day is this or earlier */
    bool not_removed;
    bool not_continued; /* no renewals and removals of what a ticket of this ledger asked for */
};

/* Calls `take` for every item, by subject, then by the time of the intent, then by key. The item
 * and what it points to live in an arena that is cleared after the call. A `take` that returns
 * other than 0 ends it, with what it returned. It may look for tickets (ses_ledger_find), but
 * neither list nor write. Returns 0, SES_ENOMEM, or SES_EIO after a finding, also where a row
 * cannot be read. */
int ses_ledger_list(struct ses_ledger *ledger, const struct ses_ledger_filter *filter,
                    int (*take)(void *context, const struct ses_ledger_item *item), void *context,
                    struct ses_findings *findings) SES_MUSTCHECK;

#endif
