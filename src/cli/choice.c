/* SPDX-License-Identifier: MIT */
#include "cli/choice.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/exit.h"
#include "model/name.h"

struct cli_choice_note {
    enum ses_operation operation;
    struct ses_str key, subject, by; /* arena */
    struct ses_lifetime lifetime;
};

/* An item of the ledger as it would be if no run had ever been killed. */
struct view {
    const struct ses_ledger_item *item;
    struct ses_lifetime lifetime;                /* that holds now */
    bool leaving;                                /* its removal was asked for */
    const struct cli_pending_ticket *unfinished; /* a renewal that was begun; may be NULL */
};

bool cli_choice_has_work(const struct cli_choice *choice)
{
    return choice->request->published_count + choice->request->node_count > 0;
}

static const char endless[] = "it is production, and has no day to end on";

static bool reads_exports(const struct cli_options *options)
{
    return options->ec2 || options->manifest || options->input_count > 0;
}

static bool set_domains(struct cli_choices *choices)
{
    size_t count = cli_list_count(choices->options->domains);

    choices->domains = ses_arena_array(&choices->arena, count, sizeof(*choices->domains));
    choices->seen = ses_arena_array(&choices->arena, count, sizeof(*choices->seen));
    for (size_t i = 0; choices->domains && choices->seen && i < count; i++) {
        struct ses_name_flaw flaw;
        struct ses_name name;

        /* option.c has refused what is no name. */
        if (ses_name_parse(ses_str_of(choices->options->domains[i]), &choices->arena, &name,
                           &flaw) != 0)
            return false;
        choices->domains[i] = name.text;
    }
    return choices->domains && choices->seen;
}

static bool set_expiring(struct cli_choices *choices, int *ret_exit)
{
    const char *time = choices->options->expiring;

    if (!time || (ses_date_add(choices->today, ses_str_of(time), &choices->expires_by) == 0 &&
                  choices->expires_by.year <= 9999))
        return true;
    *ret_exit =
        cli_usage_error(choices->options->verb, "--expiring: want a time, as in 30d, 4w, 6m or 1y");
    return false;
}

/* The flags of a renewal say its kind: a date is a proof of concept. */
static bool set_lifetime(struct cli_choices *choices, int *ret_exit)
{
    const struct cli_options *options = choices->options;
    const struct ses_lifetime_words words = {.poc = options->expires != NULL,
                                             .production = options->production != 0,
                                             .expires = ses_str_of(options->expires),
                                             .required = true,
                                             .place = {.file = "--expires"}};
    int error;

    if (choices->operation != SES_RENEW)
        return true;
    error = ses_lifetime_parse(&words, choices->today,
                               ses_site_number(&options->site, SES_LIFETIME_HORIZON_DAYS),
                               &choices->lifetime, &choices->report->findings);
    cli_report_flush(choices->report);
    *ret_exit = error == SES_EINVALID ? CLI_USAGE : CLI_LOCAL;
    return error == 0;
}

bool cli_choices_open(struct cli_choices *choices, const struct cli_options *options,
                      enum ses_operation operation, struct cli_report *report, int *ret_exit)
{
    *choices = (struct cli_choices){.options = options,
                                    .report = report,
                                    .operation = operation,
                                    .today = ses_date_of(options->now)};
    *ret_exit = CLI_LOCAL;
    return set_domains(choices) && set_expiring(choices, ret_exit) &&
           set_lifetime(choices, ret_exit);
}

void cli_choices_done(struct cli_choices *choices)
{
    cli_pending_done(&choices->pending);
    ses_arena_done(&choices->subject_arena);
    ses_arena_done(&choices->arena);
}

/* Of the domains that flags name; all where they name none. */
static bool is_named(struct cli_choices *choices, struct ses_str subject,
                     enum cli_choice_sight sight)
{
    size_t count = cli_list_count(choices->options->domains);

