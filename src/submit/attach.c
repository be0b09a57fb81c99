/* SPDX-License-Identifier: MIT */
/* The files of a ticket: listed first, and only what is missing is sent, since an instance keeps as
 * many equal files as it is given (reference: section 3). */
#include <stdio.h>

#include "base/error.h"
#include "submit/submit_part.h"

/* Files of a ticket that a list shows: far more than a person attaches. */
#define MAX_LISTED "1000"

/* A condition that was dropped lists the files of others, and perhaps not all of ours. */
static bool is_of(const struct ses_reply *list, const struct ses_ticket *ticket)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!ses_str_eq_nocase(ses_reply_text(&list->rows[i], "table_sys_id"), ticket->record))
            return false;
    }
    return true;
}

static int list_files(struct ses_worker *worker, const struct ses_ticket *ticket,
                      struct ses_reply *ret_reply, enum ses_outcome *ret_outcome)
{
    struct ses_target target SES_CLEANUP(ses_target_done);
    struct ses_http_request request = {.method = "GET"};
    int error;

    ses_target_init(&target, &worker->arena);
    ses_target_add(&target, "/api/now/attachment?sysparm_query=table_sys_id%3D");
    ses_target_add_value(&target, ticket->record);
    ses_target_add(&target, "&sysparm_fields=sys_id,table_sys_id,file_name,size_bytes,hash"
                            "&sysparm_limit=" MAX_LISTED);
    error = ses_target_finish(&target, &request.target);
    for (unsigned attempt = 1; error == 0; attempt++) {
        error = ses_client_send(&worker->client, &request, false, ret_outcome);
        if (error != 0 || *ret_outcome != SES_OUTCOME_GOOD)
            return error;
        error = ses_reply_parse(ses_buf_str(&worker->client.reply.body), &worker->arena, ret_reply);
        if (error == SES_ENOMEM || (error == 0 && is_of(ret_reply, ticket)))
            return error;
        *ret_outcome = SES_OUTCOME_AGAIN;
        ses_client_doubt(&worker->client, error == 0 ? "the list has files of other tickets"
                                                     : "the reply was cut, or is no answer");
        if (error == 0 || attempt >= worker->client.max_attempts ||
            !ses_patience_wait(worker->client.patience, SES_RETRY_FIRST_MS, "a reply was cut"))
            return 0;
        error = 0;
    }
    return error;
}

/* Old instances tell no hash: there name and size must do. */
static bool is_file(const struct ses_reply_row *row, const struct ses_ticket_file *file)
{
    struct ses_str hash = ses_reply_text(row, "hash");
    char size[24];

    snprintf(size, sizeof(size), "%zu", file->bytes.len);
    return ses_str_eq(ses_reply_text(row, "file_name"), file->name) &&
           ses_str_eq(ses_reply_text(row, "size_bytes"), ses_str_of(size)) &&
           (hash.len == 0 || ses_str_eq_nocase(hash, ses_str_of(file->sha256)));
}

static bool is_there(const struct ses_reply *list, const struct ses_ticket_file *file)
{
    for (size_t i = 0; i < list->count; i++) {
        if (is_file(&list->rows[i], file))
            return true;
    }
    return false;
}

/* Lists them; and where some are missing that an earlier run may have sent, again when no
 * transaction can be at work on them any more. */
static int list_settled(struct ses_worker *worker, const struct ses_ticket *ticket,
                        struct ses_reply *ret_list, enum ses_outcome *ret_outcome)
{
    struct ses_patience *patience = &worker->act->submit->patience;
    int64_t pause = ses_worker_unsettled_ms(worker, ticket);
    int error = list_files(worker, ticket, ret_list, ret_outcome);
    size_t missing = 0;

    if (error != 0 || *ret_outcome != SES_OUTCOME_GOOD || pause <= 0)
        return error;
    for (size_t i = 0; i < ticket->file_count; i++)
        missing += !is_there(ret_list, &ticket->files[i]);
    if (missing == 0 || ticket->state != SES_TICKET_FOUND)
        return 0;
    *ret_outcome = SES_OUTCOME_AGAIN;
    if (!ses_patience_wait(patience, pause,
                           "an earlier run may have sent files that are still to come"))
        return 0;
    return list_files(worker, ticket, ret_list, ret_outcome);
}

static int ask_for_upload(struct ses_worker *worker, const struct ses_ticket *ticket,
                          const struct ses_ticket_file *file, struct ses_http_request *ret_request)
{
    struct ses_target target SES_CLEANUP(ses_target_done);

    ses_target_init(&target, &worker->arena);
    ses_target_add(&target, "/api/now/attachment/file?table_name=");
    ses_target_add_value(&target, ticket->table);
    ses_target_add(&target, "&table_sys_id=");
    ses_target_add_value(&target, ticket->record);
    ses_target_add(&target, "&file_name=");
    ses_target_add_value(&target, file->name);
    *ret_request = (struct ses_http_request){
        .method = "POST", .content_type = file->content_type, .body = file->bytes};
    return ses_target_finish(&target, &ret_request->target);
}

/* What was stored must be what was sent. */
static int check_upload(struct ses_worker *worker, struct ses_ticket *ticket,
                        const struct ses_ticket_file *file, bool *ret_done)
{
    struct ses_reply reply = {0};
    int error = ses_reply_parse(ses_buf_str(&worker->client.reply.body), &worker->arena, &reply);

    *ret_done =
        error == 0 && reply.count == 1 && ses_reply_is_id(ses_reply_text(reply.rows, "sys_id"));
    if (error == SES_ENOMEM || !*ret_done)
        return error == SES_ENOMEM ? error : 0;
    ticket->uploaded++;
    if (is_file(reply.rows, file))
        return 0;
    return ses_worker_tell(worker, ticket, SES_SUBMIT_ATTACHMENT, file->name,
                           "the instance stored something else than was sent");
}

