/* SPDX-License-Identifier: MIT */
/* The part of a run that changes something: the intents, then the threads, then what is to be told.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "submit/submit_part.h"

int ses_worker_tell(struct ses_worker *worker, struct ses_ticket *ticket, enum ses_submit_code code,
                    struct ses_str value, const char *format, ...)
{
    struct ses_ticket_problem *problem;
    char sentence[SES_MAX_SENTENCE];
    va_list values;
    int error = ses_arena_grow(worker->kept, &ticket->problems, ticket->problem_count,
                               &ticket->problem_capacity, sizeof(*ticket->problems));

    if (error != 0)
        return error;
    va_start(values, format);
    vsnprintf(sentence, sizeof(sentence), format, values);
    va_end(values);
    problem = &ticket->problems[ticket->problem_count];
    problem->code = &ses_submit_codes[code];
    error = ses_arena_copy(worker->kept, value, &problem->value);
    if (error == 0)
        error = ses_arena_copy(worker->kept, ses_str_of(sentence), &problem->sentence);
    if (error == 0)
        ticket->problem_count++;
    return error;
}

int ses_worker_give_up(struct ses_worker *worker, struct ses_ticket *ticket,
                       enum ses_ticket_state state, const char *what)
{
    struct ses_str why;
    int error = ses_client_explain(&worker->client, &worker->arena, &why);

    if (error == 0)
        error = ses_arena_printf(worker->kept, &ticket->why, "%s%s%.*s%s", what,
                                 why.len > 0 ? ": " : "", SES_STR_ARG(why),
                                 ses_patience_is_spent(&worker->act->submit->patience)
                                     ? "; no time is left for waiting"
                                     : "");
    if (error != 0)
        return error;
    if (ses_patience_is_stopped(&worker->act->submit->patience))
        ticket->why = SES_STR("stopped");
    ticket->state = state;
    return 0;
}

/* A ledger is for one thread at a time. */
static int note_sent(struct ses_worker *worker, int64_t time)
{
    struct ses_act *act = worker->act;
    int error;

    pthread_mutex_lock(&act->lock);
    error = ses_ledger_sent(act->submit->options.ledger, ses_str_of(worker->ticket->key.text), time,
                            act->findings);
    pthread_mutex_unlock(&act->lock);
    return error;
}

/* Before each request that makes something, not only the first: it may have waited for an hour. */
static int mark_sent(void *context)
{
    struct ses_worker *worker = context;
    struct ses_act *act = worker->act;
    struct ses_clock *clock = act->submit->options.clock;

    worker->has_sent = worker->is_doubtful = true;
    return note_sent(worker, clock->now(clock) / 1000);
}

/* Where all that was sent was answered, the next run has nothing to wait for. */
static int mark_settled(struct ses_worker *worker, const struct ses_ticket *ticket)
{
    bool is_answered = worker->has_sent && !worker->is_doubtful;

    return is_answered && !ticket->attached ? note_sent(worker, 0) : 0;
}

int64_t ses_worker_unsettled_ms(const struct ses_worker *worker, const struct ses_ticket *ticket)
{
    const struct ses_submit *submit = worker->act->submit;
    struct ses_clock *clock = submit->options.clock;
    int64_t settle = ses_submit_settle_ms(submit);
    int64_t left = ticket->sent_at * 1000 + settle - clock->now(clock);

    /* A clock that was put back says nothing. */
    return left < settle ? left : settle;
}

static struct ses_ticket *next_ticket(struct ses_act *act)
{
    struct ses_ticket *ticket = NULL;

    pthread_mutex_lock(&act->lock);
    while (act->error == 0 && act->next < act->count && !ticket) {
        struct ses_ticket *candidate = &act->tickets[act->next++];

        if (candidate->state == SES_TICKET_NEW ||
            (candidate->state == SES_TICKET_FOUND && !candidate->attached))
            ticket = candidate;
    }
    pthread_mutex_unlock(&act->lock);
    return ticket;
}

/* Who is refused once is refused each time, and a user who comes with a wrong password a thousand
 * times is locked out for it. */
static int end_where_unwelcome(struct ses_worker *worker, struct ses_ticket *ticket)
{
    const struct ses_client *client = &worker->client;
    struct ses_str why;
    int error;

    if (client->judged.verdict != SES_OUTCOME_REFUSED ||
        !(client->refused_us || client->reply.end == SES_HTTP_UNUSABLE ||
          client->reply.status == 401))
        return 0;
    error = ses_client_explain(client, &worker->arena, &why);
    if (error == 0)
        error = ses_worker_tell(worker, ticket, SES_SUBMIT_REFUSED, why,
                                "the instance does not accept us any more, and the run ends");
    return error != 0 ? error : SES_EINVALID;
}

static int work_on(struct ses_worker *worker, struct ses_ticket *ticket)
{
    struct ses_watch *watch = worker->act->submit->options.watch;
    int error = 0;

    ses_arena_clear(&worker->arena);
    worker->ticket = ticket;
    worker->has_sent = worker->is_doubtful = false;
    worker->client.before_write = mark_sent;
    worker->client.context = worker;
    if (ticket->state == SES_TICKET_NEW &&
        ses_patience_is_stopped(&worker->act->submit->patience)) {
        ticket->state = SES_TICKET_FAILED;
        ticket->why = SES_STR("stopped");
        return 0;
    }
    if (ticket->state == SES_TICKET_NEW)
        error = ses_worker_open(worker, ticket);
    if (error == 0 && (ticket->state == SES_TICKET_OPENED || ticket->state == SES_TICKET_FOUND))
        error = ses_worker_attach(worker, ticket);
    if (error == 0)
        error = mark_settled(worker, ticket);
    if (error == 0 && (ticket->state == SES_TICKET_REFUSED || ticket->files_refused))
        error = end_where_unwelcome(worker, ticket);
    if (error == 0 && watch)
        watch->step(watch, ticket->state != SES_TICKET_OPENED && ticket->state != SES_TICKET_FOUND);
    return error;
}

