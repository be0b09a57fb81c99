/* SPDX-License-Identifier: MIT */
#include "cli/config.h"

#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/secret.h"
#include "submit/instance.h"
#include "submit/secret.h"

/* Defaults for flags: [request] in the config, and variables. To add one, add a row. */
static const struct {
    const char *key;
    const char *variable;
    size_t offset;
} defaults[] = {
    {"contact", "SESDNS_CONTACT", offsetof(struct cli_values, contact)},
    {"purpose", "SESDNS_PURPOSE", offsetof(struct cli_values, purpose)},
    {"account", "SESDNS_ACCOUNT", offsetof(struct cli_values, account)},
    {"region", "SESDNS_REGION", offsetof(struct cli_values, region)},
    {"zone", "SESDNS_ZONE", offsetof(struct cli_values, zone)},
};

static const size_t default_count = sizeof(defaults) / sizeof(defaults[0]);

struct reader {
    struct cli_options *options;
    const char *path;
    FILE *file;                  /* borrowed */
    int line;                    /* last read */
    bool goes_on;                /* it begins with a blank, and so goes on with the value above */
    bool is_cut;                 /* it has a comment behind a value */
    struct stat status;          /* of the file */
    char *key, *value;           /* owned: the last setting, with all of its lines */
    struct cli_values from_file; /* owned */
    bool failed;
};

static char **slot(struct cli_values *values, size_t index)
{
    return (char **)(void *)((char *)values + defaults[index].offset);
}

/* Prints what is wrong with the config, and that it cannot be used. */
static SES_PRINTF(2, 3) void complain(struct reader *reader, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    cli_complain(format, values);
    va_end(values);
    reader->failed = true;
}

static void complain_setting(struct reader *reader, const char *section, const char *key,
                             const char *reason)
{
    complain(reader, "%s:%d: error: [%s] %s: %s", reader->path, reader->line, section, key, reason);
}

static int take_default(struct reader *reader, const char *key, const char *value)
{
    for (size_t i = 0; i < default_count; i++) {
        char **held = slot(&reader->from_file, i);

        if (strcmp(key, defaults[i].key) != 0)
            continue;
        free(*held);
        *held = strdup(value);
        return *held ? 0 : SES_ENOMEM;
    }
    return SES_ECONFLICT;
}

/* Keeps `value` as that of `key`, behind what the lines above it gave. A line of the packaged inih
 * holds 198 bytes, less than a wording has. */
static bool join(struct reader *reader, const char *key, const char *value)
{
    bool more = reader->goes_on && reader->key && strcmp(reader->key, key) == 0;
    char *joined = NULL;
    char *kept = strdup(key);

    if (!kept ||
        asprintf(&joined, "%s%s%s", more ? reader->value : "", more ? " " : "", value) < 0) {
        free(kept);
        return false;
    }
    free(reader->key);
    ses_secret_free(reader->value);
    reader->key = kept;
    reader->value = joined;
    return true;
}

static const struct ses_secret_row *secret_row(const char *section, const char *key)
{
    for (size_t i = 0; strcmp(section, "servicenow") == 0 && i < ses_secret_count; i++) {
        if (strcmp(key, ses_secret_rows[i].key) == 0)
            return &ses_secret_rows[i];
    }
    return NULL;
}

/* A part of a secret would be refused by the instance, and nobody would know why. */
static int take_secret(struct reader *reader, const struct ses_secret_row *row, const char *value,
                       const char **ret_reason)
{
    *ret_reason = reader->is_cut || reader->goes_on
                      ? "a secret cannot be told from the comment or line behind it: put it into "
                        "a secrets_file"
                      : NULL;
    if (*ret_reason)
        return SES_EINVALID;
    return cli_secret_file_add(&reader->options->config_secrets, row, value, reader->path,
                               (size_t)reader->line, &reader->status);
}

/* [servicenow]; a proxy's password makes the file one with a secret in it. */
static int take_instance(struct reader *reader, const char *key, const char *value,
                         const char **ret_reason)
{
    struct cli_options *options = reader->options;
    int error = ses_instance_set(&options->instance, &options->arena, ses_str_of(key),
                                 ses_str_of(value), ret_reason);

    if (error == SES_ECONFLICT)
        *ret_reason = "no such setting";
    if (error != 0 || strcmp(key, "proxy") != 0 || !strchr(value, '@'))
        return error;
    return cli_secret_file_add(&options->config_secrets, NULL, NULL, reader->path,
                               (size_t)reader->line, &reader->status);
}

static int take_setting(struct reader *reader, const char *section, const char *key,
                        const char *value, const char **ret_reason)
{
    struct cli_options *options = reader->options;
    const struct ses_secret_row *row = secret_row(section, key);

    if (row)
        return take_secret(reader, row, value, ret_reason);
    if (strcmp(section, "request") == 0)
        return take_default(reader, key, value);
    if (strcmp(section, "servicenow") == 0)
        return take_instance(reader, key, value, ret_reason);
    if (strcmp(section, "servicenow.fields") == 0)
        return ses_instance_set_field(&options->instance, &options->arena, ses_str_of(key),
                                      ses_str_of(value), ret_reason);
    return ses_site_set(&options->site, &options->arena, ses_str_of(section), ses_str_of(key),
                        ses_str_of(value), ret_reason);
}

