/* SPDX-License-Identifier: MIT */
#include "submit/survey.h"

#include <stdio.h>

#include "base/error.h"
#include "model/digest.h"
#include "model/key.h"
#include "submit/code.h"

/* Tickets of a page: with their texts some 500 KB, far below what an instance sends at once. */
#define PAGE "100"

static int report(struct ses_findings *findings, enum ses_submit_code code, struct ses_str value,
                  const char *sentence)
{
    const struct ses_finding finding = {.code = &ses_submit_codes[code], .value = value};

    return ses_finding_report(findings, finding, "%s", sentence);
}

int ses_survey_init(struct ses_survey *survey, const struct ses_survey_options *options,
                    struct ses_findings *findings)
{
    const struct ses_instance *instance = options->instance;
    const struct ses_route *route = ses_route_find(ses_instance_text(instance, SES_INSTANCE_ROUTE));
    struct ses_http *http = NULL;
    struct ses_auth *auth = NULL;
    int error;

    *survey = (struct ses_survey){.options = *options};
    ses_patience_init(&survey->patience, options->clock, options->watch,
                      (int64_t)ses_instance_number(instance, SES_INSTANCE_BUDGET_SECONDS) * 1000);
    if (!route)
        return SES_EINVALID;
    route->place(instance, &survey->place);
    if (survey->place.table.len == 0) {
        error = report(findings, SES_SUBMIT_BAD_SETTING, SES_STR("table"),
                       "the route needs a setting that is empty");
        return error != 0 ? error : SES_EINVALID;
    }
    error = options->connect(options->context, &http, &auth);
    if (error != 0)
        return error;
    ses_client_init(&survey->client, http, auth, &survey->patience);
    survey->client.max_attempts = SES_FIRST_ATTEMPTS;
    survey->connected = true;
    return 0;
}

void ses_survey_done(struct ses_survey *survey)
{
    if (survey->connected)
        ses_client_done(&survey->client);
    ses_patience_done(&survey->patience);
}

/* Why it cannot go on. Never returns 0. */
static int fail(struct ses_survey *survey, enum ses_lookup_end end, struct ses_arena *arena,
                struct ses_findings *findings)
{
    struct ses_str why = survey->place.key;
    int error = 0;

    if (end == SES_LOOKUP_FOREIGN) {
        error = report(findings, SES_SUBMIT_KEY_DROPPED, why,
                       "a look-up by key was answered with tickets of others");
        return error != 0 ? error : SES_EINVALID;
    }
    error = ses_client_explain(&survey->client, arena, &why);
    if (error == 0 && end == SES_LOOKUP_REFUSED)
        error = report(findings, SES_SUBMIT_REFUSED, why, "the instance refuses to be asked");
    else if (error == 0)
        error = report(findings, SES_SUBMIT_UNREACHABLE, why, "the instance could not be asked");
    if (error != 0)
        return error;
    return end == SES_LOOKUP_REFUSED ? SES_EINVALID : SES_EREMOTE;
}

/* Asks, and ends where there is no answer. */
static int ask(struct ses_survey *survey, struct ses_target *target, struct ses_arena *arena,
               struct ses_reply *ret_reply, struct ses_findings *findings)
{
    struct ses_http_request request = {.method = "GET"};
    enum ses_lookup_end end = SES_LOOKUP_FAILED;
    int error = ses_target_finish(target, &request.target);

    *ret_reply = (struct ses_reply){0};
    if (error == 0)
        error = ses_lookup_ask(&survey->client, &request, arena, ret_reply, &end);
    if (error == SES_ELIMIT)
        return fail(survey, SES_LOOKUP_FOREIGN, arena, findings);
    if (error != 0)
        return error;
    survey->client.max_attempts = SES_MAX_ATTEMPTS;
    return end == SES_LOOKUP_DONE ? 0 : fail(survey, end, arena, findings);
}

static int ask_states(struct ses_survey *survey, struct ses_str table,
                      const struct ses_str *records, size_t count, struct ses_arena *arena,
                      struct ses_reply *ret_reply, struct ses_findings *findings)
{
    struct ses_target target SES_CLEANUP(ses_target_done);
    char limit[48];

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/table/");
    ses_target_add_value(&target, table);
    ses_target_add(&target, "?sysparm_query=sys_idIN");
    for (size_t i = 0; i < count; i++) {
        ses_target_add(&target, i > 0 ? "," : "");
        ses_target_add_value(&target, records[i]);
    }
    /* One more than there can be: a condition that was dropped shows. */
    snprintf(limit, sizeof(limit), "&sysparm_limit=%zu", count + 1);
    ses_target_add(&target, "%5EORDERBYsys_id&sysparm_fields=sys_id,state");
    ses_target_add(&target, limit);
    ses_target_add(&target, "&sysparm_exclude_reference_link=true&sysparm_display_value=true");
    return ask(survey, &target, arena, ret_reply, findings);
}

