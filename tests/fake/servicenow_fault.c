/* SPDX-License-Identifier: MIT */
#include "servicenow_fault.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"
#include "servicenow_token.h"

static const char *const kind_names[SN_KINDS] = {
    [SN_OTHER] = "other",   [SN_TOKEN] = "token",       [SN_LOOKUP] = "lookup", [SN_READ] = "read",
    [SN_CREATE] = "create", [SN_PATCH] = "patch",       [SN_DELETE] = "delete", [SN_LIST] = "list",
    [SN_ATTACH] = "attach", [SN_DOWNLOAD] = "download",
};

const char *sn_kind_name(enum sn_kind kind)
{
    return kind_names[kind];
}

static const char *const phases[] = {
    [SN_AT_ACCEPT] = "accept", [SN_AT_HEADERS] = "headers", [SN_INSTEAD] = "instead",
    [SN_BEFORE] = "before",    [SN_WITHIN] = "within",      [SN_AFTER] = "after",
};

#define CANCELLED "Transaction cancelled: maximum execution time exceeded"
#define CANCELLED_DETAIL                                                                           \
    "Transaction cancelled: maximum execution time exceeded Check logs for error trace or enable " \
    "glide.rest.debug property to verify REST request processing"

static const char hibernation_page[] =
    "<html><head><title>Instance Hibernating page</title></head>"
    "<body><h1>Your instance is hibernating</h1></body></html>\n";
static const char gateway_page[] = "<html><body><h1>Bad gateway</h1></body></html>\n";

static const char *argument_of(const struct sn_exchange *exchange)
{
    return exchange->fault->argument;
}

/* Of an argument in seconds, which may have a fraction. */
static int milliseconds_of(const struct sn_exchange *exchange)
{
    return (int)(strtod(argument_of(exchange), NULL) * 1000);
}

static void act_wait(struct sn_exchange *exchange)
{
    exchange->wait_ms = milliseconds_of(exchange);
}

static void act_500(struct sn_exchange *exchange)
{
    sn_refuse(exchange, 500, CANCELLED, CANCELLED_DETAIL);
}

static void act_502(struct sn_exchange *exchange)
{
    sn_reply_clear(exchange);
    sn_reply_text(exchange, 502, "text/html", gateway_page);
}

static void act_503(struct sn_exchange *exchange)
{
    sn_reply_clear(exchange);
    sn_reply_text(exchange, 503, "text/html", gateway_page);
}

static void act_403(struct sn_exchange *exchange)
{
    sn_refuse(exchange, 403, "Operation Failed",
              "ACL Exception Insert Failed due to security constraints");
}

static void act_401(struct sn_exchange *exchange)
{
    sn_tokens_expire(exchange->core);
    sn_refuse(exchange, 401, "User Not Authenticated", "Required to provide Auth information");
    sn_reply_header(exchange, "WWW-Authenticate", "BEARER realm=\"Service-now\"");
}

static void act_429_rule(struct sn_exchange *exchange)
{
    long seconds = strtol(argument_of(exchange), NULL, 10);

    sn_rate_deny(exchange, "a2b7e94b4f7b4200086eeed18110c7fd", "Table API", 100, seconds);
}

static void act_429_bare(struct sn_exchange *exchange)
{
    sn_reply_clear(exchange);
    sn_reply_text(exchange, 429, "text/html", "<html><body>Too many requests</body></html>\n");
}

static void act_hibernation(struct sn_exchange *exchange)
{
    sn_reply_clear(exchange);
    sn_reply_text(exchange, 200, "text/html;charset=UTF-8", hibernation_page);
}

static void act_redirect(struct sn_exchange *exchange)
{
    sn_reply_clear(exchange);
    sn_reply_text(exchange, 302, "text/html", "");
    sn_reply_header(exchange, "Location", "%s%s", argument_of(exchange), exchange->target);
}

static void act_cut(struct sn_exchange *exchange)
{
    exchange->ending = SN_CUT;
}

static void act_cut_headers(struct sn_exchange *exchange)
{
    exchange->ending = SN_CUT_HEADERS;
}

static void act_cut_body(struct sn_exchange *exchange)
{
    exchange->ending = SN_CUT_BODY;
}

