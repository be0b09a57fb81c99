/* SPDX-License-Identifier: MIT */
#include "cli/resolver.h"

#include "verify/direct.h"
#include "verify/unbound.h"

int cli_resolver_open(const struct cli_options *options, struct ses_clock *clock,
                      struct ses_resolver **ret_resolver)
{
    const struct ses_unbound_options unbound = {.clock = clock,
                                                .trust_anchor = options->trust_anchor,
                                                .root_hints = options->root_hints,
                                                .server = options->server};

    if (options->server && !options->trust_anchor)
        return ses_direct_new(ses_str_of(options->server), clock, ret_resolver);
    return ses_unbound_new(&unbound, ret_resolver);
}
