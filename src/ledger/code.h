/* SPDX-License-Identifier: MIT */
/* What can be wrong with a ledger. The table stands apart from what uses SQLite, so that a program
 * which only explains findings is not linked to it. */
#ifndef SES_LEDGER_CODE_H
#define SES_LEDGER_CODE_H

#include <stddef.h>

#include "base/finding.h"

/* The rows of ses_ledger_codes. */
enum ses_ledger_code {
    SES_LEDGER_LOCKED,
    SES_LEDGER_FOREIGN,
    SES_LEDGER_DAMAGED,
    SES_LEDGER_NEWER,
    SES_LEDGER_UNREADABLE, /* it cannot be opened */
    SES_LEDGER_FAILED,     /* reading or writing failed later on */
};

extern const struct ses_code ses_ledger_codes[];
extern const size_t ses_ledger_code_count;

#endif
