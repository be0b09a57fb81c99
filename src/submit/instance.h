/* SPDX-License-Identifier: MIT */
/* A ServiceNow instance as the config describes it: where it is, by which route tickets go in, who
 * we are, how long to wait. One table has every setting with its default and its sentence for the
 * manual; secrets have a table of their own and are held apart (secret.h). */
#ifndef SES_SUBMIT_INSTANCE_H
#define SES_SUBMIT_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"
#include "submit/auth.h"

/* Bytes of a setting, and of a field's name. A sys_dictionary element has at most 80. */
#define SES_MAX_INSTANCE_TEXT 1024
#define SES_MAX_FIELD_NAME 80

/* Fields that the config maps. A form has fewer. */
#define SES_MAX_FIELDS 64

/* The settings of the section [servicenow]. */
enum ses_instance_setting {
    SES_INSTANCE_ORIGIN,      /* instance: https://example.service-now.com */
    SES_INSTANCE_ROUTE,       /* route: table, change, catalog, producer, import */
    SES_INSTANCE_TABLE,       /* table: of the tickets; the task table of route table, what a
                                 producer or an import makes */
    SES_INSTANCE_ITEM,        /* item: sys_id of the catalog item or record producer */
    SES_INSTANCE_CHANGE,      /* change: "", "normal", "emergency" or "standard/SYS_ID" */
    SES_INSTANCE_STAGING,     /* staging: table of the import set */
    SES_INSTANCE_KEY_FIELD,   /* key_field: correlation_id; a variable of the catalog item;
                                 "u_key -> correlation_id" where it arrives under another name */
    SES_INSTANCE_LABEL_FIELD, /* label_field: correlation_display; what finds earlier tickets of a
                                 subject; empty: none */
    SES_INSTANCE_SEND_SYS_ID, /* send_sys_id: yes or no */
    SES_INSTANCE_AUTH,        /* auth: one of ses_auth_name */
    SES_INSTANCE_USER,        /* user */
    SES_INSTANCE_CLIENT_ID,   /* client_id */
    SES_INSTANCE_API_KEY_HEADER,   /* api_key_header: x-sn-apikey */
    SES_INSTANCE_API_KEY_PREFIX,   /* api_key_prefix: a word before the key, and a blank */
    SES_INSTANCE_TOKEN_PATH,       /* token_path: /oauth_token.do */
    SES_INSTANCE_CERTIFICATE,      /* certificate: PEM file of the client */
    SES_INSTANCE_CERTIFICATE_KEY,  /* certificate_key */
    SES_INSTANCE_CA_FILE,          /* ca_file */
    SES_INSTANCE_PROXY,            /* proxy */
    SES_INSTANCE_SECRETS_FILE,     /* secrets_file: INI with a section [servicenow], owner only */
    SES_INSTANCE_NETRC,            /* netrc: ~/.netrc */
    SES_INSTANCE_PASSWORD_COMMAND, /* password_command: its first line is the secret of `auth` */
    SES_INSTANCE_CONNECT_SECONDS,  /* connect_timeout: 10 */
    SES_INSTANCE_TRANSFER_SECONDS, /* timeout: 90, more than the quota of a transaction */
    SES_INSTANCE_SETTLE_SECONDS,   /* settle: 65: how long a transaction may still commit after its
                                      reply was lost: the quota of 60 s and a margin */
    SES_INSTANCE_BUDGET_SECONDS,   /* budget: 7200: a run that has waited longer ends */
    SES_INSTANCE_SETTINGS
};

enum ses_instance_kind {
    SES_INSTANCE_TEXT,   /* a line of UTF-8; may be empty, as all below may unless they say more */
    SES_INSTANCE_FILE,   /* the path of a file; "~/" is for the program to understand */
    SES_INSTANCE_FLAG,   /* yes or no */
    SES_INSTANCE_ONE_OF, /* one of `choices` */
    SES_INSTANCE_COUNT,  /* a number from `min` to `max` */
    SES_INSTANCE_URL,    /* ses_http_is_origin */
    SES_INSTANCE_PROXY_URL, /* SCHEME://[USER:PASSWORD@]HOST[:PORT] */
    SES_INSTANCE_NAME,      /* a table: letters, digits, "_" and "." */
    SES_INSTANCE_FIELD,     /* a field, the same; and where it arrives: "u_key -> correlation_id" */
    SES_INSTANCE_ID,        /* 32 hexadecimal digits */
    SES_INSTANCE_CHANGE_KIND, /* normal, emergency or standard/ID */
    SES_INSTANCE_USER_NAME,   /* without a colon (RFC 7617 section 2) */
    SES_INSTANCE_HEADER,      /* a token (RFC 9110 section 5.6.2) */
    SES_INSTANCE_PATH,        /* of a URL: begins with "/" */
};

struct ses_instance_row {
    const char *key;
    enum ses_instance_kind kind;
    const char *standard; /* the default */
    const char *choices;  /* separated by blanks */
    const char *help;     /* one sentence for the manual */
    unsigned min, max;    /* of a number */
};

/* Indexed by enum ses_instance_setting. */
extern const struct ses_instance_row ses_instance_rows[SES_INSTANCE_SETTINGS];

/* A row of [servicenow.fields]: what goes into a field of the ticket. */
struct ses_field_template {
    struct ses_str name;     /* arena: the field, the variable of a form, or the staging column */
    struct ses_str stored;   /* arena: the field of the ticket in which it arrives */
    struct ses_str template; /* arena: Mustache; a field for which it gives nothing is not sent */
};

struct ses_instance {
    struct ses_str values[SES_INSTANCE_SETTINGS]; /* arena or static, NUL-terminated */
    struct ses_str stored[SES_INSTANCE_SETTINGS]; /* the same: where a field arrives */
    struct ses_field_template fields[SES_MAX_FIELDS];
    size_t field_count;
};

/* Sets every value to its default, and the fields to those that every task has: short_description
 * and description. */
void ses_instance_init(struct ses_instance *instance);

/* Sets "key" of [servicenow], copied into the arena. Returns as ses_site_set does. */
int ses_instance_set(struct ses_instance *instance, struct ses_arena *arena, struct ses_str key,
                     struct ses_str value, const char **ret_reason) SES_MUSTCHECK;

/* Sets a field of [servicenow.fields]; an empty template takes a default field out. `name` can be
 * "variable -> field" where a form or a transform map names it otherwise than the ticket. Returns
 * the same, SES_EINVALID also where there are too many. */
int ses_instance_set_field(struct ses_instance *instance, struct ses_arena *arena,
                           struct ses_str name, struct ses_str template,
                           const char **ret_reason) SES_MUSTCHECK;

struct ses_str ses_instance_text(const struct ses_instance *instance,
                                 enum ses_instance_setting setting);

/* Under which name a field arrives; that of ses_instance_text where the config says no other. */
struct ses_str ses_instance_stored(const struct ses_instance *instance,
                                   enum ses_instance_setting setting);
unsigned ses_instance_number(const struct ses_instance *instance,
                             enum ses_instance_setting setting);
bool ses_instance_flag(const struct ses_instance *instance, enum ses_instance_setting setting);

#endif