enum outcome { IN_PLACE, MISSING, REFUSED, GIVEN_UP };

/* After a doubt: looks, waits until no transaction can be at work on it, looks again. */
static int look_for(struct ses_worker *worker, struct ses_ticket *ticket,
                    const struct ses_ticket_file *file, enum outcome *ret_outcome)
{
    struct ses_submit *submit = worker->act->submit;
    int error = 0;

    *ret_outcome = GIVEN_UP;
    for (int look = 0; look < 2 && error == 0; look++) {
        struct ses_reply list = {0};
        enum ses_outcome verdict;

        if (look == 1 && !ses_patience_wait(&submit->patience, ses_submit_settle_ms(submit),
                                            "an upload was lost: it may still be carried out"))
            return 0;
        error = list_files(worker, ticket, &list, &verdict);
        if (error != 0 || verdict != SES_OUTCOME_GOOD)
            return error;
        if (is_there(&list, file)) {
            *ret_outcome = IN_PLACE;
            ticket->uploaded++;
            return 0;
        }
    }
    *ret_outcome = error == 0 ? MISSING : GIVEN_UP;
    return error;
}

static int refuse(struct ses_worker *worker, struct ses_ticket *ticket,
                  const struct ses_ticket_file *file, struct ses_str why, enum outcome *ret_outcome)
{
    *ret_outcome = REFUSED;
    return ses_worker_tell(worker, ticket, SES_SUBMIT_ATTACHMENT, file->name,
                           "the instance refuses a file: %.*s", SES_STR_ARG(why));
}

static int upload_once(struct ses_worker *worker, struct ses_ticket *ticket,
                       const struct ses_ticket_file *file, enum outcome *ret_outcome)
{
    struct ses_client *client = &worker->client;
    struct ses_http_request request;
    enum ses_outcome verdict;
    struct ses_str why;
    bool done = false;
    bool refuses;
    int error = ask_for_upload(worker, ticket, file, &request);

    *ret_outcome = GIVEN_UP;
    if (error == 0)
        error = ses_client_send(client, &request, true, &verdict);
    if (error == 0)
        error = ses_client_explain(client, &worker->arena, &why);
    if (error != 0)
        return error;
    worker->is_doubtful = verdict == SES_OUTCOME_GOOD || verdict == SES_OUTCOME_AMBIGUOUS;
    if (verdict == SES_OUTCOME_AGAIN)
        return 0;
    if (verdict == SES_OUTCOME_REFUSED)
        return refuse(worker, ticket, file, why, ret_outcome);
    refuses = verdict == SES_OUTCOME_AMBIGUOUS && client->judged.refuses;
    if (verdict == SES_OUTCOME_GOOD)
        error = check_upload(worker, ticket, file, &done);
    if (done)
        *ret_outcome = IN_PLACE;
    if (error == 0 && !done)
        error = look_for(worker, ticket, file, ret_outcome);
    worker->is_doubtful = *ret_outcome == GIVEN_UP;
    return error == 0 && refuses && *ret_outcome == MISSING
               ? refuse(worker, ticket, file, why, ret_outcome)
               : error;
}

static int upload(struct ses_worker *worker, struct ses_ticket *ticket,
                  const struct ses_ticket_file *file, enum outcome *ret_outcome)
{
    int error = 0;

    *ret_outcome = MISSING;
    for (unsigned i = 0; i < SES_MAX_CREATES && error == 0 && *ret_outcome == MISSING; i++)
        error = upload_once(worker, ticket, file, ret_outcome);
    return error;
}

static int mark_attached(struct ses_worker *worker, struct ses_ticket *ticket)
{
    struct ses_act *act = worker->act;
    struct ses_clock *clock = act->submit->options.clock;
    int error;

    ticket->attached = true;
    pthread_mutex_lock(&act->lock);
    error = ses_ledger_attached(act->submit->options.ledger, ses_str_of(ticket->key.text),
                                clock->now(clock) / 1000, act->findings);
    pthread_mutex_unlock(&act->lock);
    return error;
}

static int give_up(struct ses_worker *worker, struct ses_ticket *ticket)
{
    enum ses_ticket_state state = ticket->state;
    int error = ses_worker_give_up(worker, ticket, state, "open, and its files are not all there");

    ticket->state = state;
    return error;
}

int ses_worker_attach(struct ses_worker *worker, struct ses_ticket *ticket)
{
    struct ses_patience *patience = &worker->act->submit->patience;
    struct ses_reply list = {0};
    enum ses_outcome verdict;
    int error = 0;

    if (ticket->attached)
        return 0;
    if (ticket->file_count > 0) {
        error = list_settled(worker, ticket, &list, &verdict);
        if (error != 0 || verdict != SES_OUTCOME_GOOD)
            return error != 0 ? error : give_up(worker, ticket);
    }
    for (size_t i = 0; i < ticket->file_count && error == 0; i++) {
        const struct ses_ticket_file *file = &ticket->files[i];
        enum outcome outcome;

        if (is_there(&list, file))
            continue;
        if (ses_patience_is_stopped(patience))
            return give_up(worker, ticket);
        error = upload(worker, ticket, file, &outcome);
        /* The others may be to its liking. */
        ticket->files_refused |= outcome == REFUSED;
        if (error == 0 && outcome != IN_PLACE && outcome != REFUSED)
            return give_up(worker, ticket);
    }
    if (ticket->files_refused)
        ticket->why = SES_STR("open, and the instance refuses some of its files");
    return error != 0 || ticket->files_refused ? error : mark_attached(worker, ticket);
}
