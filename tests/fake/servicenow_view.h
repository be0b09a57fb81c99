/* SPDX-License-Identifier: MIT */
/* Rows as the instance shows them (servicenow.md 1.2, 1.4, 1.8). */
#ifndef FAKE_SERVICENOW_VIEW_H
#define FAKE_SERVICENOW_VIEW_H

#include <jansson.h>
#include <stdbool.h>

struct sn_exchange;

/* May this row be seen? */
bool sn_view_admits(const struct sn_exchange *exchange, const json_t *row);

/* The row as a result, with what the parameters of the exchange ask for. The caller releases it. */
json_t *sn_view_row(const struct sn_exchange *exchange, const json_t *row);

/* What people read in the place of a value: a choice's label, a referenced row's name, a date of
 * their zone. The caller frees it. */
char *sn_view_text(const struct sn_exchange *exchange, const json_t *row, const json_t *field,
                   const char *name, const char *value);

#endif
