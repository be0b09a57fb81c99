/* SPDX-License-Identifier: MIT */
/* Encoded queries (servicenow.md 1.3).
 *
 * What is invalid - a field that is not there, an operator that is unknown - is dropped, and the
 * rest runs; with one condition, all rows match. The property glide.invalid_query.returns_no_rows
 * turns that into none. */
#ifndef FAKE_SERVICENOW_QUERY_H
#define FAKE_SERVICENOW_QUERY_H

#include <jansson.h>
#include <stdbool.h>

struct sn_core;

struct sn_query {
    const struct sn_core *core; /* borrowed */
    const char *table;          /* borrowed */
    json_t *groups;  /* owned: any of them, of which all, of which any {field, operator, value} */
    json_t *orders;  /* owned: [{field, descending}] */
    bool invalid;    /* something was dropped */
    bool unreadable; /* something was dropped because nobody may read it */
};

/* Parses `text` for `table`. */
void sn_query_init(struct sn_query *query, const struct sn_core *core, const char *table,
                   const char *text);
void sn_query_done(struct sn_query *query);

/* Adds a condition that must hold as well, as a plain name=value pair of the address does. */
void sn_query_require(struct sn_query *query, const char *field, const char *value);
/* Forgets all conditions. */
void sn_query_drop(struct sn_query *query);

bool sn_query_matches(const struct sn_query *query, const json_t *row);

/* All rows that match, of the table and those that inherit from it, in order. The caller releases
 * the array. */
json_t *sn_query_run(const struct sn_query *query);

/* The text of a field of the row, which may be dot-walked ("assignment_group.name"); "" where there
 * is none. `*ret_field`, unless NULL, is the column that was reached, or NULL where the name is
 * none. */
const char *sn_query_walk(const struct sn_core *core, const json_t *row, const char *name,
                          const json_t **ret_field);

/* The row with this sys_id in the table or those that inherit from it, or NULL. */
json_t *sn_query_find(const struct sn_core *core, const char *table, const char *id);

#endif
