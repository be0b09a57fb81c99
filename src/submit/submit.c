/* SPDX-License-Identifier: MIT */
#include "submit/submit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/error.h"
#include "base/map.h"
#include "submit/submit_part.h"

int64_t ses_submit_settle_ms(const struct ses_submit *submit)
{
    return (int64_t)ses_instance_number(submit->options.instance, SES_INSTANCE_SETTLE_SECONDS) *
           1000;
}

/* A ticket whose subject is looked for in the ledger. */
struct earlier {
    struct ses_ticket *ticket;
    struct ses_arena *arena;
};

static int report(struct ses_findings *findings, enum ses_submit_code code, struct ses_str value,
                  const char *sentence)
{
    const struct ses_finding finding = {.code = &ses_submit_codes[code], .value = value};

    return ses_finding_report(findings, finding, "%s", sentence);
}

/* Settings that the route cannot do without. */
static int check_settings(const struct ses_submit *submit, struct ses_findings *findings)
{
    const struct ses_instance *instance = submit->options.instance;
    struct ses_str needs = ses_str_of(submit->route->needs);
    struct ses_str key;
    int error = 0;

    while (error == 0 && ses_str_split(&needs, ' ', &key)) {
        for (int i = 0; i < SES_INSTANCE_SETTINGS && error == 0; i++) {
            if (ses_str_eq(key, ses_str_of(ses_instance_rows[i].key)) &&
                ses_instance_text(instance, (enum ses_instance_setting)i).len == 0) {
                error = report(findings, SES_SUBMIT_BAD_SETTING, key,
                               "the route needs a setting that is empty");
                error = error != 0 ? error : SES_EINVALID;
            }
        }
    }
    /* A form and a staging table have no sys_id of the ticket. */
    if (error == 0 && ses_instance_flag(instance, SES_INSTANCE_SEND_SYS_ID) &&
        !submit->route->answers_fields) {
        error = report(findings, SES_SUBMIT_BAD_SETTING, SES_STR("send_sys_id"),
                       "the route cannot send a sys_id");
        error = error != 0 ? error : SES_EINVALID;
    }
    return error;
}

int ses_submit_init(struct ses_submit *submit, const struct ses_submit_options *options,
                    struct ses_findings *findings)
{
    const struct ses_instance *instance = options->instance;
    struct ses_str route = ses_instance_text(instance, SES_INSTANCE_ROUTE);

    *submit = (struct ses_submit){.options = *options, .route = ses_route_find(route)};
    ses_patience_init(&submit->patience, options->clock, options->watch,
                      (int64_t)ses_instance_number(instance, SES_INSTANCE_BUDGET_SECONDS) * 1000);
    if (!submit->route)
        return SES_EINVALID;
    submit->route->place(instance, &submit->place);
    return check_settings(submit, findings);
}

void ses_submit_done(struct ses_submit *submit)
{
    if (submit->connected)
        ses_client_done(&submit->client);
    for (size_t i = 0; i < SES_MAX_SUBMIT_JOBS; i++)
        ses_arena_done(&submit->kept[i]);
    ses_arena_done(&submit->arena);
    ses_patience_done(&submit->patience);
}

/* What stands in the way of a look-up. */
enum obstacle { FOREIGN, REFUSED, UNUSABLE, UNREACHABLE, FAILED, NOT_SERVICENOW };

static enum obstacle obstacle_of(enum ses_lookup_end end, const struct ses_http_reply *reply)
{
    if (end == SES_LOOKUP_FOREIGN)
        return FOREIGN;
    if (reply->end == SES_HTTP_UNUSABLE)
        return UNUSABLE;
    if (end == SES_LOOKUP_REFUSED)
        return REFUSED;
    if (reply->end != SES_HTTP_REPLIED)
        return UNREACHABLE;
    return reply->status >= 200 && reply->status < 300 ? NOT_SERVICENOW : FAILED;
}

