/* SPDX-License-Identifier: MIT */
/* What DNS still has of requests that are to be removed. */
#ifndef CLI_REMNANT_H
#define CLI_REMNANT_H

#include "base/attribute.h"
#include "cli/choice.h"

/* Takes from the sealed requests of the choices what is not in DNS any more, and adds what else
 * stands at the names of the rest. What DNS does not tell stays, and is told. Returns 0, or an
 * error that ends the run. */
int cli_remnants_find(struct cli_choices *choices) SES_MUSTCHECK;

#endif