    for (size_t i = 0; i < count; i++) {
        if (!ses_str_eq(choices->domains[i], subject))
            continue;
        if (choices->seen[i] < sight)
            choices->seen[i] = sight;
        return true;
    }
    return count == 0;
}

static int note(struct cli_choices *choices, enum ses_operation operation,
                const struct ses_ledger_item *item, const struct cli_pending_ticket *ticket)
{
    struct ses_arena *arena = &choices->arena;
    struct cli_choice_note made = {.operation = operation, .lifetime = ticket->lifetime};
    int error = ses_arena_copy(arena, item->ticket.key, &made.key);

    if (error == 0)
        error = ses_arena_copy(arena, item->request->subject, &made.subject);
    if (error == 0)
        error = ses_arena_copy(arena, ticket->key, &made.by);
    if (error == 0)
        error = ses_arena_grow(arena, &choices->notes, choices->note_count, &choices->note_capacity,
                               sizeof(*choices->notes));
    if (error == 0)
        choices->notes[choices->note_count++] = made;
    return error;
}

static int look_at(struct cli_choices *choices, const struct ses_ledger_item *item,
                   struct view *ret_view)
{
    const struct cli_pending_ticket *renewal = cli_pending_renewal(&choices->pending, item);
    const struct cli_pending_ticket *removal = cli_pending_removal(&choices->pending, item);
    struct view view = {
        .item = item, .lifetime = item->lifetime, .leaving = item->removed_by.len > 0};
    int error = 0;

    if (renewal && renewal->complete) {
        view.lifetime = renewal->lifetime;
        error = note(choices, SES_RENEW, item, renewal);
    } else {
        view.unfinished = renewal;
    }
    if (error == 0 && removal && removal->complete) {
        view.leaving = true;
        error = note(choices, SES_REMOVE, item, removal);
    }
    *ret_view = view;
    return error;
}

static int64_t last_day(const struct view *view)
{
    return ses_date_to_days(view->lifetime.expires);
}

/* What --expired and --expiring ask for. */
static bool is_due(const struct cli_choices *choices, const struct view *view)
{
    bool poc = view->lifetime.kind == SES_LIFETIME_POC;

    if (choices->options->expired)
        return poc && last_day(view) < ses_date_to_days(choices->today);
    if (choices->options->expiring)
        return poc && last_day(view) <= ses_date_to_days(choices->expires_by);
    return true;
}

static bool same_lifetime(const struct ses_lifetime *a, const struct ses_lifetime *b)
{
    return a->kind == b->kind && (a->kind != SES_LIFETIME_POC ||
                                  ses_date_to_days(a->expires) == ses_date_to_days(b->expires));
}

/* Why it cannot be renewed or removed; NULL where it can. `*ret_done` is true where there is no
 * need to. */
static const char *refusal(const struct cli_choices *choices, const struct view *view,
                           bool *ret_done)
{
    const struct ses_ledger_item *item = view->item;
    bool renews = choices->operation == SES_RENEW;

    *ret_done = !renews && view->leaving;
    if (view->leaving)
        return renews ? "its removal was asked for"
                      : "its removal was asked for already; 'sesdns retire --check' tells whether "
                        "it is gone";
    if (item->ticket.opened_at == 0)
        return "its ticket is not known to be open: submit it first";
    if (!renews)
        return NULL;
    *ret_done = same_lifetime(&view->lifetime, &choices->lifetime) && item->renewed_by.len == 0;
    if (*ret_done)
        return "it is to last so long as it is";
    return view->lifetime.kind == SES_LIFETIME_PRODUCTION && item->renewed_by.len == 0 ? endless
                                                                                       : NULL;
}

/* Told where somebody named it, or wants to know all. */
static void pass_over(struct cli_choices *choices, struct ses_str subject, const char *sentence,
                      bool done)
{
    const struct cli_options *options = choices->options;
    bool named = options->domains || reads_exports(options);

    choices->passed_over += named && !done;
    if (!options->quiet && (named || !done))
        fprintf(stderr, "sesdns %s: %.*s: %s\n", options->verb, SES_STR_ARG(subject), sentence);
}

