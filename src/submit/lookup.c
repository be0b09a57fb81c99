/* SPDX-License-Identifier: MIT */
#include "submit/lookup.h"

#include <stdio.h>

#include "base/error.h"

/* Bytes of the values in a target of SES_MAX_TARGET. */
#define MAX_VALUES 1400

/* Earlier tickets of a label that a page has room for: a subject is asked for now and then. */
#define ROWS_PER_LABEL 20

static size_t escaped_length(struct ses_str value)
{
    size_t len = 0;

    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.';

        len += plain ? 1 : 3;
    }
    return len;
}

size_t ses_lookup_page(const struct ses_str *values, size_t count)
{
    size_t total = 0;
    size_t fit = 0;

    while (fit < count) {
        total += escaped_length(values[fit]) + 1;
        if (fit > 0 && total > MAX_VALUES)
            break;
        fit++;
    }
    return fit;
}

static int make_target(const struct ses_lookup_place *place, bool by_label,
                       const struct ses_str *values, size_t count, size_t limit,
                       struct ses_arena *arena, struct ses_str *ret_target)
{
    struct ses_target target SES_CLEANUP(ses_target_done);
    char number[48];

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/table/");
    ses_target_add_value(&target, place->table);
    ses_target_add(&target, "?sysparm_query=");
    if (place->condition_field) {
        ses_target_add(&target, place->condition_field);
        ses_target_add(&target, "%3D");
        ses_target_add_value(&target, place->condition);
        ses_target_add(&target, "%5E");
    }
    ses_target_add_value(&target, by_label ? place->label : place->key);
    ses_target_add(&target, count == 1 ? "%3D" : "IN");
    for (size_t i = 0; i < count; i++) {
        ses_target_add(&target, i > 0 ? "," : "");
        ses_target_add_value(&target, values[i]);
    }
    ses_target_add(&target, "%5EORDERBYsys_id&sysparm_fields=");
    ses_target_add(&target, place->record);
    ses_target_add(&target, ",");
    ses_target_add(&target, place->number);
    ses_target_add(&target, ",");
    ses_target_add_value(&target, place->key);
    if (place->table_field) {
        ses_target_add(&target, ",");
        ses_target_add(&target, place->table_field);
    }
    if (by_label) {
        ses_target_add(&target, ",sys_created_on,");
        ses_target_add_value(&target, place->label);
    }
    snprintf(number, sizeof(number), "&sysparm_limit=%zu", limit);
    ses_target_add(&target, number);
    ses_target_add(&target, "&sysparm_exclude_reference_link=true&sysparm_display_value=false");
    return ses_target_finish(&target, ret_target);
}

int ses_lookup_ask(struct ses_client *client, const struct ses_http_request *request,
                   struct ses_arena *arena, struct ses_reply *ret_reply,
                   enum ses_lookup_end *ret_end)
{
    enum ses_outcome verdict;
    int error;

    for (unsigned attempt = 1;; attempt++) {
        error = ses_client_send(client, request, false, &verdict);
        if (error != 0)
            return error;
        *ret_end = verdict == SES_OUTCOME_REFUSED ? SES_LOOKUP_REFUSED : SES_LOOKUP_FAILED;
        if (verdict != SES_OUTCOME_GOOD)
            return 0;
        error = ses_reply_parse(ses_buf_str(&client->reply.body), arena, ret_reply);
        if (error == SES_ENOMEM)
            return error;
        *ret_end = error == 0 ? SES_LOOKUP_DONE : SES_LOOKUP_FAILED;
        if (error == 0)
            return 0;
        ses_client_doubt(client, "the reply was cut, or is no answer");
        if (attempt >= client->max_attempts ||
            !ses_patience_wait(client->patience, SES_RETRY_FIRST_MS, "a reply was cut"))
            return 0;
    }
}

static struct ses_remote_ticket ticket_of(const struct ses_reply_row *row,
                                          const struct ses_lookup_place *place)
{
    return (struct ses_remote_ticket){
        .record = ses_reply_text(row, place->record),
        .number = ses_reply_text(row, place->number),
        .table = place->table_field ? ses_reply_text(row, place->table_field)
                                    : ses_str_of(place->fixed_table),
        .key = ses_reply_text(row, place->key.ptr),
        .label = place->label.len > 0 ? ses_reply_text(row, place->label.ptr) : (struct ses_str){0},
        .created = ses_reply_text(row, "sys_created_on"),
    };
}

static bool is_asked(const struct ses_remote_ticket *ticket, bool by_label,
                     const struct ses_str *values, size_t count)
{
    struct ses_str value = by_label ? ticket->label : ticket->key;

    for (size_t i = 0; i < count; i++) {
        if (ses_str_eq(values[i], value))
            return ses_reply_is_id(ticket->record);
    }
    return false;
}