static void act_reset(struct sn_exchange *exchange)
{
    exchange->ending = SN_RESET;
}

static void act_hang(struct sn_exchange *exchange)
{
    exchange->ending = SN_HANG;
}

static void act_slow(struct sn_exchange *exchange)
{
    exchange->ending = SN_SLOW;
    exchange->pace_ms = atoi(argument_of(exchange));
}

static void act_late(struct sn_exchange *exchange)
{
    act_500(exchange);
    sn_reply_header(exchange, "Connection", "close");
    exchange->late_ms = 1 + milliseconds_of(exchange);
}

static void act_late_cut(struct sn_exchange *exchange)
{
    act_late(exchange);
    exchange->ending = SN_CUT;
}

/* The result as far as it had been streamed, closed by force, and the error behind it. Status and
 * headers had been sent before, and stay. */
static void act_cut_json(struct sn_exchange *exchange)
{
    struct sn_bytes text = {0};
    size_t half = exchange->reply.len / 2;

    sn_bytes_add(&text, exchange->reply.ptr, half);
    sn_bytes_printf(
        &text, "\"\"],\"error\":{\"message\":\"%s\",\"detail\":\"%s\"},\"status\":\"failure\"}",
        CANCELLED, CANCELLED_DETAIL);
    sn_bytes_done(&exchange->reply);
    exchange->reply = text;
}

static void act_empty_body(struct sn_exchange *exchange)
{
    sn_bytes_done(&exchange->reply);
}

static void act_empty_result(struct sn_exchange *exchange)
{
    sn_bytes_done(&exchange->reply);
    sn_bytes_printf(&exchange->reply, "{\"result\":{}}");
}

static void act_html(struct sn_exchange *exchange)
{
    int status = exchange->status;

    sn_reply_clear(exchange);
    sn_reply_text(exchange, status, "text/html;charset=UTF-8", hibernation_page);
}

static void act_not_json(struct sn_exchange *exchange)
{
    sn_bytes_done(&exchange->reply);
    sn_bytes_printf(&exchange->reply, "not JSON at all");
}

