/* SPDX-License-Identifier: MIT */
#include "cli/claim.h"

#include <stdio.h>

#include "base/error.h"
#include "base/map.h"
#include "model/name.h"

/* A record, or an address of a name, that some choice wants removed. */
struct claim {
    size_t choice;       /* the newest that has it */
    struct ses_str held; /* arena: the ticket of another request that needs it; empty */
};

struct claims {
    struct cli_choices *choices;
    struct ses_arena arena;
    struct ses_map by_fact;
    struct ses_map chosen; /* tickets and subjects of the choices */
    struct ses_buf fact;   /* the one that is looked at */
};

/* The largest fact: a TXT of the largest size. */
#define MAX_FACT ((size_t)64 * 1024)

static struct ses_str fact_of_record(struct claims *claims, const struct ses_record *record)
{
    struct ses_str value = record->target.len > 0 ? record->target : record->value;

    ses_buf_clear(&claims->fact);
    ses_buf_printf(&claims->fact, "%s %.*s %u ", ses_rrtype_name(record->type),
                   SES_STR_ARG(record->owner), record->has_preference ? record->preference : 0);
    ses_buf_add(&claims->fact, value);
    return ses_buf_str(&claims->fact);
}

static struct ses_str fact_of_node(struct claims *claims, const struct ses_node *node)
{
    ses_buf_clear(&claims->fact);
    ses_buf_printf(&claims->fact, "node %.*s %s", SES_STR_ARG(node->name), node->address.text);
    return ses_buf_str(&claims->fact);
}

static bool is_newer(const struct claims *claims, size_t a, size_t b)
{
    return claims->choices->items[a].asked_at >= claims->choices->items[b].asked_at;
}

static int add_claim(struct claims *claims, struct ses_str fact, size_t choice)
{
    struct claim *claim = ses_map_find(&claims->by_fact, fact);
    struct ses_str copy;
    int error;

    if (claim) {
        if (is_newer(claims, choice, claim->choice))
            claim->choice = choice;
        return 0;
    }
    claim = ses_arena_alloc(&claims->arena, sizeof(*claim));
    if (!claim)
        return SES_ENOMEM;
    claim->choice = choice;
    error = ses_buf_status(&claims->fact);
    if (error == 0)
        error = ses_arena_copy(&claims->arena, fact, &copy);
    return error != 0 ? error : ses_map_set(&claims->by_fact, &claims->arena, copy, claim);
}

/* A ticket and a subject of it. A correlation_id has at most 100 characters, and no blank. */
#define MAX_CHOSEN (SES_MAX_NAME + 128)

static struct ses_str name_of(char text[MAX_CHOSEN], struct ses_str key, struct ses_str subject)
{
    int len = snprintf(text, MAX_CHOSEN, "%.*s %.*s", SES_STR_ARG(key), SES_STR_ARG(subject));

    return (struct ses_str){text, len > 0 ? (size_t)len : 0};
}

static int add_choice(struct claims *claims, size_t index)
{
    const struct ses_request *request = claims->choices->items[index].request;
    char text[MAX_CHOSEN];
    struct ses_str name = name_of(text, request->earlier.key, request->subject);
    int error = ses_arena_copy(&claims->arena, name, &name);

    if (error == 0)
        error = ses_map_set(&claims->chosen, &claims->arena, name, &claims->choices->items[index]);
    for (size_t i = 0; i < request->published_count && error == 0; i++)
        error = add_claim(claims, fact_of_record(claims, request->published[i]), index);
    for (size_t i = 0; i < request->node_count && error == 0; i++)
        error = add_claim(claims, fact_of_node(claims, &request->nodes[i]), index);
    return error;
}

static int hold(struct claims *claims, struct ses_str fact, const struct ses_ledger_item *item)
{
    struct claim *claim = ses_map_find(&claims->by_fact, fact);
    bool numbered = item->ticket.number.len > 0;

    if (!claim)
        return 0;
    return ses_arena_copy(&claims->arena, numbered ? item->ticket.number : item->ticket.key,
                          &claim->held);
}

/* One that was not chosen, and is not to go either. */
static int take_other(void *context, const struct ses_ledger_item *item)
{
    struct claims *claims = context;
    const struct ses_request *request = item->request;
    char text[MAX_CHOSEN];
    bool never_sent = item->ticket.opened_at == 0 && item->ticket.sent_at == 0;
    int error = 0;

    if (item->ticket.operation == SES_REMOVE || item->removed_by.len > 0 || never_sent ||
        ses_map_find(&claims->chosen, name_of(text, item->ticket.key, request->subject)))
        return 0;
    for (size_t i = 0; i < request->published_count && error == 0; i++)
        error = hold(claims, fact_of_record(claims, request->published[i]), item);
    for (size_t i = 0; i < request->node_count && error == 0; i++)
        error = hold(claims, fact_of_node(claims, &request->nodes[i]), item);
    return error;
}

/* The reason to spare it, and by whom; false where it is to go with this choice. */
static bool is_spared(const struct claims *claims, struct ses_str fact, size_t choice,
                      enum ses_spared_reason *ret_reason, struct ses_str *ret_by)
{
    const struct claim *claim = ses_map_find(&claims->by_fact, fact);

    *ret_by = (struct ses_str){0};
    if (claim && claim->held.len > 0) {
        *ret_reason = SES_SPARED_SHARED;
        *ret_by = claim->held;
        return true;
    }
    if (!claim || claim->choice == choice)
        return false;
    *ret_reason = SES_SPARED_COVERED;
    *ret_by = claims->choices->items[claim->choice].request->earlier.key;
    return true;
}

static int spare(struct claims *claims, size_t index)
{
    struct ses_request *request = claims->choices->items[index].request;
    struct ses_arena *arena = &claims->choices->arena;
    enum ses_spared_reason reason;
    struct ses_str by;
    int error = 0;

    for (size_t i = 0; i < request->published_count && error == 0;) {
        if (is_spared(claims, fact_of_record(claims, request->published[i]), index, &reason, &by))
            error = ses_request_spare_record(request, arena, i, reason, by);
        else
            i++;
    }
    for (size_t i = 0; i < request->node_count && error == 0;) {
        if (is_spared(claims, fact_of_node(claims, &request->nodes[i]), index, &reason, &by))
            error = ses_request_spare_node(request, arena, i, reason, by);
        else
            i++;
    }
    return error;
}

int cli_claims_settle(struct cli_choices *choices)
{
    const struct ses_ledger_filter filter = {.not_removed = true, .not_continued = true};
    struct claims claims = {.choices = choices};
    int error = 0;

    ses_buf_init(&claims.fact, MAX_FACT);
    for (size_t i = 0; i < choices->count && error == 0; i++)
        error = add_choice(&claims, i);
    if (error == 0)
        error = ses_ledger_list(choices->ledger, &filter, take_other, &claims,
                                &choices->report->findings);
    for (size_t i = 0; i < choices->count && error == 0; i++)
        error = spare(&claims, i);
    ses_buf_done(&claims.fact);
    ses_arena_done(&claims.arena);
    return error;
}
