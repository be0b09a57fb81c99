/* SPDX-License-Identifier: MIT */
/* Which requests are renewed or removed: those of the ledger that the flags choose, or those of
 * exports, where the ledger does not know them.
 *
 * open, read, then the requests are settled and not sealed; their operation, lifetime and what is
 * known of the earlier ticket are set. Everything lives as long as the choices. */
#ifndef CLI_CHOICE_H
#define CLI_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "cli/batch.h"
#include "cli/option.h"
#include "cli/pending.h"
#include "cli/report.h"
#include "ledger/ledger.h"
#include "model/request.h"

struct cli_choice {
    struct ses_request *request; /* arena */
    int64_t asked_at; /* when its ticket was intended; 0 where the ledger does not know it */
    bool is_part;     /* the ledger knows another request for the subject */
};

enum cli_choice_sight {
    CLI_UNSEEN,
    CLI_SEEN_REMOVED, /* what was asked for is gone */
    CLI_SEEN,
};

/* True where the request asks for anything: not where all of it was spared. */
bool cli_choice_has_work(const struct cli_choice *choice);

/* Something that a run that was killed did not note down. */
struct cli_choice_note;

struct cli_choices {
    const struct cli_options *options; /* borrowed, as the two below */
    struct ses_ledger *ledger;
    struct cli_report *report;
    enum ses_operation operation;
    struct ses_date today;
    struct ses_lifetime lifetime; /* of a renewal: the new one */
    struct ses_str *domains;      /* arena: of --domain, canonical */
    enum cli_choice_sight *seen;  /* arena: what the ledger has of them */
    struct ses_date expires_by;   /* of --expiring */
    struct cli_pending pending;
    struct cli_totals totals; /* of exports */
    bool bad_lifetime;
    size_t passed_over; /* that were named, and cannot be renewed or removed */

    struct ses_arena arena;
    struct cli_choice *items; /* arena; in the order of the ledger or the input */
    size_t count, capacity;

    struct cli_choice_note *notes; /* arena */
    size_t note_count, note_capacity;
    struct ses_arena subject_arena; /* the newest request of the subject that is being read */
    struct cli_choice newest;       /* in that arena */
    bool newest_wanted, older_wanted;
};

/* Reads the flags. False after a message, `*ret_exit` is set then. */
bool cli_choices_open(struct cli_choices *choices, const struct cli_options *options,
                      enum ses_operation operation, struct cli_report *report, int *ret_exit);
void cli_choices_done(struct cli_choices *choices);

/* Chooses. Where the ledger is open for writing (`may_write`), what a run that was killed did not
 * note down is noted down first. Returns 0, or an error that ends the run. */
int cli_choices_read(struct cli_choices *choices, struct ses_ledger *ledger,
                     bool may_write) SES_MUSTCHECK;

#endif
