/* SPDX-License-Identifier: MIT */
/* How this instance is set up: properties, users, tables, rules, catalog.
 *
 * All of it comes from one JSON document, instance.json beside this file; --config merges another
 * into it, member by member, where null takes a member away (RFC 7396). README.md describes it. */
#ifndef FAKE_SERVICENOW_INSTANCE_H
#define FAKE_SERVICENOW_INSTANCE_H

#include <jansson.h>
#include <stdbool.h>

struct sn_instance {
    json_t *config; /* owned: the merged document */
    json_t
        *tables; /* owned: name -> {label, fields, defaults, chain, ...} with what is inherited */
};

/* `more` may be NULL. Ends the program where a file cannot be read or a table makes no sense. */
void sn_instance_load(struct sn_instance *instance, const char *path, const char *more);
void sn_instance_done(struct sn_instance *instance);

/* A member of "properties". */
bool sn_instance_flag(const struct sn_instance *instance, const char *property);
json_int_t sn_instance_number(const struct sn_instance *instance, const char *property);
const char *sn_instance_text(const struct sn_instance *instance, const char *property);

/* The table with what it inherits, or NULL. */
json_t *sn_instance_table(const struct sn_instance *instance, const char *name);

/* {type, length, reference, choices, label, unique} of a column, or NULL. */
json_t *sn_instance_field(const struct sn_instance *instance, const char *table, const char *field);

/* True where `table` is `base` or inherits from it. */
bool sn_instance_is_a(const struct sn_instance *instance, const char *table, const char *base);

/* The table that holds the primary keys: the last but one of those it inherits from. */
const char *sn_instance_root(const struct sn_instance *instance, const char *table);

/* True where an access rule denies `what` ("create", "read", "write", "delete", "query") on the
 * field, or on the table where `field` is NULL. */
bool sn_instance_denies(const struct sn_instance *instance, const char *table, const char *field,
                        const char *what);

#endif
