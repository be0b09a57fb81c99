/* SPDX-License-Identifier: MIT */
#include "ledger/row.h"

#include <stddef.h>

#include "base/error.h"
#include "ledger/schema.h"
#include "ledger/store.h"
#include "model/name.h"

#define LAST_SECOND INT64_C(253402300799) /* of the year 9999, the last that a date can show */

static const struct ses_str nothing = {0};

void ses_row_damaged(struct ses_row *row, struct ses_str value, const char *sentence)
{
    if (row->error == 0)
        row->error = ses_store_refuse(row->query->ledger, SES_LEDGER_DAMAGED, value, SES_EIO,
                                      sentence, row->findings);
}

struct ses_str ses_row_text(struct ses_row *row, int column)
{
    struct ses_str text = nothing;
    int error;

    if (row->error != 0)
        return nothing;
    error = ses_query_text(row->query, column, row->arena, &text);
    if (error == SES_EINVALID)
        ses_row_damaged(row, nothing, "damaged ledger: a text with a NUL byte");
    else
        row->error = error;
    return row->error == 0 ? text : nothing;
}

struct ses_str ses_row_name(struct ses_row *row, int column, bool may_be_empty)
{
    struct ses_str text = ses_row_text(row, column);
    struct ses_name_flaw flaw;
    struct ses_name name;
    int error;

    if (row->error != 0 || (may_be_empty && text.len == 0))
        return nothing;
    error = ses_name_parse(text, row->arena, &name, &flaw);
    if (error == SES_EINVALID || (error == 0 && !ses_str_eq(name.text, text)))
        ses_row_damaged(row, text, "damaged ledger: not a DNS name as it writes them");
    else
        row->error = error;
    return row->error == 0 ? text : nothing;
}

struct ses_str ses_row_key(struct ses_row *row, int column, bool may_be_empty)
{
    struct ses_str text = ses_row_text(row, column);

    if (row->error == 0 && !(may_be_empty && text.len == 0) && !ses_word_is_key(text))
        ses_row_damaged(row, text, "damaged ledger: not the key of a ticket");
    return row->error == 0 ? text : nothing;
}

struct ses_str ses_row_digest(struct ses_row *row, int column)
{
    struct ses_str text = ses_row_text(row, column);

    if (row->error == 0 && !ses_word_is_digest(text))
        ses_row_damaged(row, text, "damaged ledger: not a digest");
    return row->error == 0 ? text : nothing;
}

int64_t ses_row_time(struct ses_row *row, int column)
{
    int64_t seconds = row->error == 0 ? ses_query_number(row->query, column) : 0;

    if (seconds >= 0 && seconds <= LAST_SECOND)
        return seconds;
    ses_row_damaged(row, nothing, "damaged ledger: a time that is none");
    return 0;
}

int ses_row_word(struct ses_row *row, int column, const struct ses_words *words)
{
    struct ses_str text = ses_row_text(row, column);
    int found = row->error == 0 ? ses_words_find(words, text) : 0;

    if (found >= 0)
        return found;
    ses_row_damaged(row, text, "damaged ledger: not a word that it knows");
    return 0;
}

struct ses_lifetime ses_row_lifetime(struct ses_row *row, int word, int date)
{
    struct ses_lifetime lifetime = {
        .kind = (enum ses_lifetime_kind)ses_row_word(row, word, &ses_lifetime_words)};
    struct ses_str text = ses_row_text(row, date);
    bool good = lifetime.kind == SES_LIFETIME_POC ? ses_date_parse(text, &lifetime.expires) == 0
                                                  : text.len == 0;

    if (row->error == 0 && !good)
        ses_row_damaged(row, text, "damaged ledger: not the expiration date of such a lifetime");
    return lifetime;
}

struct ses_address ses_row_address(struct ses_row *row, int column)
{
    struct ses_str text = ses_row_text(row, column);
    struct ses_address address = {0};

    if (row->error == 0 &&
        (ses_address_parse(text, &address) != 0 || !ses_str_eq(text, ses_str_of(address.text))))
        ses_row_damaged(row, text, "damaged ledger: not an address as it writes them");
    return address;
}

struct ses_ledger_ticket ses_row_ticket(struct ses_row *row)
{
    struct ses_ledger_ticket ticket = {
        .key = ses_row_key(row, SES_LIST_KEY, false),
        .subject = ses_row_text(row, SES_LIST_TICKET_SUBJECT),
        .digest = ses_row_digest(row, SES_LIST_TICKET_DIGEST),
        .refers_to = ses_row_key(row, SES_LIST_REFERS_TO, true),
        .instance = ses_row_text(row, SES_LIST_INSTANCE),
        .table = ses_row_text(row, SES_LIST_CLASS),
        .record = ses_row_text(row, SES_LIST_RECORD),
        .number = ses_row_text(row, SES_LIST_NUMBER),
        .state = ses_row_text(row, SES_LIST_STATE),
        .intended_at = ses_row_time(row, SES_LIST_INTENDED_AT),
        .sent_at = ses_row_time(row, SES_LIST_SENT_AT),
        .opened_at = ses_row_time(row, SES_LIST_OPENED_AT),
        .attached_at = ses_row_time(row, SES_LIST_ATTACHED_AT),
    };
    struct ses_str operation = ses_row_text(row, SES_LIST_OPERATION);

    if (row->error == 0 && !ses_operation_parse(operation, &ticket.operation))
        ses_row_damaged(row, operation, "damaged ledger: not an operation");
    return ticket;
}
