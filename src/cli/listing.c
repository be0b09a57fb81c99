/* SPDX-License-Identifier: MIT */
#include "cli/listing.h"

#include <stdio.h>
#include <time.h>

#include "ledger/word.h"
#include "render/escape.h"

/* A proof of concept that ends within so many days stands out. */
#define NEAR_DAYS 14

/* A column does not grow beyond this; longer texts push theirs to the right. */
#define MAX_WIDTH 60

/* A field of a line; far above a name or the number of a ticket. */
#define MAX_FIELD ((size_t)1024 * 1024)

static int64_t days_left(const struct cli_listing *listing)
{
    return ses_date_to_days(listing->item->lifetime.expires) - ses_date_to_days(listing->today);
}

static bool is_poc(const struct ses_ledger_item *item)
{
    return item->lifetime.kind == SES_LIFETIME_POC;
}

static void add_expiry(struct ses_buf *out, const struct cli_listing *listing)
{
    int64_t days = days_left(listing);
    char date[SES_DATE_TEXT];

    if (!is_poc(listing->item)) {
        ses_buf_add(out, listing->item->lifetime.kind == SES_LIFETIME_PRODUCTION ? SES_STR("never")
                                                                                 : SES_STR("-"));
        return;
    }
    ses_date_format(listing->item->lifetime.expires, date);
    ses_buf_printf(out, "%s ", date);
    if (days == 0)
        ses_buf_add(out, SES_STR("today"));
    else
        ses_buf_printf(out, days > 0 ? "in %lld day%s" : "%lld day%s ago",
                       (long long)(days > 0 ? days : -days), days == 1 || days == -1 ? "" : "s");
}

/* What other tickets have to do with it. */
static void add_note(struct ses_buf *out, const struct cli_listing *listing)
{
    const struct ses_ledger_item *item = listing->item;

    if (item->ticket.operation != SES_ADD)
        ses_buf_printf(out, "a ticket to %s it", ses_operation_name(item->ticket.operation));
    if (listing->renewed_by.len > 0) {
        ses_buf_add(out, out->len > 0 ? SES_STR(", renewed by ") : SES_STR("renewed by "));
        ses_escape_terminal(out, listing->renewed_by);
    }
    if (listing->removed_by.len > 0) {
        ses_buf_add(out, out->len > 0 ? SES_STR(", ") : SES_STR(""));
        ses_buf_add(out,
                    item->removed_at > 0 ? SES_STR("removed by ") : SES_STR("removal asked by "));
        ses_escape_terminal(out, listing->removed_by);
    }
}

static int keep(struct ses_arena *arena, struct ses_buf *text, struct ses_str *ret_copy)
{
    int error = ses_buf_status(text);

    if (error == 0)
        error = ses_arena_copy(arena, ses_buf_str(text), ret_copy);
    ses_buf_clear(text);
    return error;
}

int cli_listing_line(const struct cli_listing *listing, struct ses_arena *arena,
                     struct cli_listing_line *ret_line)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    int error;

    *ret_line = (struct cli_listing_line){
        .state = listing->state, .near = is_poc(listing->item) && days_left(listing) <= NEAR_DAYS};
    ses_buf_init(&text, MAX_FIELD);
    ses_escape_terminal(&text, listing->item->request->subject);
    error = keep(arena, &text, &ret_line->subject);
    add_expiry(&text, listing);
    if (error == 0)
        error = keep(arena, &text, &ret_line->expires);
    ses_escape_terminal(&text, listing->item->ticket.number);
    if (error == 0)
        error = keep(arena, &text, &ret_line->number);
    add_note(&text, listing);
    return error != 0 ? error : keep(arena, &text, &ret_line->note);
}

static void widen(size_t *width, struct ses_str text)
{
    if (text.len > *width && text.len <= MAX_WIDTH)
        *width = text.len;
}

static const char *color_of(const struct cli_listing_line *line)
{
    if (line->state == SES_LEDGER_REMOVED)
        return "2";
    if (line->state == SES_LEDGER_EXPIRED)
        return "1;31";
    return line->near ? "1;33" : line->state == SES_LEDGER_LIVE ? "32" : NULL;
}