/* Why the planning cannot go on. Never returns 0. */
static int fail(struct ses_submit *submit, enum ses_lookup_end end, struct ses_findings *findings)
{
    static const struct {
        enum ses_submit_code code;
        const char *sentence;
        int error;
    } obstacles[] = {
        [FOREIGN] = {SES_SUBMIT_KEY_DROPPED, "a look-up by key was answered with tickets of others",
                     SES_EINVALID},
        [REFUSED] = {SES_SUBMIT_REFUSED, "the instance refuses to be asked", SES_EINVALID},
        [UNUSABLE] = {SES_SUBMIT_UNREACHABLE, "no connection can be made that may be used",
                      SES_EINVALID},
        [UNREACHABLE] = {SES_SUBMIT_UNREACHABLE, "the instance could not be asked", SES_EREMOTE},
        [FAILED] = {SES_SUBMIT_FAILED, "the instance could not be asked", SES_EREMOTE},
        [NOT_SERVICENOW] = {SES_SUBMIT_NOT_SERVICENOW, "the instance could not be asked",
                            SES_EREMOTE},
    };
    struct ses_str why = ses_instance_stored(submit->options.instance, SES_INSTANCE_KEY_FIELD);
    enum obstacle obstacle = obstacle_of(end, &submit->client.reply);
    int error = 0;

    if (ses_patience_is_stopped(&submit->patience))
        return SES_EREMOTE;
    if (obstacle != FOREIGN)
        error = ses_client_explain(&submit->client, &submit->arena, &why);
    if (error == 0)
        error = report(findings, obstacles[obstacle].code, why, obstacles[obstacle].sentence);
    return error != 0 ? error : obstacles[obstacle].error;
}

/* A key that nobody has must find nothing. */
static int prove_key(struct ses_submit *submit, struct ses_findings *findings)
{
    unsigned char random[16];
    char text[64] = SES_KEY_PREFIX "probe-";
    struct ses_str key;
    struct ses_lookup lookup;
    int error;

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return SES_EIO;
    for (size_t i = 0; i < sizeof(random); i++)
        snprintf(text + strlen(text), 3, "%02x", random[i]);
    key = ses_str_of(text);
    error =
        ses_lookup_run(&submit->client, &submit->place, false, &key, 1, &submit->arena, &lookup);
    if (error == 0 && lookup.end == SES_LOOKUP_DONE && lookup.count > 0)
        lookup.end = SES_LOOKUP_FOREIGN;
    if (error == 0 && lookup.end != SES_LOOKUP_DONE)
        error = fail(submit, lookup.end, findings);
    return error;
}

static int report_unshown(const struct ses_reply_row *row, struct ses_str name,
                          struct ses_findings *findings, bool *ret_shown)
{
    struct ses_str value;

    if (name.len == 0 || ses_reply_get(row, name.ptr, &value))
        return 0;
    *ret_shown = false;
    return report(findings, SES_SUBMIT_FIELD_DROPPED, name,
                  "the table has no such field, or we may not read it");
}

/* A field that is asked for and not shown does not exist, or could not be read back
 * (reference: 7.4).
 */
static int prove_fields(struct ses_submit *submit, const struct ses_ticket *ticket,
                        struct ses_findings *findings)
{
    const struct ses_instance *instance = submit->options.instance;
    struct ses_reply_row row = {0};
    enum ses_lookup_end end;
    bool shown = true;
    bool any;
    int error;

    if (submit->route->ask_back)
        return 0;
    error = ses_lookup_sample(&submit->client, &submit->place, instance, ticket, &submit->arena,
                              &row, &any, &end);
    if (error == 0 && end != SES_LOOKUP_DONE)
        return fail(submit, end, findings);
    if (error != 0 || !any)
        return error;
    for (size_t i = 0; i < ticket->field_count && error == 0; i++) {
        error = report_unshown(&row, ticket->fields[i].stored, findings, &shown);
    }
    if (error == 0)
        error = report_unshown(&row, ses_instance_stored(instance, SES_INSTANCE_KEY_FIELD),
                               findings, &shown);
    return error != 0 ? error : shown ? 0 : SES_EINVALID;
}

