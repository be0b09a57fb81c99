/* SPDX-License-Identifier: MIT */
/* Tickets of a ledger: written before they are sent, marked as they go on, found again. */
#include <sqlite3.h>

#include "base/error.h"
#include "ledger/code.h"
#include "ledger/ledger.h"
#include "ledger/query.h"
#include "ledger/row.h"
#include "ledger/store.h"
#include "ledger/word.h"

static void bind_lifetime(struct ses_query *query, const struct ses_lifetime *lifetime,
                          char date[SES_DATE_TEXT])
{
    date[0] = '\0';
    if (lifetime->kind == SES_LIFETIME_POC)
        ses_date_format(lifetime->expires, date);
    ses_query_bind_word(query, ses_lifetime_words.names[lifetime->kind]);
    ses_query_bind_word(query, date);
}

/* Statements that have no rows end the same way. */
static int finish(struct ses_query *query, struct ses_findings *findings)
{
    int error = ses_query_run(query, NULL, findings);

    ses_query_close(query);
    return error;
}

/* Those that change the row of a key change exactly one, or there is no such key. */
static int finish_one(struct ses_query *query, struct ses_findings *findings)
{
    size_t changed = 0;
    int error = ses_query_run(query, &changed, findings);

    ses_query_close(query);
    return error == 0 && changed == 0 ? SES_EINVALID : error;
}

static int run(struct ses_ledger *ledger, enum ses_statement statement,
               struct ses_findings *findings)
{
    struct ses_query query;

    ses_query_open(&query, ledger, statement);
    return finish(&query, findings);
}

static int add_records(struct ses_ledger *ledger, const struct ses_request *request, int64_t id,
                       struct ses_findings *findings)
{
    int error = 0;

    for (size_t i = 0; i < request->record_count && error == 0; i++) {
        const struct ses_record *record = request->records[i];
        struct ses_query query;

        ses_query_open(&query, ledger, SES_STATEMENT_ADD_RECORD);
        ses_query_bind_number(&query, id);
        ses_query_bind_number(&query, (int64_t)i);
        ses_query_bind_word(&query, ses_rrtype_name(record->type));
        ses_query_bind(&query, record->owner);
        ses_query_bind(&query, record->value);
        error = finish(&query, findings);
    }
    return error;
}

static int add_nodes(struct ses_ledger *ledger, const struct ses_request *request, int64_t id,
                     struct ses_findings *findings)
{
    int error = 0;

    for (size_t i = 0; i < request->node_count && error == 0; i++) {
        const struct ses_node *node = &request->nodes[i];
        struct ses_query query;

        ses_query_open(&query, ledger, SES_STATEMENT_ADD_NODE);
        ses_query_bind_number(&query, id);
        ses_query_bind_number(&query, (int64_t)i);
        ses_query_bind(&query, node->name);
        ses_query_bind_word(&query, node->address.text);
        ses_query_bind(&query, node->allocation);
        error = finish(&query, findings);
    }
    return error;
}

static int add_columns(struct ses_ledger *ledger, const struct ses_request *request, int64_t id,
                       struct ses_findings *findings)
{
    int error = 0;

    for (size_t i = 0; i < request->extra_count && error == 0; i++) {
        struct ses_query query;

        ses_query_open(&query, ledger, SES_STATEMENT_ADD_COLUMN);
        ses_query_bind_number(&query, id);
        ses_query_bind_number(&query, (int64_t)i);
        ses_query_bind(&query, request->extra_names[i]);
        ses_query_bind(&query, request->extra_values[i]);
        error = finish(&query, findings);
    }
    return error;
}

static int add_request(struct ses_ledger *ledger, const struct ses_request *request, int64_t ticket,
                       struct ses_findings *findings)
{
    char date[SES_DATE_TEXT];
    struct ses_query query;
    int64_t id;
    int error;

