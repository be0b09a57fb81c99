/* SPDX-License-Identifier: MIT */
/* Where the ledger is, and who we are to others that want it. */
#ifndef CLI_LEDGER_H
#define CLI_LEDGER_H

#include "base/attribute.h"
#include "base/finding.h"
#include "cli/option.h"
#include "ledger/ledger.h"

/* Opens the ledger that --ledger, SESDNS_LEDGER or the XDG Base Directory Specification names.
 * Returns as ses_ledger_open does, and SES_EINVALID after a message where there is no place for it.
 */
int cli_ledger_open(const struct cli_options *options, const char *verb, enum ses_ledger_mode mode,
                    struct ses_ledger **ret_ledger, struct ses_findings *findings) SES_MUSTCHECK;

#endif
