/* SPDX-License-Identifier: MIT */
/* One ticket, opened once: asked for, looked for after every doubt, asked for again only when it
 * cannot come any more. */
#include <stdio.h>

#include "base/error.h"
#include "submit/submit_part.h"

/* A ledger is for one thread at a time. */
static int mark_opened(struct ses_worker *worker, const struct ses_ticket *ticket)
{
    struct ses_act *act = worker->act;
    struct ses_clock *clock = act->submit->options.clock;
    const struct ses_ledger_ticket there = {
        .instance = ses_instance_text(act->submit->options.instance, SES_INSTANCE_ORIGIN),
        .table = ticket->table,
        .record = ticket->record,
        .number = ticket->number,
    };
    int error;

    pthread_mutex_lock(&act->lock);
    error = ses_ledger_opened(act->submit->options.ledger, ses_str_of(ticket->key.text), &there,
                              clock->now(clock) / 1000, act->findings);
    pthread_mutex_unlock(&act->lock);
    return error;
}

/* The instance refused it before it did anything: there is nothing to come back to. */
static int forget(struct ses_worker *worker, const struct ses_ticket *ticket)
{
    struct ses_act *act = worker->act;
    int error;

    worker->has_sent = false;
    pthread_mutex_lock(&act->lock);
    error =
        ses_ledger_forget(act->submit->options.ledger, ses_str_of(ticket->key.text), act->findings);
    pthread_mutex_unlock(&act->lock);
    return error;
}

static int keep(struct ses_worker *worker, struct ses_ticket *ticket,
                const struct ses_remote_ticket *remote)
{
    int error = ses_arena_copy(worker->kept, remote->number, &ticket->number);

    if (error == 0)
        error = ses_arena_copy(worker->kept, remote->record, &ticket->record);
    if (error == 0)
        error = ses_arena_copy(worker->kept, remote->table, &ticket->table);
    return error;
}

/* Told once a run: what an instance makes of a sys_id is the same for all. */
static int check_id(struct ses_worker *worker, struct ses_ticket *ticket)
{
    struct ses_act *act = worker->act;
    bool told;

    if (!ses_instance_flag(act->submit->options.instance, SES_INSTANCE_SEND_SYS_ID) ||
        ses_str_eq_nocase(ticket->record, ses_str_of(ticket->key.record)))
        return 0;
    pthread_mutex_lock(&act->lock);
    told = act->told_other_id;
    act->told_other_id = true;
    pthread_mutex_unlock(&act->lock);
    return told ? 0
                : ses_worker_tell(worker, ticket, SES_SUBMIT_OTHER_ID, ticket->number,
                                  "the instance chose another sys_id");
}

/* The ticket is there, and it is ours. Tells what of it is not as it was sent. */
static int take(struct ses_worker *worker, struct ses_ticket *ticket,
                const struct ses_remote_ticket *remote, const struct ses_reply_row *row)
{
    struct ses_submit *submit = worker->act->submit;
    struct ses_reply_row read = {0};
    enum ses_lookup_end end = SES_LOOKUP_DONE;
    bool has_key;
    int error = keep(worker, ticket, remote);

    ticket->state = SES_TICKET_OPENED;
    worker->is_doubtful = false;
    if (error == 0)
        error = mark_opened(worker, ticket);
    if (error == 0)
        error = check_id(worker, ticket);
    if (error == 0 && !row)
        error = ses_lookup_fields(&worker->client, submit->route, submit->options.instance, ticket,
                                  remote, &worker->arena, &read, &end);
    if (error == 0 && end == SES_LOOKUP_DONE)
        error = ses_worker_compare(worker, ticket, row ? row : &read, &has_key);
    else if (error == 0)
        error = ses_worker_tell(worker, ticket, SES_SUBMIT_UNSETTLED, ticket->number,
                                "the ticket is open, and its fields could not be read back");
    return error;
}

/* Asks whether the ticket is there. `*ret_end` is DONE also where it is not, and its state is then
 * still NEW. */