int ses_lookup_run(struct ses_client *client, const struct ses_lookup_place *place, bool by_label,
                   const struct ses_str *values, size_t count, struct ses_arena *arena,
                   struct ses_lookup *ret_lookup)
{
    size_t limit = by_label ? count * ROWS_PER_LABEL : count * 2 + (count > 1);
    struct ses_http_request request = {.method = "GET"};
    struct ses_lookup lookup = {0};
    struct ses_reply reply = {0};
    int error = make_target(place, by_label, values, count, limit, arena, &request.target);

    if (error == 0)
        error = ses_lookup_ask(client, &request, arena, &reply, &lookup.end);
    if (error == SES_ELIMIT) {
        lookup.end = SES_LOOKUP_REFUSED;
        error = 0;
    }
    if (error == 0)
        lookup.found = ses_arena_array(arena, reply.count, sizeof(*lookup.found));
    if (error == 0 && !lookup.found)
        error = SES_ENOMEM;
    for (size_t i = 0; i < reply.count && error == 0 && lookup.end == SES_LOOKUP_DONE; i++) {
        struct ses_remote_ticket found = ticket_of(&reply.rows[i], place);

        if (!is_asked(&found, by_label, values, count))
            lookup.end = SES_LOOKUP_FOREIGN;
        lookup.found[lookup.count++] = found;
    }
    /* More may lie behind a full page: two tickets of one key are a mistake to be told, more than
     * that are not what was asked for. */
    if (!by_label && count > 1 && lookup.count >= limit)
        lookup.end = SES_LOOKUP_FOREIGN;
    if (error == 0)
        *ret_lookup = lookup;
    return error;
}

static int ask_table_back(const struct ses_instance *instance, const struct ses_ticket *ticket,
                          const struct ses_remote_ticket *remote, struct ses_arena *arena,
                          struct ses_http_request *ret_request)
{
    struct ses_target target SES_CLEANUP(ses_target_done);

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/table/");
    ses_target_add_value(&target, remote->table);
    ses_target_add(&target, "/");
    ses_target_add_value(&target, remote->record);
    ses_target_add(&target, "?sysparm_fields=");
    ses_route_add_field_names(&target, instance, ticket, false);
    ses_target_add(&target, ",sys_id&sysparm_exclude_reference_link=true");
    *ret_request = (struct ses_http_request){.method = "GET"};
    return ses_target_finish(&target, &ret_request->target);
}

int ses_lookup_fields(struct ses_client *client, const struct ses_route *route,
                      const struct ses_instance *instance, const struct ses_ticket *ticket,
                      const struct ses_remote_ticket *remote, struct ses_arena *arena,
                      struct ses_reply_row *ret_row, enum ses_lookup_end *ret_end)
{
    struct ses_http_request request;
    struct ses_reply reply = {0};
    int error = route->ask_back ? route->ask_back(instance, ticket, remote, arena, &request)
                                : ask_table_back(instance, ticket, remote, arena, &request);

    if (error == 0)
        error = ses_lookup_ask(client, &request, arena, &reply, ret_end);
    if (error != 0 || *ret_end != SES_LOOKUP_DONE)
        return error;
    if (route->read_back)
        return route->read_back(&reply, arena, ret_row);
    if (reply.count != 1)
        *ret_end = SES_LOOKUP_FAILED;
    else
        *ret_row = reply.rows[0];
    return 0;
}

int ses_lookup_sample(struct ses_client *client, const struct ses_lookup_place *place,
                      const struct ses_instance *instance, const struct ses_ticket *ticket,
                      struct ses_arena *arena, struct ses_reply_row *ret_row, bool *ret_any,
                      enum ses_lookup_end *ret_end)
{
    struct ses_target target SES_CLEANUP(ses_target_done);
    struct ses_http_request request = {.method = "GET"};
    struct ses_reply reply = {0};
    int error;

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/table/");
    ses_target_add_value(&target, place->table);
    ses_target_add(&target, "?sysparm_fields=");
    ses_route_add_field_names(&target, instance, ticket, true);
    ses_target_add(&target, ",sys_id&sysparm_limit=1&sysparm_exclude_reference_link=true");
    error = ses_target_finish(&target, &request.target);
    if (error == 0)
        error = ses_lookup_ask(client, &request, arena, &reply, ret_end);
    *ret_any = error == 0 && *ret_end == SES_LOOKUP_DONE && reply.count > 0;
    if (*ret_any)
        *ret_row = reply.rows[0];
    return error;
}