static bool is_one_of(struct ses_str record, const struct ses_str *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ses_str_eq_nocase(records[i], record))
            return true;
    }
    return false;
}

int ses_survey_states(struct ses_survey *survey, struct ses_str table,
                      const struct ses_str *records, size_t count, struct ses_arena *arena,
                      struct ses_survey_state **ret_states, size_t *ret_count,
                      struct ses_findings *findings)
{
    struct ses_survey_state *states = ses_arena_array(arena, count, sizeof(*states));
    size_t found = 0;
    int error = states ? 0 : SES_ENOMEM;

    for (size_t done = 0; done < count && error == 0;) {
        size_t page = ses_lookup_page(records + done, count - done);
        struct ses_reply reply;

        error = ask_states(survey, table, records + done, page, arena, &reply, findings);
        for (size_t i = 0; i < reply.count && error == 0; i++) {
            struct ses_str record = ses_reply_text(&reply.rows[i], "sys_id");

            if (i >= page || !is_one_of(record, records + done, page))
                error = fail(survey, SES_LOOKUP_FOREIGN, arena, findings);
            else
                states[found++] =
                    (struct ses_survey_state){record, ses_reply_text(&reply.rows[i], "state")};
        }
        done += page;
    }
    *ret_states = states;
    *ret_count = found;
    return error;
}

/* The field whose template is the ticket's text; the one that every task has where the config maps
 * it otherwise. */
static struct ses_str text_field(const struct ses_instance *instance)
{
    for (size_t i = 0; i < instance->field_count; i++) {
        if (ses_str_contains(instance->fields[i].template, SES_STR("{{ticket}}")))
            return instance->fields[i].stored;
    }
    return SES_STR("description");
}

/* A page of those behind `last`: tickets that are opened meanwhile move no others from one page to
 * the next. */
static int ask_page(struct ses_survey *survey, struct ses_str last, struct ses_arena *arena,
                    struct ses_reply *ret_reply, struct ses_findings *findings)
{
    const struct ses_lookup_place *place = &survey->place;
    struct ses_target target SES_CLEANUP(ses_target_done);

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/table/");
    ses_target_add_value(&target, place->table);
    ses_target_add(&target, "?sysparm_query=");
    ses_target_add_value(&target, place->key);
    ses_target_add(&target, "STARTSWITH" SES_KEY_PREFIX);
    if (last.len > 0) {
        ses_target_add(&target, "%5Esys_id%3E");
        ses_target_add_value(&target, last);
    }
    ses_target_add(&target, "%5EORDERBYsys_id&sysparm_fields=sys_id,number,sys_class_name,state,"
                            "sys_created_on,");
    ses_target_add_value(&target, place->key);
    ses_target_add(&target, ",");
    if (place->label.len > 0) {
        ses_target_add_value(&target, place->label);
        ses_target_add(&target, ",");
    }
    ses_target_add_value(&target, text_field(survey->options.instance));
    ses_target_add(&target, "&sysparm_limit=" PAGE
                            "&sysparm_exclude_reference_link=true&sysparm_display_value=all");
    return ask(survey, &target, arena, ret_reply, findings);
}

static struct ses_survey_ticket ticket_of(const struct ses_survey *survey,
                                          const struct ses_reply_row *row)
{
    const struct ses_lookup_place *place = &survey->place;

    return (struct ses_survey_ticket){
        .record = ses_reply_text(row, "sys_id"),
        .number = ses_reply_text(row, "number"),
        .table = ses_reply_text(row, "sys_class_name"),
        .key = ses_reply_text(row, place->key.ptr),
        .label = place->label.len > 0 ? ses_reply_text(row, place->label.ptr) : (struct ses_str){0},
        .state = ses_reply_display(row, "state"),
        .created = ses_reply_text(row, "sys_created_on"),
        .text = ses_reply_text(row, text_field(survey->options.instance).ptr),
    };
}

