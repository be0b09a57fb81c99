/* SPDX-License-Identifier: MIT */
#include "cli/pending.h"

#include <stdio.h>

#include "base/error.h"
#include "model/name.h"

struct reading {
    struct cli_pending *pending;
    enum ses_operation operation;
};

/* What is done, the key of the ticket it is done to (a correlation_id has at most 100 characters)
 * and a name. Neither has a blank. */
#define MAX_NAME (SES_MAX_NAME + 128)

static struct ses_str name_of(char text[MAX_NAME], enum ses_operation operation, struct ses_str key,
                              struct ses_str subject)
{
    int len = snprintf(text, MAX_NAME, "%s %.*s %.*s", ses_operation_name(operation),
                       SES_STR_ARG(key), SES_STR_ARG(subject));

    return (struct ses_str){text, len > 0 ? (size_t)len : 0};
}

static int take(void *context, const struct ses_ledger_item *item)
{
    const struct reading *reading = context;
    struct ses_arena *arena = &reading->pending->arena;
    struct cli_pending_ticket *ticket;
    char text[MAX_NAME];
    struct ses_str name =
        name_of(text, reading->operation, item->ticket.refers_to, item->request->subject);
    int error;

    if (item->ticket.refers_to.len == 0)
        return 0;
    ticket = ses_map_find(&reading->pending->tickets, name);
    if (ticket && ticket->intended_at > item->ticket.intended_at)
        return 0;
    ticket = ses_arena_alloc(arena, sizeof(*ticket));
    if (!ticket)
        return SES_ENOMEM;
    ticket->lifetime = item->request->lifetime;
    ticket->intended_at = item->ticket.intended_at;
    ticket->complete = item->ticket.opened_at > 0 && item->ticket.attached_at > 0;
    error = ses_arena_copy(arena, name, &name);
    if (error == 0)
        error = ses_arena_copy(arena, item->ticket.key, &ticket->key);
    if (error == 0)
        error = ses_arena_copy(arena, item->ticket.number, &ticket->number);
    return error != 0 ? error : ses_map_set(&reading->pending->tickets, arena, name, ticket);
}

int cli_pending_read(struct cli_pending *pending, struct ses_ledger *ledger,
                     struct ses_findings *findings)
{
    static const enum ses_operation operations[] = {SES_RENEW, SES_REMOVE};
    int error = 0;

    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]) && error == 0; i++) {
        const struct ses_ledger_filter filter = {.operation = &operations[i]};
        struct reading reading = {pending, operations[i]};

        error = ses_ledger_list(ledger, &filter, take, &reading, findings);
    }
    return error;
}

void cli_pending_done(struct cli_pending *pending)
{
    ses_arena_done(&pending->arena);
}

static const struct cli_pending_ticket *find(const struct cli_pending *pending,
                                             enum ses_operation operation,
                                             const struct ses_ledger_item *item)
{
    char text[MAX_NAME];

    return ses_map_find(&pending->tickets,
                        name_of(text, operation, item->ticket.key, item->request->subject));
}

const struct cli_pending_ticket *cli_pending_renewal(const struct cli_pending *pending,
                                                     const struct ses_ledger_item *item)
{
    const struct cli_pending_ticket *ticket = find(pending, SES_RENEW, item);

    return ticket && !ses_str_eq(ticket->key, item->renewed_by) ? ticket : NULL;
}

const struct cli_pending_ticket *cli_pending_removal(const struct cli_pending *pending,
                                                     const struct ses_ledger_item *item)
{
    const struct cli_pending_ticket *ticket = find(pending, SES_REMOVE, item);

    return ticket && item->removed_by.len == 0 && item->removed_at == 0 ? ticket : NULL;
}