static int copy_earlier(const struct cli_choices *choices, const struct view *view,
                        struct ses_arena *arena, struct ses_earlier *ret_earlier)
{
    int error = ses_arena_copy(arena, view->item->ticket.number, &ret_earlier->number);

    /* One that was renewed so already says the same as when it was. */
    ret_earlier->lifetime = same_lifetime(&view->lifetime, &choices->lifetime)
                                ? view->item->request->lifetime
                                : view->lifetime;
    return error != 0 ? error : ses_arena_copy(arena, view->item->ticket.key, &ret_earlier->key);
}

/* The lifetime that the request of a renewal or removal bears. */
static struct ses_lifetime lifetime_of(const struct cli_choices *choices, const struct view *view)
{
    if (choices->operation != SES_RENEW)
        return view->lifetime;
    return view->unfinished ? view->unfinished->lifetime : choices->lifetime;
}

static int copy_choice(const struct cli_choices *choices, const struct view *view,
                       struct ses_arena *arena, struct cli_choice *ret_choice)
{
    struct ses_request *request = ses_arena_alloc(arena, sizeof(*request));
    int error = request ? ses_request_copy(view->item->request, arena, request) : SES_ENOMEM;

    if (error == 0)
        error = ses_request_copy_columns(request, arena);
    if (error == 0)
        error = copy_earlier(choices, view, arena, &request->earlier);
    if (error != 0)
        return error;
    request->operation = choices->operation;
    request->lifetime = lifetime_of(choices, view);
    *ret_choice =
        (struct cli_choice){.request = request, .asked_at = view->item->ticket.intended_at};
    return 0;
}

static int push(struct cli_choices *choices, const struct cli_choice *choice)
{
    int error = ses_arena_grow(&choices->arena, &choices->items, choices->count, &choices->capacity,
                               sizeof(*choices->items));

    if (error == 0)
        choices->items[choices->count++] = *choice;
    return error;
}

static void tell_unfinished(const struct cli_choices *choices, const struct view *view)
{
    char date[SES_DATE_TEXT] = "for good";

    if (choices->operation != SES_RENEW || !view->unfinished ||
        same_lifetime(&view->unfinished->lifetime, &choices->lifetime))
        return;
    if (view->unfinished->lifetime.kind == SES_LIFETIME_POC)
        ses_date_format(view->unfinished->lifetime.expires, date);
    fprintf(stderr,
            "sesdns %s: %s: an earlier run began to renew it, %s%s, and was ended: this one "
            "finishes that\n",
            choices->options->verb, view->item->request->subject.ptr,
            view->unfinished->lifetime.kind == SES_LIFETIME_POC ? "until " : "", date);
}

/* The newest request of a subject is the one that is renewed: it stands for those before it. */
static int settle_subject(struct cli_choices *choices)
{
    struct cli_choice chosen = {.asked_at = choices->newest.asked_at};
    const struct ses_request *newest = choices->newest.request;
    int error = 0;

    if (choices->newest_wanted) {
        chosen.request = ses_arena_alloc(&choices->arena, sizeof(*chosen.request));
        error =
            chosen.request ? ses_request_copy(newest, &choices->arena, chosen.request) : SES_ENOMEM;
        if (error == 0)
            error = ses_request_copy_columns(chosen.request, &choices->arena);
        if (error == 0)
            error = push(choices, &chosen);
    } else if (choices->older_wanted) {
        pass_over(choices, newest->subject, "a later request for it is another one", true);
    }
    choices->newest = (struct cli_choice){0};
    choices->newest_wanted = choices->older_wanted = false;
    return error;
}

