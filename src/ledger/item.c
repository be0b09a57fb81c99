/* SPDX-License-Identifier: MIT */
/* Items of a ledger: what was asked for, read back as requests. */
#include "base/error.h"
#include "ledger/ledger.h"
#include "ledger/query.h"
#include "ledger/row.h"
#include "ledger/store.h"
#include "ledger/word.h"
#include "model/name.h"

/* What belongs to a request stands in rows of other tables. Each function reads one of them. */
struct part {
    struct ses_ledger *ledger;
    struct ses_request *request;
    struct ses_arena *arena;
    struct ses_findings *findings;
};

static int read_record(struct part *part, struct ses_row *row)
{
    struct ses_record *record = ses_arena_alloc(part->arena, sizeof(*record));
    struct ses_str type = ses_row_text(row, 0);

    if (!record)
        return SES_ENOMEM;
    record->owner = ses_row_name(row, 1, false);
    record->value = ses_row_text(row, 2);
    if (row->error == 0 && !ses_rrtype_parse(type, &record->type))
        ses_row_damaged(row, type, "damaged ledger: not a type of record");
    if (row->error == 0)
        row->error = ses_record_classify(record, part->arena);
    if (row->error == 0)
        row->error = ses_request_add_record(part->request, part->arena, record);
    return row->error;
}

static int read_node(struct part *part, struct ses_row *row)
{
    struct ses_node node = {
        .name = ses_row_name(row, 0, false),
        .address = ses_row_address(row, 1),
        .address_text = ses_row_text(row, 1),
        .allocation = ses_row_text(row, 2),
    };

    node.name_text = node.name;
    return row->error != 0 ? row->error : ses_request_add_node(part->request, part->arena, &node);
}

struct columns {
    struct ses_str *names, *values; /* arena */
    size_t name_capacity, value_capacity;
};

static int read_column(struct part *part, struct ses_row *row, struct columns *columns)
{
    size_t count = part->request->extra_count;
    struct ses_str name = ses_row_text(row, 0);
    struct ses_str value = ses_row_text(row, 1);
    int error = row->error;

    if (error == 0)
        error = ses_arena_grow(part->arena, &columns->names, count, &columns->name_capacity,
                               sizeof(*columns->names));
    if (error == 0)
        error = ses_arena_grow(part->arena, &columns->values, count, &columns->value_capacity,
                               sizeof(*columns->values));
    if (error != 0)
        return error;
    columns->names[count] = name;
    columns->values[count] = value;
    part->request->extra_names = columns->names;
    part->request->extra_values = columns->values;
    part->request->extra_count++;
    return 0;
}

static int read_part(struct part *part, struct ses_row *row, enum ses_statement statement,
                     struct columns *columns)
{
    if (statement == SES_STATEMENT_RECORDS)
        return read_record(part, row);
    return statement == SES_STATEMENT_NODES ? read_node(part, row)
                                            : read_column(part, row, columns);
}

static int read_parts(struct part *part, enum ses_statement statement, int64_t id)
{
    struct columns columns = {0};
    struct ses_query query;
    size_t count = 0;
    bool more = true;
    int error = 0;

    ses_query_open(&query, part->ledger, statement);
    ses_query_bind_number(&query, id);
    while (error == 0 && more) {
        struct ses_row row = {.query = &query, .arena = part->arena, .findings = part->findings};

        error = ses_query_step(&query, &more, part->findings);
        if (error == 0 && more && ++count > SES_MAX_LEDGER_LIST) {
            ses_row_damaged(&row, part->request->subject, "damaged ledger: a list without end");
            error = row.error;
        }
        if (error == 0 && more)
            error = read_part(part, &row, statement, &columns);
    }
    ses_query_close(&query);
    return error;
}

