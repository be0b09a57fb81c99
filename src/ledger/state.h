/* SPDX-License-Identifier: MIT */
/* Where a request stands, as one word: told by the facts of the ledger and the day, kept nowhere.
 */
#ifndef SES_LEDGER_STATE_H
#define SES_LEDGER_STATE_H

#include <stdbool.h>

#include "base/str.h"
#include "ledger/ledger.h"
#include "model/lifetime.h"

enum ses_ledger_state {
    SES_LEDGER_ASKED,       /* there is no ticket yet, as far as is known */
    SES_LEDGER_OPEN,        /* there is one; DNS was not asked, or has nothing of it */
    SES_LEDGER_PARTLY_LIVE, /* DNS has some of it */
    SES_LEDGER_LIVE,        /* DNS has all of it */
    SES_LEDGER_EXPIRED, /* the day of a proof of concept is over, and it is not known as removed */
    SES_LEDGER_REMOVED, /* DNS agreed that it is gone */
    SES_LEDGER_STATES
};

/* The state on the day `today`: the later one of those above where more than one holds. */
enum ses_ledger_state ses_ledger_state(const struct ses_ledger_item *item, struct ses_date today);

/* "asked", "open", "partly live", "live", "expired" or "removed". Static. */
const char *ses_ledger_state_name(enum ses_ledger_state state);

/* Reads such a name; a hyphen may stand for the blank. False for any other. */
bool ses_ledger_state_parse(struct ses_str text, enum ses_ledger_state *ret_state);

#endif