/* `color` may be NULL. */
static void add_column(struct ses_buf *out, struct ses_str text, size_t width, const char *color)
{
    ses_buf_add(out, SES_STR("  "));
    if (color)
        ses_buf_printf(out, "\x1b[%sm", color);
    ses_buf_add(out, text);
    if (color)
        ses_buf_add(out, SES_STR("\x1b[0m"));
    ses_buf_printf(out, "%*s", text.len < width ? (int)(width - text.len) : 0, "");
}

/* No blanks at the end of a line: who copies it gets what is there. */
static void end_line(struct ses_buf *out)
{
    while (out->len > 0 && out->ptr[out->len - 1] == ' ')
        out->len--;
    ses_buf_add_byte(out, '\n');
}

void cli_listing_add_text(struct ses_buf *out, const struct cli_listing_line *lines, size_t count,
                          bool color)
{
    size_t subject = 0;
    size_t state = 0;
    size_t expires = 0;
    size_t number = 0;

    for (size_t i = 0; i < count; i++) {
        widen(&subject, lines[i].subject);
        widen(&state, ses_str_of(ses_ledger_state_name(lines[i].state)));
        widen(&expires, lines[i].expires);
        widen(&number, lines[i].number);
    }
    for (size_t i = 0; i < count; i++) {
        const char *sequence = color ? color_of(&lines[i]) : NULL;

        ses_buf_printf(out, "%.*s%*s", SES_STR_ARG(lines[i].subject),
                       lines[i].subject.len < subject ? (int)(subject - lines[i].subject.len) : 0,
                       "");
        add_column(out, ses_str_of(ses_ledger_state_name(lines[i].state)), state, sequence);
        add_column(out, lines[i].expires, expires, sequence);
        add_column(out, lines[i].number, number, NULL);
        add_column(out, lines[i].note, 0, NULL);
        end_line(out);
    }
}

void cli_listing_add_link(struct ses_buf *out, const struct ses_ledger_ticket *ticket)
{
    if (ticket->record.len == 0 || !ses_str_starts(ticket->instance, SES_STR("http")))
        return;
    ses_escape_terminal(out, ticket->instance);
    ses_buf_add_byte(out, '/');
    ses_escape_terminal(out, ticket->table);
    ses_buf_add(out, SES_STR(".do?sys_id="));
    ses_escape_terminal(out, ticket->record);
}

/* "2025-12-01T00:00:00Z" (RFC 3339); nothing where it has not happened. */
static void add_time(struct ses_buf *out, int64_t seconds)
{
    time_t when = (time_t)seconds;
    char text[32];
    struct tm time;

    if (seconds > 0 && gmtime_r(&when, &time) &&
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &time) > 0)
        ses_buf_add(out, ses_str_of(text));
}

/* How each column of the table is written; JSON has the same under the same names. */
struct field {
    const char *name;
    void (*add)(struct ses_buf *out, const struct cli_listing *listing);
};

static void add_subject(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->request->subject);
}

static void add_kind(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, ses_str_of(ses_kind_words.names[listing->item->request->kind]));
}

static void add_state(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, ses_str_of(ses_ledger_state_name(listing->state)));
}

static void add_lifetime(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, ses_str_of(ses_lifetime_words.names[listing->item->lifetime.kind]));
}

static void add_expires(struct ses_buf *out, const struct cli_listing *listing)
{
    char date[SES_DATE_TEXT] = "";

    if (is_poc(listing->item))
        ses_date_format(listing->item->lifetime.expires, date);
    ses_buf_add(out, ses_str_of(date));
}

static void add_operation(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, ses_str_of(ses_operation_name(listing->item->ticket.operation)));
}

static void add_number(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->ticket.number);
}

static void add_ticket_state(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->ticket.state);
}

static void add_link(struct ses_buf *out, const struct cli_listing *listing)
{
    cli_listing_add_link(out, &listing->item->ticket);
}

static void add_key(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->ticket.key);
}

static void add_digest(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_printf(out, "sha256:%s", listing->item->request->digest);
}

static void add_dns(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, ses_str_of(ses_dns_words.names[listing->item->dns]));
}

static void add_asked_at(struct ses_buf *out, const struct cli_listing *listing)
{
    add_time(out, listing->item->ticket.intended_at);
}

static void add_opened_at(struct ses_buf *out, const struct cli_listing *listing)
{
    add_time(out, listing->item->ticket.opened_at);
}

static void add_dns_at(struct ses_buf *out, const struct cli_listing *listing)
{
    add_time(out, listing->item->dns_at);
}