static int open_client(struct ses_submit *submit, struct ses_findings *findings)
{
    struct ses_http *http = NULL;
    struct ses_auth *auth = NULL;
    int error;

    (void)findings;
    if (submit->connected)
        return 0;
    error = submit->options.connect(submit->options.context, &http, &auth);
    if (error != 0)
        return error;
    ses_client_init(&submit->client, http, auth, &submit->patience);
    submit->connected = true;
    return 0;
}

static void take_found(struct ses_ticket *ticket, const struct ses_remote_ticket *found)
{
    ticket->state = SES_TICKET_FOUND;
    ticket->number = found->number;
    ticket->record = found->record;
    ticket->table = found->table;
}

static int block_twice(struct ses_submit *submit, struct ses_ticket *ticket,
                       const struct ses_remote_ticket *other, struct ses_findings *findings)
{
    struct ses_finding finding = {.code = &ses_submit_codes[SES_SUBMIT_TWICE],
                                  .place = ticket->place,
                                  .subject = ticket->subject.ptr};
    int error = ses_arena_printf(&submit->arena, &finding.value, "%.*s and %.*s",
                                 SES_STR_ARG(ticket->number), SES_STR_ARG(other->number));

    if (error != 0)
        return error;
    ticket->state = SES_TICKET_BLOCKED;
    ticket->why = SES_STR("two tickets have its key");
    return ses_finding_report(findings, finding, "two tickets have one key");
}

static int take_keys(struct ses_submit *submit, struct ses_ticket *const *tickets, size_t count,
                     const struct ses_lookup *lookup, struct ses_findings *findings)
{
    int error = 0;

    for (size_t i = 0; i < lookup->count && error == 0; i++) {
        const struct ses_remote_ticket *found = &lookup->found[i];

        for (size_t k = 0; k < count && error == 0; k++) {
            struct ses_ticket *ticket = tickets[k];

            if (!ses_str_eq(found->key, ses_str_of(ticket->key.text)))
                continue;
            if (ticket->state == SES_TICKET_NEW)
                take_found(ticket, found);
            else if (!ses_str_eq(ticket->record, found->record))
                error = block_twice(submit, ticket, found, findings);
        }
    }
    return error;
}

/* The last add of the subject that nothing has removed since; of a removal the last one that
 * nothing has been added since. Times are "YYYY-MM-DD HH:MM:SS" in UTC, which sort as text
 * (reference: 1.8).
 */
static void take_labels(struct ses_ticket *ticket, const struct ses_lookup *lookup,
                        struct ses_str contrary)
{
    const struct ses_remote_ticket *same = NULL;
    const struct ses_remote_ticket *undone = NULL;
    int order;

    for (size_t i = 0; i < lookup->count; i++) {
        const struct ses_remote_ticket *found = &lookup->found[i];
        const struct ses_remote_ticket **last = &same;

        if (ses_str_eq(found->label, contrary))
            last = &undone;
        else if (!ses_str_eq(found->label, ticket->label))
            continue;
        if (!*last || ses_str_compare((*last)->created, found->created) < 0)
            *last = found;
    }
    order = same && undone ? ses_str_compare(same->created, undone->created) : 1;
    /* Within a second the removal came last. */
    if (!same || order < 0 || (order == 0 && ticket->operation == SES_ADD))
        return;
    ticket->state = SES_TICKET_CHANGED;
    ticket->earlier = same->number;
    ticket->why = SES_STR("an earlier ticket asks for something else");
}

static int look_for_keys(struct ses_submit *submit, struct ses_ticket *const *tickets,
                         struct ses_str *values, size_t count, struct ses_findings *findings)
{
    int error = 0;

    for (size_t i = 0; i < count; i++)
        values[i] = ses_str_of(tickets[i]->key.text);
    for (size_t done = 0; done < count && error == 0;) {
        size_t page = ses_lookup_page(values + done, count - done);
        struct ses_lookup lookup;

        error = ses_lookup_run(&submit->client, &submit->place, false, values + done, page,
                               &submit->arena, &lookup);
        if (error == 0 && lookup.end != SES_LOOKUP_DONE)
            return fail(submit, lookup.end, findings);
        if (error == 0)
            error = take_keys(submit, tickets + done, page, &lookup, findings);
        done += page;
    }
    return error;
}

