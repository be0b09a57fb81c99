/* SPDX-License-Identifier: MIT */
/* Addresses and who answers them. A new one is a row in servicenow_route.c. */
#ifndef FAKE_SERVICENOW_ROUTE_H
#define FAKE_SERVICENOW_ROUTE_H

#include <stdbool.h>

#include "servicenow_fault.h"

struct sn_exchange;

struct sn_route {
    const char *method;
    const char *pattern; /* without the version; "*" is an open segment */
    enum sn_kind kind;
    bool open; /* nobody has to say who they are */
    void (*answer)(struct sn_exchange *exchange);
};

/* Sets route, segments and version of the exchange; the route stays NULL where there is none. */
void sn_route_find(struct sn_exchange *exchange);
enum sn_kind sn_route_kind(const struct sn_exchange *exchange);

/* Asks the route for its reply, after rules, headers and identity. Runs under the lock; keeps
 * nothing yet. */
void sn_route_answer(struct sn_exchange *exchange);

/* servicenow_table.c */
void sn_table_list(struct sn_exchange *exchange);
void sn_table_read(struct sn_exchange *exchange);
void sn_table_create(struct sn_exchange *exchange);
void sn_table_update(struct sn_exchange *exchange);
void sn_table_delete(struct sn_exchange *exchange);
/* servicenow_attachment.c */
void sn_attachment_list(struct sn_exchange *exchange);
void sn_attachment_read(struct sn_exchange *exchange);
void sn_attachment_create(struct sn_exchange *exchange);
void sn_attachment_download(struct sn_exchange *exchange);
void sn_attachment_delete(struct sn_exchange *exchange);
/* servicenow_change.c */
void sn_change_create(struct sn_exchange *exchange);
void sn_change_create_normal(struct sn_exchange *exchange);
void sn_change_create_emergency(struct sn_exchange *exchange);
void sn_change_create_standard(struct sn_exchange *exchange);
void sn_change_list(struct sn_exchange *exchange);
void sn_change_read(struct sn_exchange *exchange);
void sn_change_update(struct sn_exchange *exchange);
/* servicenow_catalog.c */
void sn_catalog_order(struct sn_exchange *exchange);
void sn_catalog_submit(struct sn_exchange *exchange);
/* servicenow_import.c */
void sn_import_create(struct sn_exchange *exchange);

#endif