static void add_removed_at(struct ses_buf *out, const struct cli_listing *listing)
{
    add_time(out, listing->item->removed_at);
}

static void add_renewed_by(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->renewed_by);
}

static void add_removed_by(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->removed_by);
}

static void add_contact(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->request->contact);
}

static void add_purpose(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->request->purpose);
}

static void add_account(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->request->account);
}

static void add_region(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->request->region);
}

static void add_zone(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->request->zone);
}

static void add_group(struct ses_buf *out, const struct cli_listing *listing)
{
    ses_buf_add(out, listing->item->request->group);
}

static const struct field fields[] = {
    {"subject", add_subject},
    {"kind", add_kind},
    {"state", add_state},
    {"lifetime", add_lifetime},
    {"expires", add_expires},
    {"ticket", add_number},
    {"ticket_state", add_ticket_state},
    {"link", add_link},
    {"operation", add_operation},
    {"asked_at", add_asked_at},
    {"opened_at", add_opened_at},
    {"dns", add_dns},
    {"dns_at", add_dns_at},
    {"renewed_by", add_renewed_by},
    {"removed_by", add_removed_by},
    {"removed_at", add_removed_at},
    {"contact", add_contact},
    {"purpose", add_purpose},
    {"account", add_account},
    {"region", add_region},
    {"zone", add_zone},
    {"group", add_group},
    {"correlation_id", add_key},
    {"digest", add_digest},
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

void cli_listing_begin_csv(struct ses_buf *out)
{
    for (size_t i = 0; i < FIELDS; i++)
        ses_buf_printf(out, "%s%s", i > 0 ? "," : "", fields[i].name);
    ses_buf_add(out, SES_STR("\r\n"));
}

void cli_listing_add_csv(struct ses_buf *out, const struct cli_listing *listing)
{
    struct ses_buf value SES_CLEANUP(ses_buf_done);

    ses_buf_init(&value, MAX_FIELD);
    for (size_t i = 0; i < FIELDS; i++) {
        if (i > 0)
            ses_buf_add_byte(out, ',');
        ses_buf_clear(&value);
        fields[i].add(&value, listing);
        ses_escape_csv(out, ses_buf_str(&value));
    }
    ses_buf_add(out, SES_STR("\r\n"));
}

static void add_string(struct ses_buf *out, struct ses_str value)
{
    ses_buf_add_byte(out, '"');
    ses_escape_json(out, value);
    ses_buf_add_byte(out, '"');
}

static void add_records(struct ses_buf *out, const struct ses_request *request)
{
    ses_buf_add(out, SES_STR(",\"records\":["));
    for (size_t i = 0; i < request->published_count; i++) {
        ses_buf_printf(out, "%s{\"type\":\"%s\",\"name\":", i > 0 ? "," : "",
                       ses_rrtype_name(request->published[i]->type));
        add_string(out, request->published[i]->owner);
        ses_buf_add(out, SES_STR(",\"value\":"));
        add_string(out, request->published[i]->value);
        ses_buf_add_byte(out, '}');
    }
    ses_buf_add(out, SES_STR("],\"nodes\":["));
    for (size_t i = 0; i < request->node_count; i++) {
        ses_buf_add(out, i > 0 ? SES_STR(",{\"name\":") : SES_STR("{\"name\":"));
        add_string(out, request->nodes[i].name);
        ses_buf_printf(out, ",\"address\":\"%s\"}", request->nodes[i].address.text);
    }
    ses_buf_add_byte(out, ']');
}

void cli_listing_add_json(struct ses_buf *out, const struct cli_listing *listing)
{
    struct ses_buf value SES_CLEANUP(ses_buf_done);

    ses_buf_init(&value, MAX_FIELD);
    for (size_t i = 0; i < FIELDS; i++) {
        ses_buf_clear(&value);
        fields[i].add(&value, listing);
        ses_buf_printf(out, "%c\"%s\":", i > 0 ? ',' : '{', fields[i].name);
        if (value.len > 0)
            add_string(out, ses_buf_str(&value));
        else
            ses_buf_add(out, SES_STR("null"));
    }
    if (is_poc(listing->item))
        ses_buf_printf(out, ",\"days_left\":%lld", (long long)days_left(listing));
    else
        ses_buf_add(out, SES_STR(",\"days_left\":null"));
    add_records(out, listing->item->request);
    ses_buf_add(out, SES_STR("}\n"));
}