/* One page; `*last` is where the next begins. */
static int take_page(struct ses_survey *survey, const struct ses_reply *reply, struct ses_str *last,
                     struct ses_arena *arena,
                     int (*take)(void *context, const struct ses_survey_ticket *ticket),
                     void *context, struct ses_findings *findings)
{
    int error = 0;

    for (size_t i = 0; i < reply->count && error == 0; i++) {
        struct ses_survey_ticket ticket = ticket_of(survey, &reply->rows[i]);

        if (!ses_str_starts_nocase(ticket.key, SES_STR(SES_KEY_PREFIX)) ||
            !ses_reply_is_id(ticket.record) || ses_str_compare(*last, ticket.record) >= 0)
            return fail(survey, SES_LOOKUP_FOREIGN, arena, findings);
        *last = ticket.record;
        /* A database may not tell upper case from lower. */
        if (ses_str_starts(ticket.key, SES_STR(SES_KEY_PREFIX)))
            error = take(context, &ticket);
    }
    return error;
}

int ses_survey_tickets(struct ses_survey *survey, struct ses_arena *arena,
                       int (*take)(void *context, const struct ses_survey_ticket *ticket),
                       void *context, struct ses_findings *findings)
{
    struct ses_str last = {0};
    struct ses_reply reply;
    int error;

    if (survey->place.condition_field) {
        error = report(findings, SES_SUBMIT_BAD_SETTING, SES_STR("route"),
                       "tickets of a catalog item have no text to be rebuilt from");
        return error != 0 ? error : SES_EINVALID;
    }
    do {
        error = ask_page(survey, last, arena, &reply, findings);
        if (error == 0)
            error = take_page(survey, &reply, &last, arena, take, context, findings);
        /* A page is cut before rows that we may not read are taken out of it (reference: 1.2). */
    } while (error == 0 && reply.count > 0);
    return error;
}

int ses_survey_files(struct ses_survey *survey, struct ses_str record, struct ses_arena *arena,
                     struct ses_survey_file **ret_files, size_t *ret_count,
                     struct ses_findings *findings)
{
    struct ses_target target SES_CLEANUP(ses_target_done);
    struct ses_survey_file *files;
    struct ses_reply reply;
    int error;

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/attachment?sysparm_query=table_sys_id%3D");
    ses_target_add_value(&target, record);
    ses_target_add(&target, "%5EORDERBYfile_name&sysparm_fields=sys_id,table_sys_id,file_name,hash"
                            "&sysparm_limit=1000");
    error = ask(survey, &target, arena, &reply, findings);
    if (error != 0)
        return error;
    files = ses_arena_array(arena, reply.count, sizeof(*files));
    for (size_t i = 0; i < reply.count && files; i++) {
        const struct ses_reply_row *row = &reply.rows[i];

        if (!ses_str_eq_nocase(ses_reply_text(row, "table_sys_id"), record) ||
            !ses_reply_is_id(ses_reply_text(row, "sys_id")))
            return fail(survey, SES_LOOKUP_FOREIGN, arena, findings);
        files[i] =
            (struct ses_survey_file){ses_reply_text(row, "sys_id"),
                                     ses_reply_text(row, "file_name"), ses_reply_text(row, "hash")};
    }
    *ret_files = files;
    *ret_count = reply.count;
    return files ? 0 : SES_ENOMEM;
}

static int check_hash(struct ses_survey *survey, const struct ses_survey_file *file,
                      struct ses_str bytes, struct ses_arena *arena, struct ses_findings *findings)
{
    char digest[SES_DIGEST_TEXT];
    int error = ses_digest_of(bytes, digest);

    if (error != 0 || file->hash.len == 0 || ses_str_eq_nocase(file->hash, ses_str_of(digest)))
        return error;
    ses_client_doubt(&survey->client, "the bytes of a file are not those that were attached");
    return fail(survey, SES_LOOKUP_FAILED, arena, findings);
}

int ses_survey_fetch(struct ses_survey *survey, const struct ses_survey_file *file,
                     struct ses_arena *arena, struct ses_str *ret_bytes,
                     struct ses_findings *findings)
{
    struct ses_target target SES_CLEANUP(ses_target_done);
    struct ses_http_request request = {.method = "GET", .accept = SES_STR("*/*")};
    enum ses_outcome verdict;
    struct ses_str bytes;
    int error;

    ses_target_init(&target, arena);
    ses_target_add(&target, "/api/now/attachment/");
    ses_target_add_value(&target, file->id);
    ses_target_add(&target, "/file");
    error = ses_target_finish(&target, &request.target);
    if (error == 0)
        error = ses_client_send(&survey->client, &request, false, &verdict);
    if (error != 0)
        return error;
    if (verdict != SES_OUTCOME_GOOD)
        return fail(survey, verdict == SES_OUTCOME_REFUSED ? SES_LOOKUP_REFUSED : SES_LOOKUP_FAILED,
                    arena, findings);
    bytes = ses_buf_str(&survey->client.reply.body);
    error = check_hash(survey, file, bytes, arena, findings);
    return error != 0 ? error : ses_arena_copy(arena, bytes, ret_bytes);
}