static void *work(void *context)
{
    struct ses_worker *worker = context;
    struct ses_act *act = worker->act;
    struct ses_ticket *ticket;

    while ((ticket = next_ticket(act)) != NULL) {
        int error = work_on(worker, ticket);

        if (error == 0)
            continue;
        pthread_mutex_lock(&act->lock);
        if (act->error == 0)
            act->error = error;
        pthread_mutex_unlock(&act->lock);
    }
    return NULL;
}

/* All intents at once, before the first request: so one write to the disk serves the whole run. */
static int intend(struct ses_submit *submit, const struct ses_ticket *tickets, size_t count,
                  struct ses_findings *findings)
{
    struct ses_clock *clock = submit->options.clock;
    struct ses_ledger_intent *intents =
        ses_arena_array(&submit->arena, count > 0 ? count : 1, sizeof(*intents));
    size_t intended = 0;

    if (!intents)
        return SES_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        const struct ses_ticket *ticket = &tickets[i];

        if (ticket->state != SES_TICKET_NEW && (ticket->state != SES_TICKET_FOUND || ticket->noted))
            continue;
        intents[intended++] = (struct ses_ledger_intent){
            .ticket = {.key = ses_str_of(ticket->key.text),
                       .operation = ticket->operation,
                       .subject = ticket->subject,
                       .digest = ticket->digest,
                       .refers_to = ticket->refers_to},
            .requests = ticket->requests,
            .request_count = ticket->request_count,
        };
    }
    if (intended == 0)
        return 0;
    return ses_ledger_intend(submit->options.ledger, intents, intended, clock->now(clock) / 1000,
                             findings);
}

/* What the plan found is written down too: so a ledger that was lost comes back. */
static int note_found(struct ses_submit *submit, const struct ses_ticket *ticket,
                      struct ses_findings *findings)
{
    struct ses_clock *clock = submit->options.clock;
    const struct ses_ledger_ticket there = {
        .instance = ses_instance_text(submit->options.instance, SES_INSTANCE_ORIGIN),
        .table = ticket->table,
        .record = ticket->record,
        .number = ticket->number,
    };

    return ses_ledger_opened(submit->options.ledger, ses_str_of(ticket->key.text), &there,
                             clock->now(clock) / 1000, findings);
}

static int tell(const struct ses_ticket *ticket, struct ses_findings *findings)
{
    int error = 0;

    for (size_t i = 0; i < ticket->problem_count && error == 0; i++) {
        const struct ses_ticket_problem *problem = &ticket->problems[i];
        const struct ses_finding finding = {.code = problem->code,
                                            .place = ticket->place,
                                            .value = problem->value,
                                            .subject = ticket->subject.ptr};

        error = ses_finding_report(findings, finding, "%s", problem->sentence.ptr);
    }
    return error;
}

static int start_worker(struct ses_worker *worker, struct ses_act *act, size_t index)
{
    struct ses_submit *submit = act->submit;
    struct ses_http *http = NULL;
    struct ses_auth *auth = NULL;
    int error;

    *worker = (struct ses_worker){.act = act, .kept = &submit->kept[index]};
    if (index == 0) {
        /* The connection that the plan was made over. */
        worker->client = submit->client;
        submit->connected = false;
        return 0;
    }
    error = submit->options.connect(submit->options.context, &http, &auth);
    if (error == 0)
        ses_client_init(&worker->client, http, auth, &submit->patience);
    return error;
}

/* Threads that could not be started are done without. */
static int run_workers(struct ses_act *act, size_t jobs)
{
    struct ses_worker workers[SES_MAX_SUBMIT_JOBS];
    pthread_t threads[SES_MAX_SUBMIT_JOBS];
    size_t made = 0;
    size_t started = 1;
    int error = 0;

    while (made < jobs && error == 0) {
        error = start_worker(&workers[made], act, made);
        made += error == 0;
    }
    if (error == 0) {
        while (started < made &&
               pthread_create(&threads[started], NULL, work, &workers[started]) == 0)
            started++;
        work(&workers[0]);
        for (size_t i = 1; i < started; i++)
            pthread_join(threads[i], NULL);
    }
    for (size_t i = 0; i < made; i++) {
        ses_client_done(&workers[i].client);
        ses_arena_done(&workers[i].arena);
    }
    return error != 0 ? error : act->error;
}

int ses_submit_act(struct ses_submit *submit, struct ses_ticket *tickets, size_t count,
                   struct ses_findings *findings)
{
    struct ses_act act = {.submit = submit,
                          .tickets = tickets,
                          .count = count,
                          .findings = findings,
                          .lock = PTHREAD_MUTEX_INITIALIZER};
    int error = intend(submit, tickets, count, findings);
    int told = 0;

    for (size_t i = 0; i < count && error == 0; i++) {
        if (tickets[i].state == SES_TICKET_FOUND && tickets[i].record.len > 0 && !tickets[i].noted)
            error = note_found(submit, &tickets[i], findings);
    }
    if (error == 0)
        error = run_workers(&act, submit->options.jobs);
    for (size_t i = 0; i < count && error != 0; i++) {
        if (tickets[i].state == SES_TICKET_NEW)
            tickets[i].why = SES_STR("not begun: the run ended before");
    }
    for (size_t i = 0; i < count && told == 0; i++)
        told = tell(&tickets[i], findings);
    return error != 0 ? error : told;
}
