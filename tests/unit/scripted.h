/* SPDX-License-Identifier: MIT */
/* A resolver for tests that answers from a table, the last question first.
 *
 * A row is a record: name, type and data; CNAMEs are followed, and what is not there is NODATA or
 * NXDOMAIN with the SOA of the nearest zone above. A row with a status is what the server does
 * instead, for all types where the type is 0. */
#ifndef SES_TESTS_SCRIPTED_H
#define SES_TESTS_SCRIPTED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/name.h"
#include "verify/resolver.h"

#define SCRIPTED_RECORDS 16 /* in an answer */

struct scripted_row {
    const char *name;
    enum ses_qtype type;
    const char *data; /* an address, a name, a text; "10 host" for MX; the contact for SOA */
    enum ses_answer_status status;
    const char *reason;
};

struct scripted_question {
    struct ses_question question;
    void (*done)(void *context, const struct ses_answer *answer);
    void *context;
};

struct scripted {
    struct ses_resolver resolver;
    const struct scripted_row *rows; /* ends with a name of NULL */
    bool recursive;                  /* follows CNAMEs to names that it does not have */
    size_t limit;                    /* questions on their way */
    size_t asked;                    /* ever */
    struct scripted_question waiting[64];
    char names[64][SES_MAX_NAME + 1];
    size_t count;
    struct ses_rr chain[SCRIPTED_RECORDS], rrs[SCRIPTED_RECORDS], soa; /* of the last answer */
};

static inline int scripted_ask(struct ses_resolver *resolver, const struct ses_question *question,
                               void (*done)(void *context, const struct ses_answer *answer),
                               void *context)
{
    struct scripted *scripted = (struct scripted *)resolver;
    char *name = scripted->names[scripted->count];

    if (scripted->count >= scripted->limit)
        return SES_ELIMIT;
    memcpy(name, question->name.ptr, question->name.len);
    scripted->waiting[scripted->count++] =
        (struct scripted_question){{{name, question->name.len}, question->type}, done, context};
    scripted->asked++;
    return 0;
}

static inline const struct scripted_row *scripted_find(const struct scripted *scripted,
                                                       struct ses_str name, int type)
{
    for (const struct scripted_row *row = scripted->rows; row->name; row++) {
        if (ses_str_eq_nocase(ses_str_of(row->name), name) && (type < 0 || (int)row->type == type))
            return row;
    }
    return NULL;
}

static inline bool scripted_exists(const struct scripted *scripted, struct ses_str name)
{
    for (const struct scripted_row *row = scripted->rows; row->name; row++) {
        if (ses_name_is_in(ses_str_of(row->name), name))
            return true;
    }
    return false;
}

static inline struct ses_rr scripted_rr(const struct scripted_row *row)
{
    struct ses_rr rr = {.owner = ses_str_of(row->name), .type = row->type, .ttl = 300};
    struct ses_str data = ses_str_of(row->data);
    size_t blank = ses_str_find(data, ' ');

    if (row->type == SES_QTYPE_TXT)
        rr.text = data;
    else if (row->type == SES_QTYPE_A || row->type == SES_QTYPE_AAAA)
        (void)!ses_address_parse(data, &rr.address);
    else if (row->type == SES_QTYPE_SOA)
        rr.contact = data;
    else if (row->type == SES_QTYPE_MX &&
             ses_str_to_number(ses_str_slice(data, 0, blank), UINT16_MAX, &rr.preference))
        rr.name = ses_str_slice(data, blank + 1, data.len);
    else
        rr.name = data;
    return rr;
}

static inline struct ses_answer scripted_answer(struct scripted *scripted,
                                                const struct ses_question *question)
{
    struct ses_rr *chain = scripted->chain;
    struct ses_rr *rrs = scripted->rrs;
    struct ses_answer answer = {.recursive = scripted->recursive, .chain = chain, .rrs = rrs};
    const struct scripted_row *row;
    struct ses_str name = question->name;

    while (question->type != SES_QTYPE_CNAME && answer.chain_count < SCRIPTED_RECORDS &&
           (row = scripted_find(scripted, name, SES_QTYPE_CNAME)) != NULL) {
        chain[answer.chain_count++] = scripted_rr(row);
        name = ses_str_of(row->data);
    }
    answer.status = SES_ANSWER_LOOP;
    if (answer.chain_count == SCRIPTED_RECORDS)
        return answer;
    for (row = scripted->rows; row->name; row++) {
        bool here = ses_str_eq_nocase(ses_str_of(row->name), name);

        if (here && row->status != SES_ANSWER_DATA &&
            (row->type == question->type || row->type == 0)) {
            answer.status = row->status;
            answer.reason = ses_str_of(row->reason);
            return answer;
        }
        if (here && row->type == question->type && answer.count < SCRIPTED_RECORDS)
            rrs[answer.count++] = scripted_rr(row);
    }
    answer.forked = question->type == SES_QTYPE_CNAME && answer.count > 1;
    answer.status = answer.count > 0                                 ? SES_ANSWER_DATA
                    : scripted_exists(scripted, name)                ? SES_ANSWER_NODATA
                    : answer.chain_count > 0 && !scripted->recursive ? SES_ANSWER_ELSEWHERE
                                                                     : SES_ANSWER_NXDOMAIN;
    for (; name.len > 0 && answer.count == 0 && !answer.soa; name = ses_name_parent(name)) {
        row = scripted_find(scripted, name, SES_QTYPE_SOA);
        if (row) {
            scripted->soa = scripted_rr(row);
            answer.soa = &scripted->soa;
        }
    }
    return answer;
}

static inline int scripted_wait(struct ses_resolver *resolver, int milliseconds)
{
    struct scripted *scripted = (struct scripted *)resolver;

    (void)milliseconds;
    while (scripted->count > 0) {
        struct scripted_question asked = scripted->waiting[--scripted->count];
        struct ses_answer answer = scripted_answer(scripted, &asked.question);

        asked.done(asked.context, &answer);
    }
    return 0;
}

#endif
