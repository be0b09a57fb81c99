/* SPDX-License-Identifier: MIT */
/* The rows that an instance has before anybody writes one: users, groups, catalog items and their
 * variables, and those in the member "rows" of its document. */
#ifndef FAKE_SERVICENOW_SEED_H
#define FAKE_SERVICENOW_SEED_H

#include "servicenow_instance.h"

/* {table: [row]}; the caller releases it. */
json_t *sn_seed_rows(const struct sn_instance *instance);

#endif
