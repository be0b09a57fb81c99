/* SPDX-License-Identifier: MIT */
#include "cli/netrc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "submit/secret.h"

struct parser {
    struct ses_str rest;
    struct ses_str host, user;
    struct cli_netrc_entry entry; /* owned: being read */
    bool matches;                 /* its host is ours */
};

void cli_netrc_entry_done(struct cli_netrc_entry *entry)
{
    free(entry->login);
    ses_secret_free(entry->password);
    *entry = (struct cli_netrc_entry){0};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A word, or what stands in quotes, with backslashes taken off: copied, since it gets shorter. NULL
 * at the end, and `*ret_error` set where memory ran out. */
static char *next(struct parser *parser, int *ret_error)
{
    struct ses_str *rest = &parser->rest;
    bool quoted;
    size_t len = 0;
    size_t at = 0;
    char *word;

    while (at < rest->len && is_space(rest->ptr[at]))
        at++;
    *rest = ses_str_slice(*rest, at, rest->len);
    if (rest->len == 0)
        return NULL;
    word = malloc(rest->len + 1);
    if (!word) {
        *ret_error = SES_ENOMEM;
        return NULL;
    }
    quoted = rest->ptr[0] == '"';
    for (at = quoted; at < rest->len; at++) {
        if (quoted ? rest->ptr[at] == '"' : is_space(rest->ptr[at]))
            break;
        if (quoted && rest->ptr[at] == '\\' && at + 1 < rest->len)
            at++;
        word[len++] = rest->ptr[at];
    }
    word[len] = '\0';
    *rest = ses_str_slice(*rest, at + quoted, rest->len);
    return word;
}

/* A macro begins behind the line of its name, and ends with an empty one. */
static void skip_macro(struct parser *parser)
{
    struct ses_str line;

    (void)ses_str_split(&parser->rest, '\n', &line);
    while (ses_str_split(&parser->rest, '\n', &line)) {
        if (ses_str_trim(line).len == 0 || ses_str_eq(line, SES_STR("\r")))
            return;
    }
}

static bool is_wanted(const struct parser *parser)
{
    const struct cli_netrc_entry *entry = &parser->entry;

    return parser->matches && entry->password &&
           (parser->user.len == 0 || !entry->login ||
            ses_str_eq(parser->user, ses_str_of(entry->login)));
}

/* Takes the value behind a keyword. Keeps what belongs to the entry. */
static int take_value(struct parser *parser, const char *key)
{
    struct cli_netrc_entry *entry = &parser->entry;
    int error = 0;
    char *value = next(parser, &error);

    if (value && strcmp(key, "machine") == 0) {
        parser->matches = ses_str_eq_nocase(ses_str_of(value), parser->host);
    } else if (value && strcmp(key, "login") == 0) {
        free(entry->login);
        entry->login = value;
        return error;
    } else if (value && strcmp(key, "password") == 0) {
        ses_secret_free(entry->password);
        entry->password = value;
        return error;
    } else if (value && strcmp(key, "macdef") == 0) {
        skip_macro(parser);
    }
    ses_secret_free(value);
    return error;
}

static struct ses_str host_of(const char *origin)
{
    const char *colon = strstr(origin, "://");
    struct ses_str host = ses_str_of(colon ? colon + 3 : origin);
    size_t bracket = ses_str_find(host, ']');

    if (bracket < host.len)
        return ses_str_slice(host, 1, bracket);
    return ses_str_slice(host, 0, ses_str_find(host, ':'));
}

int cli_netrc_find(struct ses_str text, const char *origin, const char *user,
                   struct cli_netrc_entry *ret_entry)
{
    struct parser parser = {.rest = text, .host = host_of(origin), .user = ses_str_of(user)};
    int error = 0;
    char *key;

    while (error == 0 && (key = next(&parser, &error)) != NULL) {
        bool begins = strcmp(key, "machine") == 0 || strcmp(key, "default") == 0;

        if (begins && is_wanted(&parser)) {
            ses_secret_free(key);
            break;
        }
        if (begins)
            cli_netrc_entry_done(&parser.entry);
        if (strcmp(key, "default") == 0)
            parser.matches = true;
        else
            error = take_value(&parser, key);
        ses_secret_free(key);
    }
    if (error == 0 && is_wanted(&parser)) {
        *ret_entry = parser.entry;
        return 0;
    }
    cli_netrc_entry_done(&parser.entry);
    return error;
}
