/* SPDX-License-Identifier: MIT */
/* Runs every rule over a request.
 *
 * A rule sees a settled request, reports to the sink and changes nothing. All findings are
 * reported, record by record in the order of the input, then those about the request as a whole. */
#ifndef SES_CHECK_CHECK_H
#define SES_CHECK_CHECK_H

#include <stddef.h>

#include "base/attribute.h"
#include "base/finding.h"
#include "model/request.h"

/* Returns 0 whatever is found; SES_ENOMEM; or what the sink returned. */
int ses_check_request(const struct ses_request *request,
                      struct ses_findings *findings) SES_MUSTCHECK;

/* The code of rule number `index`, in the order of the tables; NULL behind the last. Static. */
const struct ses_code *ses_check_code(size_t index);

#endif
