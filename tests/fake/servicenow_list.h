/* SPDX-License-Identifier: MIT */
/* Pages of rows: sysparm_query, sysparm_limit, sysparm_offset, X-Total-Count and Link
 * (servicenow.md 1.2, 1.4). */
#ifndef FAKE_SERVICENOW_LIST_H
#define FAKE_SERVICENOW_LIST_H

#include <jansson.h>

struct sn_exchange;

/* The rows of the page that the parameters ask for, and the headers of the reply; the caller
 * releases the array. NULL where it was refused. Rows that may not be read are taken out last: a
 * page can be short although more rows exist. */
json_t *sn_list_page(struct sn_exchange *exchange, const char *table, json_int_t limit);

#endif
