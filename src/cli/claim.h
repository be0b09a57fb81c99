/* SPDX-License-Identifier: MIT */
/* What is to be removed, and who else needs it: a record or node goes only when no other request of
 * the ledger has it as well. */
#ifndef CLI_CLAIM_H
#define CLI_CLAIM_H

#include "base/attribute.h"
#include "cli/choice.h"

/* Takes from the sealed requests of the choices what another live request of the ledger needs, and
 * what a later one of the choices takes away. Returns 0, or an error that ends the run. */
int cli_claims_settle(struct cli_choices *choices) SES_MUSTCHECK;

#endif