static int read_request(struct ses_ledger *ledger, struct ses_row *row,
                        const struct ses_ledger_ticket *ticket, struct ses_request *request)
{
    struct part part = {
        .ledger = ledger, .request = request, .arena = row->arena, .findings = row->findings};
    enum ses_subject_kind kind =
        (enum ses_subject_kind)ses_row_word(row, SES_LIST_KIND, &ses_kind_words);
    struct ses_str digest = ses_row_digest(row, SES_LIST_DIGEST);
    int64_t id = ses_query_number(row->query, SES_LIST_REQUEST);
    int error;

    ses_request_init(request, kind);
    request->operation = ticket->operation;
    request->earlier.key = ticket->refers_to;
    request->subject = ses_row_name(row, SES_LIST_SUBJECT, false);
    request->zone = ses_row_name(row, SES_LIST_ZONE, true);
    request->lifetime = ses_row_lifetime(row, SES_LIST_LIFETIME, SES_LIST_EXPIRES);
    request->contact = ses_row_text(row, SES_LIST_CONTACT);
    request->purpose = ses_row_text(row, SES_LIST_PURPOSE);
    request->account = ses_row_text(row, SES_LIST_ACCOUNT);
    request->region = ses_row_text(row, SES_LIST_REGION);
    request->group = ses_row_text(row, SES_LIST_GROUP);
    if (row->error != 0)
        return row->error;
    memcpy(request->digest, digest.ptr, digest.len);
    error = ses_name_to_unicode(request->subject, row->arena, &request->subject_unicode);
    if (error == 0)
        error = read_parts(&part, SES_STATEMENT_RECORDS, id);
    if (error == 0)
        error = read_parts(&part, SES_STATEMENT_NODES, id);
    if (error == 0)
        error = read_parts(&part, SES_STATEMENT_COLUMNS, id);
    return error != 0 ? error : ses_request_settle(request, row->arena);
}

static int read_item(struct ses_ledger *ledger, struct ses_row *row, struct ses_ledger_item *item)
{
    struct ses_request *request = ses_arena_alloc(row->arena, sizeof(*request));

    if (!request)
        return SES_ENOMEM;
    *item = (struct ses_ledger_item){
        .ticket = ses_row_ticket(row),
        .request = request,
        .dns = (enum ses_ledger_dns)ses_row_word(row, SES_LIST_DNS, &ses_dns_words),
        .dns_at = ses_row_time(row, SES_LIST_DNS_AT),
        .removed_at = ses_row_time(row, SES_LIST_REMOVED_AT),
        .removed_by = ses_row_key(row, SES_LIST_REMOVED_BY, true),
        .renewed_by = ses_row_key(row, SES_LIST_RENEWED_BY, true),
        .lifetime = ses_row_lifetime(row, SES_LIST_CURRENT_LIFETIME, SES_LIST_CURRENT_EXPIRES),
    };
    return row->error != 0 ? row->error : read_request(ledger, row, &item->ticket, request);
}

static void bind_or_null(struct ses_query *query, struct ses_str text)
{
    if (text.len > 0)
        ses_query_bind(query, text);
    else
        ses_query_bind_null(query);
}

/* An index finds the items of a ticket or of a subject. */
static void open_list(struct ses_query *query, struct ses_ledger *ledger,
                      const struct ses_ledger_filter *filter, char date[SES_DATE_TEXT])
{
    bool by_key = filter->key.len > 0;

    ses_query_open(query, ledger,
                   by_key                    ? SES_STATEMENT_LIST_KEY
                   : filter->subject.len > 0 ? SES_STATEMENT_LIST_SUBJECT
                                             : SES_STATEMENT_LIST_ALL);
    bind_or_null(query, by_key ? filter->key : filter->subject);
    bind_or_null(query, filter->subject);
    bind_or_null(query, filter->operation ? ses_str_of(ses_operation_name(*filter->operation))
                                          : (struct ses_str){0});
    date[0] = '\0';
    if (filter->expires_by)
        ses_date_format(*filter->expires_by, date);
    bind_or_null(query, ses_str_of(date));
    ses_query_bind_number(query, filter->not_removed);
    ses_query_bind_number(query, filter->not_continued);
}

int ses_ledger_list(struct ses_ledger *ledger, const struct ses_ledger_filter *filter,
                    int (*take)(void *context, const struct ses_ledger_item *item), void *context,
                    struct ses_findings *findings)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    char date[SES_DATE_TEXT];
    struct ses_query query;
    bool more = true;
    int error = 0;

    if (!ledger->database)
        return 0;
    open_list(&query, ledger, filter, date);
    while (error == 0 && more) {
        struct ses_row row = {.query = &query, .arena = &arena, .findings = findings};
        struct ses_ledger_item item;

        ses_arena_clear(&arena);
        error = ses_query_step(&query, &more, findings);
        if (error == 0 && more)
            error = read_item(ledger, &row, &item);
        if (error == 0 && more)
            error = take(context, &item);
    }
    ses_query_close(&query);
    return error;
}
