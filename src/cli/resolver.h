/* SPDX-License-Identifier: MIT */
/* Who is asked for DNS, as the flags say it. */
#ifndef CLI_RESOLVER_H
#define CLI_RESOLVER_H

#include "base/attribute.h"
#include "base/clock.h"
#include "cli/option.h"
#include "verify/resolver.h"

/* A server is believed, unless there are keys to validate with: then libunbound asks it. Returns 0,
 * and the caller frees the resolver; or what ses_direct_new and ses_unbound_new do. The clock is
 * borrowed. */
int cli_resolver_open(const struct cli_options *options, struct ses_clock *clock,
                      struct ses_resolver **ret_resolver) SES_MUSTCHECK;

#endif
