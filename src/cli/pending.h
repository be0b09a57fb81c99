/* SPDX-License-Identifier: MIT */
/* The renewals and removals that the ledger has tickets for, by what they go on with.
 *
 * A run that was killed leaves a ticket that was not opened, or one that is open and not noted down
 * with the request that it renews or removes. Whoever renews or removes looks here first. */
#ifndef CLI_PENDING_H
#define CLI_PENDING_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "base/map.h"
#include "ledger/ledger.h"

/* The last renewal, or removal, of a request. */
struct cli_pending_ticket {
    struct ses_str key, number; /* arena */
    struct ses_lifetime lifetime;
    int64_t intended_at;
    bool complete; /* open, with all of its files */
};

/* All zero is empty. */
struct cli_pending {
    struct ses_arena arena;
    struct ses_map tickets;
};

/* Reads them. Returns 0, or what ses_ledger_list does. */
int cli_pending_read(struct cli_pending *pending, struct ses_ledger *ledger,
                     struct ses_findings *findings) SES_MUSTCHECK;
void cli_pending_done(struct cli_pending *pending);

/* The renewal of `item` that the item knows nothing of; NULL where there is none. */
const struct cli_pending_ticket *cli_pending_renewal(const struct cli_pending *pending,
                                                     const struct ses_ledger_item *item);

/* The same of a removal. */
const struct cli_pending_ticket *cli_pending_removal(const struct cli_pending *pending,
                                                     const struct ses_ledger_item *item);

#endif
