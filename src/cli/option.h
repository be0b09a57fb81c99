/* SPDX-License-Identifier: MIT */
/* The command line of every verb, and the defaults behind it.
 *
 * A value comes from its flag, else from its SESDNS_* variable, else from the config file. */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "model/group.h"
#include "model/site.h"

#define CLI_MAX_JOBS 64

enum cli_format {
    CLI_FORMAT_AUTO,       /* long on a terminal, text elsewhere */
    CLI_FORMAT_TEXT,       /* a line a finding */
    CLI_FORMAT_LONG,       /* with the source line, a caret and the remedy */
    CLI_FORMAT_JSON,       /* an object a line */
    CLI_FORMAT_JSON_LINES, /* documents as an object a line; findings as with auto */
};

/* Values that a flag, a variable or the config can give; all NUL-terminated, NULL when not given.
 */
struct cli_values {
    char *contact, *purpose, *account, *region, *zone; /* owned */
};

struct cli_options {
    const char **inputs; /* borrowed from popt; NULL-terminated */
    size_t input_count;
    const char **domains; /* owned lists, NULL-terminated or NULL */
    const char **dedicated_ips;
    const char **documents;
    const char **allowed;
    struct cli_values values;
    char *expires, *ec2, *eip, *allocation_id;                    /* owned */
    char *output, *templates, *config, *format_name, *color_name; /* owned */
    char *manifest, *group_name;                                  /* owned */
    int jobs; /* threads; 1 or less: none beside the first */
    int manifest_template;
    int poc, production, strict, force, quiet; /* int because popt sets them */
    enum cli_format format;
    enum ses_group_key group_by; /* whose requests share a ticket */
    bool color_always, color_never;

    struct ses_site site;   /* of the config file */
    time_t now;             /* SOURCE_DATE_EPOCH, or the clock */
    struct ses_arena arena; /* holds what the config gave */
    void *parser;           /* owned: popt */
};

/* Which of the options a verb takes. */
enum cli_option_set {
    CLI_SET_CHECK,
    CLI_SET_RENDER,
    CLI_SET_EXPLAIN,
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