static int take_newest(struct cli_choices *choices, const struct view *view, bool wanted)
{
    const struct ses_request *before = choices->newest.request;
    int error = 0;

    if (before && !ses_str_eq(before->subject, view->item->request->subject))
        error = settle_subject(choices);
    choices->older_wanted |= choices->newest_wanted;
    choices->newest_wanted = wanted;
    ses_arena_clear(&choices->subject_arena);
    return error != 0 ? error
                      : copy_choice(choices, view, &choices->subject_arena, &choices->newest);
}

static int take(void *context, const struct ses_ledger_item *item)
{
    struct cli_choices *choices = context;
    struct cli_choice choice;
    const char *sentence;
    struct view view;
    bool removed = item->removed_at > 0;
    bool wanted, done;
    int error;

    if (item->ticket.operation == SES_REMOVE ||
        !is_named(choices, item->request->subject, removed ? CLI_SEEN_REMOVED : CLI_SEEN) ||
        removed)
        return 0;
    error = look_at(choices, item, &view);
    if (error != 0)
        return error;
    sentence = refusal(choices, &view, &done);
    wanted = is_due(choices, &view);
    if (wanted && sentence)
        pass_over(choices, item->request->subject, sentence, done);
    wanted = wanted && !sentence;
    if (wanted)
        tell_unfinished(choices, &view);
    if (choices->operation == SES_RENEW && item->ticket.opened_at > 0)
        return take_newest(choices, &view, wanted);
    if (choices->operation == SES_RENEW || !wanted)
        return 0;
    error = copy_choice(choices, &view, &choices->arena, &choice);
    return error != 0 ? error : push(choices, &choice);
}

/* Requests that stand for themselves, and are not removed. */
static struct ses_ledger_filter live_filter(struct ses_str subject)
{
    return (struct ses_ledger_filter){
        .subject = subject, .not_removed = true, .not_continued = true};
}

/* Why a domain that was named is not among the choices. */
static void tell_unseen(struct cli_choices *choices, size_t index)
{
    bool renews = choices->operation == SES_RENEW;

    if (choices->seen[index] == CLI_UNSEEN)
        pass_over(choices, choices->domains[index], "the ledger has nothing of it", false);
    if (choices->seen[index] == CLI_SEEN_REMOVED)
        pass_over(choices, choices->domains[index], "it is removed", !renews);
}

static int read_ledger(struct cli_choices *choices)
{
    size_t count = cli_list_count(choices->options->domains);
    struct ses_ledger_filter filter =
        live_filter(count == 1 ? choices->domains[0] : (struct ses_str){0});
    int error;

    filter.not_removed = count == 0;
    error = ses_ledger_list(choices->ledger, &filter, take, choices, &choices->report->findings);
    if (error == 0 && choices->newest.request)
        error = settle_subject(choices);
    for (size_t i = 0; i < count && error == 0; i++)
        tell_unseen(choices, i);
    return error;
}

/* The newest item of a subject, for a request that was read from exports. */
struct search {
    struct cli_choices *choices;
    struct cli_choice found; /* arena; its request is NULL where there is none */
    const char *sentence;
    bool done;
};

static int take_match(void *context, const struct ses_ledger_item *item)
{
    struct search *search = context;
    struct view view;
    int error;

    if (item->ticket.operation == SES_REMOVE || item->ticket.opened_at == 0)
        return 0;
    error = look_at(search->choices, item, &view);
    if (error != 0)
        return error;
    search->sentence = refusal(search->choices, &view, &search->done);
    return copy_choice(search->choices, &view, &search->choices->arena, &search->found);
}

static bool same_nodes(const struct ses_request *a, const struct ses_request *b)
{
    bool same = a->node_count == b->node_count;

    for (size_t i = 0; i < a->node_count && same; i++)
        same = ses_str_eq(a->nodes[i].name, b->nodes[i].name) &&
               ses_address_eq(&a->nodes[i].address, &b->nodes[i].address);
    return same;
}

static bool same_records(const struct ses_request *a, const struct ses_request *b)
{
    bool same = a->published_count == b->published_count;

    for (size_t i = 0; i < a->published_count && same; i++)
        same = ses_record_compare(a->published[i], b->published[i]) == 0;
    return same;
}