    if (!ses_word_is_digest(ses_str_of(request->digest)) ||
        request->record_count > SES_MAX_LEDGER_LIST || request->node_count > SES_MAX_LEDGER_LIST)
        return SES_EINVALID;
    ses_query_open(&query, ledger, SES_STATEMENT_ADD_REQUEST);
    ses_query_bind_number(&query, ticket);
    ses_query_bind(&query, request->subject);
    ses_query_bind_word(&query, ses_kind_words.names[request->kind]);
    ses_query_bind(&query, request->zone);
    bind_lifetime(&query, &request->lifetime, date);
    ses_query_bind(&query, request->contact);
    ses_query_bind(&query, request->purpose);
    ses_query_bind(&query, request->account);
    ses_query_bind(&query, request->region);
    ses_query_bind(&query, request->group);
    ses_query_bind_word(&query, request->digest);
    error = finish(&query, findings);
    if (error != 0)
        return error;
    id = sqlite3_last_insert_rowid(ledger->database);
    error = add_records(ledger, request, id, findings);
    if (error == 0)
        error = add_nodes(ledger, request, id, findings);
    return error != 0 ? error : add_columns(ledger, request, id, findings);
}

static int add_ticket(struct ses_ledger *ledger, const struct ses_ledger_ticket *ticket,
                      int64_t now, bool *ret_new, struct ses_findings *findings)
{
    struct ses_query query;
    size_t changed = 0;
    int error;

    if (!ses_word_is_key(ticket->key) || !ses_word_is_digest(ticket->digest) ||
        (ticket->refers_to.len > 0 && !ses_word_is_key(ticket->refers_to)))
        return SES_EINVALID;
    ses_query_open(&query, ledger, SES_STATEMENT_ADD_TICKET);
    ses_query_bind(&query, ticket->key);
    ses_query_bind_word(&query, ses_operation_name(ticket->operation));
    ses_query_bind(&query, ticket->subject);
    ses_query_bind(&query, ticket->digest);
    ses_query_bind(&query, ticket->refers_to);
    ses_query_bind(&query, ticket->instance);
    ses_query_bind(&query, ticket->table);
    ses_query_bind(&query, ticket->record);
    ses_query_bind(&query, ticket->number);
    ses_query_bind(&query, ticket->state);
    ses_query_bind_number(&query, now);
    error = ses_query_run(&query, &changed, findings);
    ses_query_close(&query);
    *ret_new = changed > 0;
    return error;
}

static int add_intent(struct ses_ledger *ledger, const struct ses_ledger_intent *intent,
                      int64_t now, struct ses_findings *findings)
{
    bool is_new = false;
    int64_t id;
    int error = add_ticket(ledger, &intent->ticket, now, &is_new, findings);

    if (error != 0 || !is_new)
        return error;
    id = sqlite3_last_insert_rowid(ledger->database);
    for (size_t i = 0; i < intent->request_count && error == 0; i++)
        error = add_request(ledger, intent->requests[i], id, findings);
    return error;
}

static int set_durable(struct ses_ledger *ledger, bool durable, struct ses_findings *findings)
{
    int status = sqlite3_exec(ledger->database,
                              durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL",
                              NULL, NULL, NULL);

    return status != SQLITE_OK ? ses_store_fail(ledger, status, findings) : 0;
}

/* After some failures SQLite has taken the transaction back itself. */
static void take_back(struct ses_ledger *ledger)
{
    struct ses_query query;

    if (sqlite3_get_autocommit(ledger->database))
        return;
    ses_query_open(&query, ledger, SES_STATEMENT_ROLLBACK);
    sqlite3_step(query.statement);
    ses_query_close(&query);
}

int ses_ledger_intend(struct ses_ledger *ledger, const struct ses_ledger_intent *intents,
                      size_t count, int64_t now, struct ses_findings *findings)
{
    int error = set_durable(ledger, true, findings);
    int restored;

    if (error == 0)
        error = run(ledger, SES_STATEMENT_BEGIN, findings);
    for (size_t i = 0; i < count && error == 0; i++)
        error = add_intent(ledger, &intents[i], now, findings);
    if (error == 0)
        error = run(ledger, SES_STATEMENT_COMMIT, findings);
    take_back(ledger);
    restored = set_durable(ledger, false, findings);
    return error != 0 ? error : restored;
}

int ses_ledger_sent(struct ses_ledger *ledger, struct ses_str key, int64_t now,
                    struct ses_findings *findings)
{
    struct ses_query query;

    ses_query_open(&query, ledger, SES_STATEMENT_SENT);
    ses_query_bind(&query, key);
    ses_query_bind_number(&query, now);
    return finish_one(&query, findings);
}

int ses_ledger_opened(struct ses_ledger *ledger, struct ses_str key,
                      const struct ses_ledger_ticket *ticket, int64_t now,
                      struct ses_findings *findings)
{
    struct ses_query query;

