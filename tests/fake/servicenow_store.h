/* SPDX-License-Identifier: MIT */
/* The rows, on disk and in memory.
 *
 * DIR/journal has a line for each commit: a JSON array of changes, all of them or none. A commit
 * has happened when its line is written, which one write(2) does, so that it outlives whatever ends
 * the process next; a line without an end is the trace of a commit that did not happen, and is cut
 * off at the next start. DIR/files has the bytes of attachments, written before the line that names
 * them.
 *
 * A change is {"table", "row"} or {"table", "delete": sys_id}. Rows are never changed in place: who
 * changes one commits a copy. */
#ifndef FAKE_SERVICENOW_STORE_H
#define FAKE_SERVICENOW_STORE_H

#include <jansson.h>
#include <stdbool.h>

#include "servicenow_text.h"

struct sn_store {
    const char *folder; /* borrowed */
    int journal;        /* owned: a descriptor; negative where it was only looked at */
    json_t *seeds;      /* owned: rows that the instance came with, as {table: {sys_id: row}} */
    json_t *tables;     /* owned: all rows, likewise */
};

/* Opens or makes the folder, and reads what is there. Ends the program where that fails. */
void sn_store_open(struct sn_store *store, const char *folder, const json_t *seeds);
/* Reads what is there and touches nothing: a server may be writing to it. */
void sn_store_look(struct sn_store *store, const char *folder);
void sn_store_close(struct sn_store *store);

/* Makes the changes durable, then visible. Ends the program where the disk refuses: a reply to what
 * was not kept would be a lie. Consumes `changes`. */
void sn_store_commit(struct sn_store *store, json_t *changes);

/* The rows of exactly this table, sys_id -> row in the order of their making; may be NULL. */
json_t *sn_store_rows(const struct sn_store *store, const char *table);
json_t *sn_store_row(const struct sn_store *store, const char *table, const char *id);

/* The bytes of an attachment. */
void sn_store_put_file(const struct sn_store *store, const char *id, const struct sn_bytes *bytes);
bool sn_store_get_file(const struct sn_store *store, const char *id, struct sn_bytes *ret_bytes);

/* Forgets every row but the seeds. */
void sn_store_reset(struct sn_store *store);

/* Everything that was committed, as {"tables": {table: [row]}, "attachments": [...]}, in an order
 * that does not depend on sys_ids. The caller releases it. */
json_t *sn_store_dump(const struct sn_store *store);

#endif
