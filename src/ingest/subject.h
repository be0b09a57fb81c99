/* SPDX-License-Identifier: MIT */
/* Which records belong to which domain: turns what was read from any number of files into requests.
 *
 * The records themselves name their identity: the part behind "_domainkey" or "_amazonses", or the
 * owner of the apex form. The others (MX, SPF, DMARC) belong to the closest such domain above them,
 * or where there is none to the domain they imply. */
#ifndef SES_INGEST_SUBJECT_H
#define SES_INGEST_SUBJECT_H

#include "base/arena.h"
#include "base/attribute.h"
#include "base/finding.h"
#include "ingest/export.h"
#include "model/request.h"

/* Makes one request for each domain, in the order in which the domains first appear. `wanted` are
 * the canonical names of the only domains to keep, named at `wanted_at`, none meaning all: others
 * are left out with a note, and one that does not appear is an error. The requests are not settled.
 * Returns 0, SES_ENOMEM, or what the sink returned. */
int ses_subject_assign(const struct ses_entries *entries, const struct ses_str *wanted,
                       size_t wanted_count, struct ses_place wanted_at, struct ses_arena *arena,
                       struct ses_requests *ret_requests,
                       struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_subject_codes[];
extern const size_t ses_subject_code_count;

#endif
