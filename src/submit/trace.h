/* SPDX-License-Identifier: MIT */
/* An exchange as text that can be shown to others: every secret is masked, and what a terminal
 * would act on is escaped. Lines of a request begin with "> ", those of a reply with "< ". */
#ifndef SES_SUBMIT_TRACE_H
#define SES_SUBMIT_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/attribute.h"
#include "submit/http.h"
#include "submit/mask.h"

/* Bytes of a body that are shown: a ticket with its replies fits, a page of look-ups is cut. */
#define SES_MAX_TRACE_BODY ((size_t)64 * 1024)

/* Adds the value of each header that is a secret to the mask. */
void ses_trace_add_secrets(struct ses_mask *mask, const struct ses_http_options *options,
                           const struct ses_http_header *headers, size_t count);

/* Both write to the sink of `options`, and do nothing where it has none. They return 0 or
 * SES_ENOMEM. */

/* What is about to be sent, with these headers. */
int ses_trace_request(const struct ses_http_options *options, const struct ses_mask *mask,
                      const struct ses_http_request *request, const struct ses_http_header *headers,
                      size_t count) SES_MUSTCHECK;

/* What came of it: `head` are the lines from the status line on, as they came. */
int ses_trace_reply(const struct ses_http_options *options, const struct ses_mask *mask,
                    const struct ses_http_request *request, struct ses_str head,
                    const struct ses_http_reply *reply, int64_t milliseconds) SES_MUSTCHECK;

#endif