static int look(struct ses_worker *worker, struct ses_ticket *ticket, enum ses_lookup_end *ret_end)
{
    struct ses_submit *submit = worker->act->submit;
    struct ses_str key = ses_str_of(ticket->key.text);
    struct ses_lookup lookup;
    int error =
        ses_lookup_run(&worker->client, &submit->place, false, &key, 1, &worker->arena, &lookup);

    if (error != 0)
        return error;
    *ret_end = lookup.end;
    if (lookup.end == SES_LOOKUP_FOREIGN) {
        error = ses_worker_tell(worker, ticket, SES_SUBMIT_KEY_DROPPED, key,
                                "a look-up by key was answered with tickets of others");
        return error != 0 ? error : SES_EINVALID;
    }
    if (lookup.end != SES_LOOKUP_DONE || lookup.count == 0)
        return 0;
    if (lookup.count > 1 && !ses_str_eq(lookup.found[0].record, lookup.found[1].record))
        error = ses_worker_tell(worker, ticket, SES_SUBMIT_TWICE, lookup.found[1].number,
                                "two tickets have one key");
    return error != 0 ? error : take(worker, ticket, &lookup.found[0], NULL);
}

/* Looks now, and where there is nothing, again when no transaction can be at work on it any more.
 * Where the state is then NEW and `*ret_sure` is true, it may be asked for again. */
static int look_twice(struct ses_worker *worker, struct ses_ticket *ticket, int64_t pause,
                      bool *ret_sure)
{
    struct ses_patience *patience = &worker->act->submit->patience;
    enum ses_lookup_end end;
    int error = look(worker, ticket, &end);

    *ret_sure = false;
    if (error != 0 || ticket->state != SES_TICKET_NEW)
        return error;
    if (end == SES_LOOKUP_DONE && pause <= 0) {
        *ret_sure = true;
        return 0;
    }
    if (end == SES_LOOKUP_DONE &&
        ses_patience_wait(patience, pause, "a request was lost: it may still be carried out")) {
        error = look(worker, ticket, &end);
        *ret_sure = error == 0 && end == SES_LOOKUP_DONE;
    }
    worker->is_doubtful = worker->is_doubtful && !*ret_sure;
    if (error != 0 || ticket->state != SES_TICKET_NEW || *ret_sure)
        return error;
    return ses_worker_give_up(worker, ticket, SES_TICKET_FAILED,
                              "asked for, and not known whether it was opened");
}

/* What is not certain after a request: then a look-up tells. Where the route does not tell the
 * ticket, or not its fields, that is always so. */
struct doubt {
    bool exists;
    bool is_made;                    /* the instance says that it made a ticket: `remote` */
    bool is_refused;                 /* it says that it did not, and would not */
    struct ses_remote_ticket remote; /* arena */
    struct ses_str why;              /* arena or static */
};

/* An instance that does not keep our key would be given the same ticket again by the next run. */
static int stop_all(struct ses_worker *worker, struct ses_ticket *ticket,
                    const struct ses_remote_ticket *remote)
{
    int error = keep(worker, ticket, remote);

    ticket->state = SES_TICKET_OPENED;
    ticket->attached = true;
    ticket->why = SES_STR("opened without its key");
    if (error == 0)
        error = mark_opened(worker, ticket);
    if (error == 0)
        error = ses_worker_tell(worker, ticket, SES_SUBMIT_KEY_LOST, ticket->number,
                                "the instance did not keep the key of the ticket");
    return error != 0 ? error : SES_EINVALID;
}

/* Reads a good reply. `doubt` is left as it is where it says what it should. */
static int read_reply(struct ses_worker *worker, struct ses_ticket *ticket, struct doubt *doubt)
{
    const struct ses_submit *submit = worker->act->submit;
    const struct ses_route *route = submit->route;
    struct ses_str key = ses_instance_stored(submit->options.instance, SES_INSTANCE_KEY_FIELD);
    struct ses_reply reply = {0};
    struct ses_str why = {0};
    int error = ses_reply_parse(ses_buf_str(&worker->client.reply.body), &worker->arena, &reply);

    if (error == SES_ENOMEM)
        return error;
    if (error == 0)
        error = route->answer(&reply, &doubt->remote);
    if (error == SES_EINVALID && route->reason)
        why = route->reason(&reply);
    if (why.len > 0) {
        ticket->state = SES_TICKET_REFUSED;
        return ses_arena_copy(worker->kept, why, &ticket->why);
    }
    doubt->is_made = error == 0;
    doubt->exists = error != 0 || !route->answers_fields;
    if (!doubt->is_made)
        ses_client_doubt(&worker->client, "the reply was cut, or is no answer");
    if (doubt->exists)
        return ses_client_explain(&worker->client, &worker->arena, &doubt->why);
    if (!ses_str_eq(ses_reply_text(reply.rows, key.ptr), ses_str_of(ticket->key.text)))
        return stop_all(worker, ticket, &doubt->remote);
    return take(worker, ticket, &doubt->remote, reply.rows);
}