static const struct sn_fault_kind table[] = {
    {"refuse", NULL, SN_AT_ACCEPT, NULL,
     "closes the connection before a byte was read; under TLS the handshake fails", "7.6"},
    {"reset", NULL, SN_AT_HEADERS, act_reset, "RST before the body is read; nothing is done",
     "7.6"},
    {"cut", NULL, SN_INSTEAD, act_cut, "closes without a reply; nothing is done", "7.6"},
    {"hang", NULL, SN_INSTEAD, act_hang, "never answers; nothing is done", "6, 7.6"},
    {"500", NULL, SN_INSTEAD, act_500, "500 Transaction cancelled; nothing is done", "1.6"},
    {"502", NULL, SN_INSTEAD, act_502, "502 with a page; nothing is done", "1.6"},
    {"503", NULL, SN_INSTEAD, act_503, "503 with a page; nothing is done", "1.6"},
    {"403", NULL, SN_INSTEAD, act_403, "403 Operation Failed; nothing is done", "1.6"},
    {"401", NULL, SN_INSTEAD, act_401, "401, and all access tokens end now; nothing is done", "5"},
    {"429-rule", "SECONDS", SN_INSTEAD, act_429_rule,
     "429 of a rate rule, with its headers; nothing is done", "6"},
    {"429-bare", NULL, SN_INSTEAD, act_429_bare,
     "429 of a full queue, without headers; nothing is done", "6"},
    {"hibernation", NULL, SN_INSTEAD, act_hibernation,
     "200 with the page of a sleeping instance; nothing is done", "1.6"},
    {"redirect", "BASE", SN_INSTEAD, act_redirect,
     "302 to the same target at BASE; nothing is done", "5"},
    {"late-commit", "SECONDS", SN_INSTEAD, act_late,
     "500 Transaction cancelled now, done and kept SECONDS later", "1.6, 7.6"},
    {"late-commit-cut", "SECONDS", SN_INSTEAD, act_late_cut,
     "closes without a reply now, done and kept SECONDS later", "7.6"},
    {"wait", "SECONDS", SN_BEFORE, act_wait,
     "done, kept and answered SECONDS later, whether or not the client is still there", "6, 7.6"},
    {"drop-field", "NAME", SN_WITHIN, NULL, "the field NAME of the body is dropped", "1.5"},
    {"change-field", "NAME VALUE", SN_WITHIN, NULL, "a business rule sets the field NAME to VALUE",
     "1.5"},
    {"hide-field", "NAME", SN_WITHIN, NULL, "the field NAME is absent from the reply", "1.4"},
    {"no-key", NULL, SN_WITHIN, NULL, "correlation_id is dropped", "1.5"},
    {"other-sys-id", NULL, SN_WITHIN, NULL, "the sys_id of the body is not taken", "1.7, 7.7"},
    {"duplicate", NULL, SN_WITHIN, NULL, "the row is inserted twice", "7.1"},
    {"all-rows", NULL, SN_WITHIN, NULL, "the conditions of the query are dropped", "1.3"},
    {"commit-500", NULL, SN_AFTER, act_500, "done and kept, then 500 Transaction cancelled", "1.6"},
    {"commit-502", NULL, SN_AFTER, act_502, "done and kept, then 502 with a page", "7.6"},
    {"commit-403", NULL, SN_AFTER, act_403, "done and kept, then 403 Operation Failed", "1.6"},
    {"commit-429-bare", NULL, SN_AFTER, act_429_bare, "done and kept, then 429 without headers",
     "7.6"},
    {"commit-cut", NULL, SN_AFTER, act_cut, "done and kept, then closed without a reply", "7.6"},
    {"commit-cut-headers", NULL, SN_AFTER, act_cut_headers,
     "done and kept, then closed after half of the headers", "7.6"},
    {"commit-cut-body", NULL, SN_AFTER, act_cut_body,
     "done and kept, then closed after half of the body", "7.6"},
    {"commit-reset", NULL, SN_AFTER, act_reset, "done and kept, then RST", "7.6"},
    {"commit-hang", NULL, SN_AFTER, act_hang, "done and kept, then no answer", "6, 7.6"},
    {"cut-json", NULL, SN_AFTER, act_cut_json,
     "done and kept; the reply is cut JSON with an error member", "1.6"},
    {"not-json", NULL, SN_AFTER, act_not_json, "done and kept; the reply is not JSON", "7.6"},
    {"empty-body", NULL, SN_AFTER, act_empty_body, "done and kept; the reply has no body", "1.5"},
    {"empty-result", NULL, SN_AFTER, act_empty_result, "done and kept; the result is empty", "1.5"},
    {"html", NULL, SN_AFTER, act_html, "done and kept; the status is true, the body is a page",
     "1.6, 7.6"},
    {"slow", "MS", SN_AFTER, act_slow, "done and kept; the reply comes MS milliseconds a byte",
     "6"},
};

#define ROWS (sizeof(table) / sizeof(*table))

void sn_faults_list(void)
{
    for (size_t i = 0; i < ROWS; i++)
        printf("%s\t%s\t%s\t%s\t%s\n", table[i].name, table[i].argument ? table[i].argument : "-",
               phases[table[i].phase], table[i].what, table[i].source);
}

static const struct sn_fault_kind *find_kind(const char *name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    }
    return NULL;
}

/* "3", "3-7", "3+", "every" */
static bool parse_range(const char *text, struct sn_fault *fault)
{
    char *end;
    unsigned long first, last;

    if (strcmp(text, "every") == 0) {
        fault->first = 1;
        fault->last = UINT_MAX;
        return true;
    }
    first = last = strtoul(text, &end, 10);
    if (*end == '-')
        last = strtoul(end + 1, &end, 10);
    else if (*end == '+' && end++)
        last = UINT_MAX;
    if (*end != '\0' || first < 1 || last < first || last > UINT_MAX)
        return false;
    fault->first = (unsigned)first;
    fault->last = (unsigned)last;
    return true;
}

static bool parse_kind(const char *word, struct sn_fault *fault)
{
    for (int kind = 0; kind < SN_KINDS; kind++) {
        if (strcmp(word, kind_names[kind]) == 0) {
            fault->of = (enum sn_kind)kind;
            return true;
        }
    }
    return false;
}

