/* SPDX-License-Identifier: MIT */
/* The command line of every verb, and the defaults behind it.
 *
 * A value comes from its flag, else from its SESDNS_* variable, else from the config file. */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "cli/secret.h"
#include "model/group.h"
#include "model/site.h"
#include "submit/instance.h"

#define CLI_MAX_JOBS 64

enum cli_format {
    CLI_FORMAT_AUTO,       /* long on a terminal, text elsewhere */
    CLI_FORMAT_TEXT,       /* a line a finding */
    CLI_FORMAT_LONG,       /* with the source line, a caret and the remedy */
    CLI_FORMAT_JSON,       /* an object a line */
    CLI_FORMAT_HTML,       /* verify: a page */
    CLI_FORMAT_CSV,        /* list: a table */
    CLI_FORMAT_ICS,        /* list: a calendar */
    CLI_FORMAT_JSON_LINES, /* documents as an object a line; findings as with auto */
};

/* Values that a flag, a variable or the config can give; all NUL-terminated, NULL when not given.
 */
struct cli_values {
    char *contact, *purpose, *account, *region, *zone; /* owned */
};

/* Which of the options a verb takes. */
enum cli_option_set {
    CLI_SET_CHECK,
    CLI_SET_RENDER,
    CLI_SET_SUBMIT,
    CLI_SET_VERIFY,
    CLI_SET_LIST,
    CLI_SET_RECORD,
    CLI_SET_RENEW,
    CLI_SET_RETIRE,
    CLI_SET_EXPLAIN,
};

struct cli_options {
    const char **inputs; /* borrowed from popt; NULL-terminated */
    size_t input_count;
    const char **domains; /* owned lists, NULL-terminated or NULL */
    const char **dedicated_ips;
    const char **documents;
    const char **allowed;
    const char **states;
    struct cli_values values;
    char *expires, *ec2, *eip, *allocation_id;                    /* owned */
    char *output, *templates, *config, *format_name, *color_name; /* owned */
    char *manifest, *group_name;                                  /* owned */
    char *ledger, *expect, *trace;                                /* owned */
    char *ticket, *expiring;                                      /* owned: of record, of list */
    char *server, *trust_anchor, *root_hints, *wait_text;         /* owned: of verify */
    int jobs;        /* threads; 1 or less: none beside the first */
    int connections; /* of submit */
    int manifest_template;
    int poc, production, strict, force, quiet; /* int because popt sets them */
    int dry_run, yes, reopen;
    int before;
    int expired, exit_code; /* of list */
    int refresh, from_servicenow;
    int check, no_dns; /* of retire */
    uint32_t wait;     /* seconds */
    enum cli_format format;
    enum ses_group_key group_by; /* whose requests share a ticket */
    bool color_always, color_never;

    enum cli_option_set set;
    const char *verb;             /* borrowed */
    struct ses_site site;         /* of the config file */
    struct ses_instance instance; /* of the config file */
    struct cli_secret_file config_secrets;
    time_t now;             /* SOURCE_DATE_EPOCH, or the clock */
    struct ses_arena arena; /* holds what the config gave */
    void *parser;           /* owned: popt */
};

/* Reads the command line behind the verb `name` (argv[0] is the verb), the variables and the
 * config. Returns true to go on; else `*ret_exit` is the status to end with: help was printed, or a
 * message. */
bool cli_options_parse(struct cli_options *options, const char *name, const char *usage,
                       enum cli_option_set set, int argc, const char **argv, int *ret_exit);

void cli_options_done(struct cli_options *options);

/* The number of strings in a NULL-terminated list; 0 for NULL. */
size_t cli_list_count(const char *const *list);

/* Prints one line to standard error, with every byte of the values escaped for a terminal. */
void cli_complain(const char *format, va_list values);

/* Prints "sesdns: ..." and where help is to standard error. Returns CLI_USAGE. */
int cli_usage_error(const char *verb, const char *format, ...) SES_PRINTF(2, 3);

#endif
