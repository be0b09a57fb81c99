/* SPDX-License-Identifier: MIT */
/* A request as JSON, for other programs. examples/request.schema.json describes it.
 *
 * Keys stand in the order of the schema, records, nodes and sources in the order of the input. All
 * text is ASCII: other characters are escaped, so the document is safe to show; bytes that are not
 * UTF-8 become U+FFFD. Where there is nothing, the value is null, never an absent key. */
#ifndef SES_RENDER_REQUEST_JSON_H
#define SES_RENDER_REQUEST_JSON_H

#include "base/attribute.h"
#include "base/buf.h"
#include "model/request.h"
#include "model/site.h"

/* Adds the document to `out`. Returns 0, SES_ENOMEM, or SES_ELIMIT where `out` is full. */
int ses_request_to_json(const struct ses_request *request, const struct ses_site *site,
                        struct ses_buf *out) SES_MUSTCHECK;

#endif