/* Takes a word off `*rest`; an empty one at its end. */
static const char *next_word(char **rest)
{
    char *word = *rest + strspn(*rest, " \t\r");
    size_t len = strcspn(word, " \t\r");

    *rest = word + len;
    if (**rest)
        *(*rest)++ = '\0';
    return word;
}

/* Returns NULL, or what is wrong. */
static const char *parse_line(char *line, struct sn_fault *fault)
{
    const char *word = next_word(&line);

    *fault = (struct sn_fault){0};
    if (strcmp(word, "request") == 0)
        fault->counts_requests = true;
    else if (strcmp(word, "connection") == 0)
        fault->counts_connections = true;
    else if (strcmp(word, "kind") != 0)
        return "begins with request, connection or kind";
    else if (!parse_kind(next_word(&line), fault))
        return "no such kind of request";
    if (!parse_range(next_word(&line), fault))
        return "not a number, a range or 'every'";
    fault->kind = find_kind(next_word(&line));
    if (!fault->kind)
        return "no such fault; --list-faults prints them";
    if (fault->counts_connections != (fault->kind->phase == SN_AT_ACCEPT))
        return "'refuse' goes with 'connection', and nothing else does";
    line += strspn(line, " \t");
    line[strcspn(line, "\r")] = '\0';
    if ((*line != '\0') != (fault->kind->argument != NULL))
        return fault->kind->argument ? "has no argument" : "has an argument too many";
    fault->argument = sn_copy(line, strlen(line));
    return NULL;
}

static void done_list(struct sn_fault *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i].argument);
    free(list);
}

size_t sn_faults_read(struct sn_faults *faults, const char *text, const char **ret_why)
{
    char *copy = sn_copy(text, strlen(text)), *rest = copy, *line;
    struct sn_faults read = {.list = sn_alloc((strlen(text) / 2 + 1) * sizeof(*read.list))};
    size_t number = 0;

    while ((line = strsep(&rest, "\n"))) {
        number++;
        line += strspn(line, " \t\r");
        if (*line == '\0' || *line == '#')
            continue;
        *ret_why = parse_line(line, &read.list[read.count]);
        if (*ret_why) {
            free(copy);
            done_list(read.list, read.count);
            return number;
        }
        read.count++;
    }
    free(copy);
    done_list(faults->list, faults->count);
    *faults = read;
    return 0;
}

void sn_faults_done(struct sn_faults *faults)
{
    done_list(faults->list, faults->count);
    *faults = (struct sn_faults){0};
}

static bool in_range(const struct sn_fault *fault, unsigned number)
{
    return number >= fault->first && number <= fault->last;
}

static struct sn_fault *copy_of(const struct sn_fault *fault)
{
    struct sn_fault *copy = sn_alloc(sizeof(*copy));

    *copy = *fault;
    copy->argument = sn_copy(fault->argument, strlen(fault->argument));
    return copy;
}

void sn_fault_free(struct sn_fault *fault)
{
    if (fault)
        free(fault->argument);
    free(fault);
}

struct sn_fault *sn_faults_request(struct sn_faults *faults, enum sn_kind kind)
{
    unsigned number = ++faults->requests, of_kind = ++faults->kinds[kind];

    for (size_t i = 0; i < faults->count; i++) {
        const struct sn_fault *fault = &faults->list[i];

        if (fault->counts_connections)
            continue;
        if (fault->counts_requests ? in_range(fault, number)
                                   : fault->of == kind && in_range(fault, of_kind))
            return copy_of(fault);
    }
    return NULL;
}

bool sn_faults_connection(struct sn_faults *faults)
{
    unsigned number = ++faults->connections;

    for (size_t i = 0; i < faults->count; i++) {
        if (faults->list[i].counts_connections && in_range(&faults->list[i], number))
            return true;
    }
    return false;
}

bool sn_has_fault(const struct sn_exchange *exchange, const char *name)
{
    return exchange->fault && strcmp(exchange->fault->kind->name, name) == 0;
}

bool sn_has_fault_on(const struct sn_exchange *exchange, const char *name, const char *argument)
{
    size_t len = strlen(argument);

    return sn_has_fault(exchange, name) && strncmp(argument_of(exchange), argument, len) == 0 &&
           strchr(" ", argument_of(exchange)[len]) != NULL;
}
