/* SPDX-License-Identifier: MIT */
/* What differs from one organisation to the next: wording of tickets, NetDB facts, limits.
 *
 * One table has every setting with its default and its sentence for the manual; a config reader
 * sets values by "section.key". Wordings are Mustache templates themselves and may use every name
 * that a document may. */
#ifndef SES_MODEL_SITE_H
#define SES_MODEL_SITE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"

#define SES_MAX_HORIZON_DAYS 36500
#define SES_MAX_TTL 2147483647 /* RFC 2181 section 8 */

/* The settings that code asks for by name. Templates reach all but the wordings as {{section.key}},
 * such as {{site.organisation}}; the wordings as {{opening}} and {{closing}} (render/view.h). */
enum ses_setting {
    SES_SITE_ORGANISATION,
    SES_SITE_DNS_TEAM,
    SES_TICKET_ASSIGNMENT_GROUP,
    SES_TICKET_CATEGORY,
    SES_TICKET_OPENING_SES,
    SES_TICKET_OPENING_EC2,
    SES_TICKET_OPENING_RENEW,
    SES_TICKET_OPENING_REMOVE,
    SES_TICKET_CLOSING,
    SES_TICKET_TABLE,
    SES_LIFETIME_HORIZON_DAYS,
    SES_DNS_TTL,
    SES_NETDB_PROGRAM,
    SES_NETDB_TEMPLATE_NODE,
    SES_NETDB_DEPARTMENT,
    SES_NETDB_GROUP,
    SES_NETDB_LOCATION,
    SES_NETDB_ADMINISTRATOR,
    SES_NETDB_USER,
    SES_NETDB_MODEL,
    SES_NETDB_DATE_FORMAT,
    SES_SETTINGS
};

enum ses_setting_kind {
    SES_SETTING_TEXT,
    SES_SETTING_TEMPLATE, /* Mustache */
    SES_SETTING_NUMBER,
    SES_SETTING_NETDB, /* printable ASCII on one line, no comma: netdb splits lists at commas */
    SES_SETTING_DATE_FORMAT, /* strftime(3) with %Y, %m, %d, %b, %B, %y, %e and %j only */
};

struct ses_setting_row {
    const char *section, *key;
    enum ses_setting_kind kind;
    const char *standard; /* the default */
    const char *help;     /* one sentence for the manual */
    unsigned min, max;    /* of a number */
};

/* Indexed by enum ses_setting. */
extern const struct ses_setting_row ses_settings[SES_SETTINGS];

struct ses_site {
    struct ses_str values[SES_SETTINGS]; /* arena or static */
};

/* Sets every value to its default. */
void ses_site_init(struct ses_site *site);

/* Sets one value, copied into the arena. Returns 0, SES_ENOMEM, SES_ECONFLICT where there is no
 * such setting, or SES_EINVALID with `*ret_reason` a static lower-case phrase. */
int ses_site_set(struct ses_site *site, struct ses_arena *arena, struct ses_str section,
                 struct ses_str key, struct ses_str value, const char **ret_reason) SES_MUSTCHECK;

struct ses_str ses_site_text(const struct ses_site *site, enum ses_setting setting);

/* The value of a number. */
unsigned ses_site_number(const struct ses_site *site, enum ses_setting setting);

#endif