/* inih calls this for each "key = value", and again for each line that goes on with it; returning 1
 * goes on to the next. */
static int take(void *user, const char *section, const char *key, const char *value)
{
    struct reader *reader = user;
    const char *reason = "no such setting";
    int error;

    if (!join(reader, key, value)) {
        complain_setting(reader, section, key, ses_strerror(SES_ENOMEM));
        return 1;
    }
    error = take_setting(reader, section, key, reader->value, &reason);
    if (error == SES_ENOMEM)
        reason = ses_strerror(error);
    if (error != 0)
        complain_setting(reader, section, key, reason);
    return 1;
}

/* $XDG_CONFIG_HOME/sesdns/config.ini, with the default of the XDG Base Directory Specification. */
static char *standard_path(void)
{
    const char *base = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;

    if (base && *base == '/')
        return asprintf(&path, "%s/sesdns/config.ini", base) < 0 ? NULL : path;
    if (home && *home)
        return asprintf(&path, "%s/.config/sesdns/config.ini", home) < 0 ? NULL : path;
    return NULL;
}

static void skip_line(FILE *file)
{
    int byte;

    do
        byte = getc(file);
    while (byte != '\n' && byte != EOF);
}

/* Counts lines, which inih as packaged does not tell its handler. */
static char *read_line(char *bytes, int size, void *stream)
{
    struct reader *reader = stream;
    char *line = fgets(bytes, size, reader->file);

    reader->line++;
    reader->goes_on = line && (*line == ' ' || *line == '\t');
    reader->is_cut = line && (strstr(line, " ;") || strstr(line, "\t;"));
    if (line && !strchr(line, '\n') && !feof(reader->file)) {
        complain(
            reader,
            "%s:%d: error: line of more than %d bytes: break it, and begin the next line with a "
            "blank",
            reader->path, reader->line, size - 2);
        skip_line(reader->file);
    }
    return line;
}

/* Overwrites what inih had on the stack, which is where this has its own. */
static __attribute__((noinline)) void wipe_stack(void)
{
    char room[4096];

    ses_secret_wipe(room, sizeof(room));
}

static bool read_file(struct reader *reader, bool must_exist)
{
    char buffer[4096];
    FILE *file SES_CLEANUP(ses_file_closep) = fopen(reader->path, "re");
    int line;

    if (!file && !must_exist && (errno == ENOENT || errno == ENOTDIR))
        return true;
    if (!file || fstat(fileno(file), &reader->status) != 0) {
        complain(reader, "%s: error: cannot read the config: %s", reader->path, strerror(errno));
        return false;
    }
    reader->file = file;
    setvbuf(file, buffer, _IOFBF, sizeof(buffer));
    line = ini_parse_stream(read_line, reader, take, reader);
    if (line > 0)
        complain(reader, "%s:%d: error: want [section] or key = value", reader->path, line);
    else if (line < 0 || ferror(file))
        complain(reader, "%s: error: cannot read the config: %s", reader->path, strerror(errno));
    ses_file_closep(&file);
    ses_secret_wipe(buffer, sizeof(buffer));
    wipe_stack();
    return !reader->failed;
}

/* Flags win over variables, variables over the file. */
static bool merge(struct reader *reader)
{
    for (size_t i = 0; i < default_count; i++) {
        char **value = slot(&reader->options->values, i);
        const char *variable = getenv(defaults[i].variable);

        if (*value)
            continue;
        if (variable && *variable) {
            *value = strdup(variable);
            if (!*value)
                return false;
            continue;
        }
        *value = *slot(&reader->from_file, i);
        *slot(&reader->from_file, i) = NULL;
    }
    return true;
}

/* "~/" is the home folder, in defaults as well. */
static bool expand_homes(struct cli_options *options)
{
    const char *home = getenv("HOME");

    for (int i = 0; home && i < SES_INSTANCE_SETTINGS; i++) {
        struct ses_str *value = &options->instance.values[i];

        if (ses_instance_rows[i].kind == SES_INSTANCE_FILE &&
            ses_str_starts(*value, SES_STR("~/")) &&
            ses_arena_printf(&options->arena, value, "%s%s", home, value->ptr + 1) != 0)
            return false;
    }
    return true;
}

bool cli_config_read(struct cli_options *options)
{
    const char *variable = getenv("SESDNS_CONFIG");
    struct reader reader = {.options = options};
    char *standard = NULL;
    bool given = options->config || (variable && *variable);
    bool good = true;

    reader.path = options->config ? options->config : variable;
    if (!given)
        reader.path = standard = standard_path();
    if (reader.path)
        good = read_file(&reader, given);
    good = good && merge(&reader) && expand_homes(options);
    free(reader.key);
    ses_secret_free(reader.value);
    for (size_t i = 0; i < default_count; i++)
        free(*slot(&reader.from_file, i));
    free(standard);
    return good;
}
