/* SPDX-License-Identifier: MIT */
#include "ledger/query.h"

#include <sqlite3.h>
#include <string.h>

#include "base/error.h"
#include "ledger/store.h"

void ses_query_open(struct ses_query *query, struct ses_ledger *ledger,
                    enum ses_statement statement)
{
    *query = (struct ses_query){.ledger = ledger, .statement = ledger->statements[statement]};
}

void ses_query_close(struct ses_query *query)
{
    if (!query->statement)
        return;
    sqlite3_reset(query->statement);
    sqlite3_clear_bindings(query->statement);
}

static void remember(struct ses_query *query, int status)
{
    if (query->status == SQLITE_OK)
        query->status = status;
}

void ses_query_bind(struct ses_query *query, struct ses_str text)
{
    /* A NULL pointer would bind NULL. */
    remember(query, sqlite3_bind_text64(query->statement, ++query->bound, text.ptr ? text.ptr : "",
                                        text.len, SQLITE_STATIC, SQLITE_UTF8));
}

void ses_query_bind_word(struct ses_query *query, const char *word)
{
    ses_query_bind(query, ses_str_of(word));
}

void ses_query_bind_number(struct ses_query *query, int64_t number)
{
    remember(query, sqlite3_bind_int64(query->statement, ++query->bound, number));
}

void ses_query_bind_null(struct ses_query *query)
{
    remember(query, sqlite3_bind_null(query->statement, ++query->bound));
}

static int step(struct ses_query *query)
{
    return query->status == SQLITE_OK ? sqlite3_step(query->statement) : query->status;
}

int ses_query_run(struct ses_query *query, size_t *ret_changed, struct ses_findings *findings)
{
    int status = step(query);

    if ((status & 0xFF) == SQLITE_CONSTRAINT)
        return SES_EINVALID;
    if ((status & 0xFF) == SQLITE_TOOBIG)
        return ses_store_refuse(query->ledger, SES_LEDGER_FAILED, (struct ses_str){0}, SES_EIO,
                                "text that is longer than a ledger holds", findings);
    if (status != SQLITE_DONE)
        return ses_store_fail(query->ledger, status, findings);
    if (ret_changed)
        *ret_changed = (size_t)sqlite3_changes(query->ledger->database);
    return 0;
}

int ses_query_step(struct ses_query *query, bool *ret_row, struct ses_findings *findings)
{
    int status = step(query);

    *ret_row = status == SQLITE_ROW;
    return status == SQLITE_ROW || status == SQLITE_DONE
               ? 0
               : ses_store_fail(query->ledger, status, findings);
}

int ses_query_text(const struct ses_query *query, int column, struct ses_arena *arena,
                   struct ses_str *ret_text)
{
    const char *bytes = (const char *)sqlite3_column_text(query->statement, column);
    struct ses_str text = {bytes, (size_t)sqlite3_column_bytes(query->statement, column)};

    if (!bytes && sqlite3_errcode(query->ledger->database) == SQLITE_NOMEM)
        return SES_ENOMEM;
    if (ses_str_find(text, '\0') < text.len)
        return SES_EINVALID;
    return ses_arena_copy(arena, text, ret_text);
}

int64_t ses_query_number(const struct ses_query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}