/* Sends it. `doubt` says what is not certain then, where the ticket is still NEW. */
static int send(struct ses_worker *worker, struct ses_ticket *ticket,
                const struct ses_http_request *request, struct doubt *doubt)
{
    struct ses_client *client = &worker->client;
    enum ses_outcome verdict;
    int error = ses_client_send(client, request, true, &verdict);

    if (error != 0)
        return error;
    worker->is_doubtful = verdict == SES_OUTCOME_GOOD || verdict == SES_OUTCOME_AMBIGUOUS;
    if (verdict == SES_OUTCOME_AGAIN)
        return ses_worker_give_up(worker, ticket, SES_TICKET_FAILED, "not opened");
    if (verdict == SES_OUTCOME_REFUSED)
        return ses_worker_give_up(worker, ticket, SES_TICKET_REFUSED, "not opened");
    if (verdict == SES_OUTCOME_GOOD)
        return read_reply(worker, ticket, doubt);
    doubt->exists = true;
    doubt->is_refused = client->judged.refuses;
    return ses_client_explain(client, &worker->arena, &doubt->why);
}

/* It was asked for, and no transaction can be at work on it any more: it is not there. */
static int settle(struct ses_worker *worker, struct ses_ticket *ticket, const struct doubt *doubt,
                  bool *ret_again)
{
    *ret_again = false;
    if (doubt->is_made)
        return stop_all(worker, ticket, &doubt->remote);
    *ret_again = !doubt->is_refused;
    if (doubt->is_refused)
        ticket->state = SES_TICKET_REFUSED;
    return ses_arena_printf(worker->kept, &ticket->why, "not opened: %.*s",
                            SES_STR_ARG(doubt->why));
}

/* Asks for the ticket once. `*ret_again` is true where it was not made, and may be asked for again.
 */
static int ask_once(struct ses_worker *worker, struct ses_ticket *ticket, bool *ret_again)
{
    const struct ses_submit *submit = worker->act->submit;
    struct ses_http_request request;
    struct doubt doubt = {0};
    bool sure;
    int error = submit->route->ask(submit->options.instance, ticket, &worker->arena, &request);

    *ret_again = false;
    ticket->why = (struct ses_str){0};
    if (error == 0)
        error = send(worker, ticket, &request, &doubt);
    if (error != 0 || ticket->state != SES_TICKET_NEW || !doubt.exists)
        return error;
    error = look_twice(worker, ticket, ses_submit_settle_ms(submit), &sure);
    if (error != 0 || ticket->state != SES_TICKET_NEW || !sure)
        return error;
    return settle(worker, ticket, &doubt, ret_again);
}

int ses_worker_open(struct ses_worker *worker, struct ses_ticket *ticket)
{
    bool again = true;
    int error = 0;

    if (ticket->sent_at > 0)
        error = look_twice(worker, ticket, ses_worker_unsettled_ms(worker, ticket), &again);
    for (unsigned i = 0;
         i < SES_MAX_CREATES && error == 0 && again && ticket->state == SES_TICKET_NEW; i++) {
        error = ask_once(worker, ticket, &again);
        /* Refused before anything was in doubt. */
        if (error == 0 && ticket->state == SES_TICKET_REFUSED && i == 0 && ticket->sent_at == 0)
            error = forget(worker, ticket);
    }
    if (error == 0 && ticket->state == SES_TICKET_NEW)
        ticket->state = SES_TICKET_FAILED;
    return error;
}