/* Asks for the labels of one page of tickets, and for those of what takes them back. */
static int look_for_page(struct ses_submit *submit, struct ses_ticket *const *tickets,
                         const struct ses_str *values, size_t count, bool *ret_usable,
                         struct ses_findings *findings)
{
    struct ses_lookup lookup;
    int error = ses_lookup_run(&submit->client, &submit->place, true, values, count * 2,
                               &submit->arena, &lookup);

    if (error != 0)
        return error;
    /* The label is a help, the key is the proof: an instance that does not keep labels can be
     * worked with. */
    *ret_usable = lookup.end == SES_LOOKUP_DONE;
    if (lookup.end == SES_LOOKUP_FAILED)
        return fail(submit, lookup.end, findings);
    for (size_t i = 0; i < count && *ret_usable; i++)
        take_labels(tickets[i], &lookup, values[i * 2 + 1]);
    return 0;
}

static int look_for_labels(struct ses_submit *submit, struct ses_ticket *const *tickets,
                           struct ses_str *values, size_t count, struct ses_findings *findings)
{
    bool usable = submit->place.label.len > 0;
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++) {
        values[i * 2] = tickets[i]->label;
        error = ses_key_label(tickets[i]->operation == SES_ADD ? SES_REMOVE : SES_ADD,
                              tickets[i]->subject, &submit->arena, &values[i * 2 + 1]);
    }
    for (size_t done = 0; done < count && usable && error == 0;) {
        size_t page = ses_lookup_page(values + done * 2, (count - done) * 2) / 2;

        page = page > 0 ? page : 1;
        error = look_for_page(submit, tickets + done, values + done * 2, page, &usable, findings);
        done += page;
    }
    return error;
}

/* An earlier request for the subject that was not taken back. */
static int take_earlier(void *context, const struct ses_ledger_item *item)
{
    struct ses_ticket *ticket = ((struct earlier *)context)->ticket;
    struct ses_arena *arena = ((struct earlier *)context)->arena;

    if (ses_str_eq(item->ticket.key, ses_str_of(ticket->key.text)) || item->ticket.opened_at == 0 ||
        item->removed_by.len > 0)
        return 0;
    ticket->state = SES_TICKET_CHANGED;
    ticket->why = SES_STR("an earlier ticket asks for something else");
    return ses_arena_copy(arena, item->ticket.number, &ticket->earlier);
}

static int ask_for_earlier(struct ses_submit *submit, struct ses_ticket *ticket,
                           struct ses_findings *findings)
{
    const enum ses_operation add = SES_ADD;
    const struct ses_ledger_filter filter = {
        .subject = ticket->subject, .operation = &add, .not_removed = true};
    struct earlier context = {ticket, &submit->arena};

    if (ticket->state != SES_TICKET_NEW || ticket->operation != SES_ADD || submit->options.reopen)
        return 0;
    return ses_ledger_list(submit->options.ledger, &filter, take_earlier, &context, findings);
}

/* What the ledger adds to what the instance shows. */
static int ask_ledger(struct ses_submit *submit, struct ses_ticket *ticket,
                      struct ses_findings *findings)
{
    struct ses_ledger_ticket known;
    bool found;
    int error;

    if (!submit->options.ledger)
        return 0;
    error = ses_ledger_find(submit->options.ledger, ses_str_of(ticket->key.text), &submit->arena,
                            &known, &found, findings);
    if (error == 0 && !found)
        error = ask_for_earlier(submit, ticket, findings);
    if (error != 0 || !found)
        return error;
    /* The files of another ticket, which was there before this one, say nothing. */
    ticket->attached = ticket->state == SES_TICKET_FOUND && known.attached_at > 0 &&
                       ses_str_eq(known.record, ticket->record);
    if (ticket->state != SES_TICKET_NEW && ticket->state != SES_TICKET_CHANGED)
        return 0;
    ticket->sent_at = known.sent_at;
    if (known.opened_at == 0 || (known.instance.len > 0 && submit->options.reopen))
        return 0;
    ticket->number = known.number;
    ticket->attached = true;
    if (known.instance.len == 0) {
        ticket->state = SES_TICKET_FOUND;
        ticket->why = SES_STR("sent by hand, as the ledger has it");
    } else {
        ticket->state = SES_TICKET_BLOCKED;
        ticket->why = SES_STR("the ledger knows it as open, and the instance does not show it");
    }
    return 0;
}