    ses_query_open(&query, ledger, SES_STATEMENT_OPENED);
    ses_query_bind(&query, key);
    ses_query_bind(&query, ticket->instance);
    ses_query_bind(&query, ticket->table);
    ses_query_bind(&query, ticket->record);
    ses_query_bind(&query, ticket->number);
    ses_query_bind(&query, ticket->state);
    ses_query_bind_number(&query, now);
    return finish_one(&query, findings);
}

int ses_ledger_attached(struct ses_ledger *ledger, struct ses_str key, int64_t now,
                        struct ses_findings *findings)
{
    struct ses_query query;

    ses_query_open(&query, ledger, SES_STATEMENT_ATTACHED);
    ses_query_bind(&query, key);
    ses_query_bind_number(&query, now);
    return finish_one(&query, findings);
}

int ses_ledger_forget(struct ses_ledger *ledger, struct ses_str key, struct ses_findings *findings)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_ledger_ticket ticket;
    struct ses_query query;
    bool found;
    int error;

    ses_query_open(&query, ledger, SES_STATEMENT_FORGET);
    ses_query_bind(&query, key);
    error = finish_one(&query, findings);
    if (error != SES_EINVALID)
        return error;
    error = ses_ledger_find(ledger, key, &arena, &ticket, &found, findings);
    return error != 0 ? error : found ? SES_ECONFLICT : SES_EINVALID;
}

int ses_ledger_set_state(struct ses_ledger *ledger, struct ses_str key, struct ses_str state,
                         struct ses_findings *findings)
{
    struct ses_query query;

    ses_query_open(&query, ledger, SES_STATEMENT_STATE);
    ses_query_bind(&query, key);
    ses_query_bind(&query, state);
    return finish_one(&query, findings);
}

int ses_ledger_set_dns(struct ses_ledger *ledger, struct ses_str key, struct ses_str subject,
                       enum ses_ledger_dns dns, int64_t now, struct ses_findings *findings)
{
    struct ses_query query;

    ses_query_open(&query, ledger, SES_STATEMENT_DNS);
    ses_query_bind(&query, key);
    ses_query_bind(&query, subject);
    ses_query_bind_word(&query, ses_dns_words.names[dns]);
    ses_query_bind_number(&query, now);
    return finish_one(&query, findings);
}

int ses_ledger_renewed(struct ses_ledger *ledger, struct ses_str key, struct ses_str subject,
                       struct ses_str by, const struct ses_lifetime *lifetime,
                       struct ses_findings *findings)
{
    char date[SES_DATE_TEXT];
    struct ses_query query;

    ses_query_open(&query, ledger, SES_STATEMENT_RENEWED);
    ses_query_bind(&query, key);
    ses_query_bind(&query, subject);
    ses_query_bind(&query, by);
    bind_lifetime(&query, lifetime, date);
    return finish_one(&query, findings);
}

int ses_ledger_removed(struct ses_ledger *ledger, struct ses_str key, struct ses_str subject,
                       struct ses_str by, int64_t gone_at, struct ses_findings *findings)
{
    struct ses_query query;

    ses_query_open(&query, ledger, SES_STATEMENT_REMOVED);
    ses_query_bind(&query, key);
    ses_query_bind(&query, subject);
    if (by.len > 0)
        ses_query_bind(&query, by);
    else
        ses_query_bind_null(&query);
    ses_query_bind_number(&query, gone_at);
    return finish_one(&query, findings);
}

int ses_ledger_find(struct ses_ledger *ledger, struct ses_str key, struct ses_arena *arena,
                    struct ses_ledger_ticket *ret_ticket, bool *ret_found,
                    struct ses_findings *findings)
{
    struct ses_row row = {.arena = arena, .findings = findings};
    struct ses_ledger_ticket ticket;
    struct ses_query query;
    int error;

    *ret_found = false;
    if (!ledger->database)
        return 0;
    ses_query_open(&query, ledger, SES_STATEMENT_FIND_TICKET);
    ses_query_bind(&query, key);
    error = ses_query_step(&query, ret_found, findings);
    row.query = &query;
    if (error == 0 && *ret_found) {
        ticket = ses_row_ticket(&row);
        error = row.error;
        if (error == 0)
            *ret_ticket = ticket;
    }
    ses_query_close(&query);
    return error;
}
