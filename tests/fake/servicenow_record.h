/* SPDX-License-Identifier: MIT */
/* Rows as the instance writes them (servicenow.md 1.5, 1.7, 1.8). Every value is text. */
#ifndef FAKE_SERVICENOW_RECORD_H
#define FAKE_SERVICENOW_RECORD_H

#include <jansson.h>
#include <stdbool.h>

struct sn_exchange;

/* A new row of `table` from `body`, and what comes with it; left in the changes of the exchange.
 * Borrowed, or NULL where it was refused; the reply is then there. `ignored`, unless NULL, is an
 * array that gets the names of what was dropped. */
json_t *sn_record_insert(struct sn_exchange *exchange, const char *table, const json_t *body,
                         json_t *ignored);

/* A changed copy of `old`, likewise. `*ret_changed`, unless NULL, tells whether a value differs. */
json_t *sn_record_update(struct sn_exchange *exchange, const json_t *old, const json_t *body,
                         json_t *ignored, bool *ret_changed);

/* A row that no rule looks at: the system columns are filled, and it is kept. Consumes `row`.
 * Returns it, borrowed. */
json_t *sn_record_keep(struct sn_exchange *exchange, const char *table, json_t *row);

#endif