/* Those that are NEW; of them those that add or remove, where `labelled` is true: a renewal follows
 * others. */
static int list_new(struct ses_submit *submit, struct ses_ticket *tickets, size_t count,
                    bool labelled, struct ses_ticket ***ret_list, size_t *ret_count)
{
    struct ses_ticket **list =
        ses_arena_array(&submit->arena, count > 0 ? count : 1, sizeof(struct ses_ticket *));

    *ret_count = 0;
    if (!list)
        return SES_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        if (tickets[i].state == SES_TICKET_NEW && (!labelled || tickets[i].operation != SES_RENEW))
            list[(*ret_count)++] = &tickets[i];
    }
    *ret_list = list;
    return 0;
}

static int look(struct ses_submit *submit, struct ses_ticket *tickets, size_t count,
                struct ses_findings *findings)
{
    struct ses_str *values = ses_arena_array(&submit->arena, count * 2 + 1, sizeof(*values));
    struct ses_ticket **list;
    size_t listed;
    int error = list_new(submit, tickets, count, false, &list, &listed);

    if (error != 0 || !values)
        return SES_ENOMEM;
    error = look_for_keys(submit, list, values, listed, findings);
    if (error == 0)
        error = list_new(submit, tickets, count, true, &list, &listed);
    if (error == 0 && !submit->options.reopen)
        error = look_for_labels(submit, list, values, listed, findings);
    for (size_t i = 0; i < count && error == 0; i++)
        error = ask_ledger(submit, &tickets[i], findings);
    return error;
}

/* One that asks for the same again has the same key; so this is a person's decision. */
static int report_changed(const struct ses_ticket *ticket, struct ses_findings *findings)
{
    const struct ses_finding finding = {.code = &ses_submit_codes[SES_SUBMIT_CHANGED_SINCE],
                                        .place = ticket->place,
                                        .value = ticket->earlier,
                                        .subject = ticket->subject.ptr};

    if (ticket->state != SES_TICKET_CHANGED)
        return 0;
    return ses_finding_report(findings, finding, "%s: an earlier ticket asks for something else",
                              ticket->subject.ptr);
}

/* The same request twice in the input has one key, and gets one ticket. */
static int block_repeated(struct ses_submit *submit, struct ses_ticket *tickets, size_t count)
{
    struct ses_map seen = {0};
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++) {
        struct ses_str key = ses_str_of(tickets[i].key.text);

        if (tickets[i].state != SES_TICKET_NEW)
            continue;
        if (ses_map_find(&seen, key)) {
            tickets[i].state = SES_TICKET_BLOCKED;
            tickets[i].why = SES_STR("the same request stands before it in the input");
        }
        error = ses_map_set(&seen, &submit->arena, key, &tickets[i]);
    }
    return error;
}

int ses_submit_plan(struct ses_submit *submit, struct ses_ticket *tickets, size_t count,
                    struct ses_findings *findings)
{
    int error = open_client(submit, findings);

    if (error != 0 || count == 0)
        return error;
    submit->client.max_attempts = SES_FIRST_ATTEMPTS;
    error = prove_key(submit, findings);
    submit->client.max_attempts = SES_MAX_ATTEMPTS;
    if (error == 0)
        error = prove_fields(submit, &tickets[0], findings);
    if (error == 0)
        error = block_repeated(submit, tickets, count);
    if (error == 0)
        error = look(submit, tickets, count, findings);
    for (size_t i = 0; i < count && error == 0; i++)
        error = report_changed(&tickets[i], findings);
    return error;
}