/* What the ledger knows of a request from exports. Where it is the same the ledger's counts: it has
 * the contact and the rest as they were. */
static int match(struct cli_choices *choices, struct ses_request *request)
{
    const struct ses_ledger_filter filter = live_filter(request->subject);
    struct search search = {.choices = choices};
    int error =
        ses_ledger_list(choices->ledger, &filter, take_match, &search, &choices->report->findings);
    struct ses_request *found = search.found.request;

    if (error != 0)
        return error;
    if (search.sentence) {
        pass_over(choices, request->subject, search.sentence, search.done);
        return 0;
    }
    if (!found && choices->operation == SES_RENEW &&
        request->lifetime.kind == SES_LIFETIME_PRODUCTION) {
        pass_over(choices, request->subject, endless, true);
        return 0;
    }
    if (!found || !same_records(request, found) || !same_nodes(request, found)) {
        if (found)
            request->earlier = found->earlier;
        else
            request->earlier.lifetime = request->lifetime;
        request->operation = choices->operation;
        if (choices->operation == SES_RENEW)
            request->lifetime = choices->lifetime;
        else if (found)
            request->lifetime = found->lifetime;
        search.found.request = request;
        search.found.is_part = found != NULL;
    }
    return push(choices, &search.found);
}

/* The list that a run over the exports fills. */
struct inputs {
    struct cli_choices *choices;
    struct ses_requests requests;
};

/* In the order of the input. */
static int finish(void *context, struct cli_job *job)
{
    struct inputs *inputs = context;
    struct cli_choices *choices = inputs->choices;
    struct ses_request *request;
    int error;

    if (!job->request)
        return 0;
    if (!job->good) {
        fprintf(stderr, "sesdns %s: no ticket for %s: mend the findings first\n",
                choices->options->verb, job->request->subject.ptr);
        return 0;
    }
    request = ses_requests_add(&inputs->requests, &choices->arena, job->request->kind);
    if (!request)
        return SES_ENOMEM;
    error = ses_request_copy(job->request, &choices->arena, request);
    return error != 0 ? error : ses_request_copy_columns(request, &choices->arena);
}

static int read_inputs(struct cli_choices *choices)
{
    struct inputs inputs = {.choices = choices};
    const struct cli_verb verb = {.name = choices->options->verb,
                                  .need_digest = true,
                                  .any_date = true,
                                  .finish = finish,
                                  .context = &inputs};
    /* What the flags say of a lifetime is about the time to come. */
    struct cli_options options = *choices->options;
    int error;

    options.poc = options.production = 0;
    options.expires = NULL;
    error = cli_batch_run(&options, &verb, choices->report, &choices->totals);
    for (size_t i = 0; i < inputs.requests.count && error == 0; i++)
        error = match(choices, inputs.requests.items[i]);
    return error;
}

static int write_notes(struct cli_choices *choices)
{
    struct ses_findings *findings = &choices->report->findings;
    int error = 0;

    for (size_t i = 0; i < choices->note_count && error == 0; i++) {
        const struct cli_choice_note *made = &choices->notes[i];

        if (made->operation == SES_RENEW)
            error = ses_ledger_renewed(choices->ledger, made->key, made->subject, made->by,
                                       &made->lifetime, findings);
        else
            error = ses_ledger_removed(choices->ledger, made->key, made->subject, made->by, 0,
                                       findings);
    }
    return error;
}

int cli_choices_read(struct cli_choices *choices, struct ses_ledger *ledger, bool may_write)
{
    int error;

    choices->ledger = ledger;
    error = cli_pending_read(&choices->pending, ledger, &choices->report->findings);
    if (error == 0)
        error = reads_exports(choices->options) ? read_inputs(choices) : read_ledger(choices);
    if (error == 0 && may_write)
        error = write_notes(choices);
    cli_report_flush(choices->report);
    return error;
}
