/* SPDX-License-Identifier: MIT */
/* What only shows when many requests are seen together: a domain twice, a token under two domains,
 * an address with two names.
 *
 * Requests are added one after the other, in the order of the input; a finding stands at the later
 * place and names the earlier. Of a request only hashes and one number are kept: some hundred bytes
 * a domain, whatever its records hold. */
#ifndef SES_CHECK_BATCH_H
#define SES_CHECK_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/attribute.h"
#include "base/finding.h"
#include "base/seen.h"
#include "model/group.h"
#include "model/request.h"

struct ses_batch {
    struct ses_seen seen;             /* with the line in the manifest, or the place in `given` */
    const struct ses_requests *given; /* borrowed: requests without a manifest, as added */
    enum ses_group_key group_by;
    uint32_t count;
};

/* `given` has the requests that will be added and have no row in a manifest, in that order. It may
 * be NULL where all have one. */
void ses_batch_init(struct ses_batch *batch, const struct ses_requests *given,
                    enum ses_group_key group_by);
void ses_batch_done(struct ses_batch *batch);

/* Compares a settled request with all that were added before, reports what they share and must not,
 * and remembers it. Returns 0, SES_ENOMEM, or what the sink returned. */
int ses_batch_add(struct ses_batch *batch, const struct ses_request *request,
                  struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_batch_codes[];
extern const size_t ses_batch_code_count;

#endif
