/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "verify/resolver.h"

static const struct {
    enum ses_qtype type;
    const char *name;
} type_names[] = {
    {SES_QTYPE_A, "A"},     {SES_QTYPE_NS, "NS"},     {SES_QTYPE_CNAME, "CNAME"},
    {SES_QTYPE_SOA, "SOA"}, {SES_QTYPE_PTR, "PTR"},   {SES_QTYPE_MX, "MX"},
    {SES_QTYPE_TXT, "TXT"}, {SES_QTYPE_AAAA, "AAAA"},
};

const char *ses_qtype_name(enum ses_qtype type)
{
    for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++) {
        if (type_names[i].type == type)
            return type_names[i].name;
    }
    return "TYPE";
}

bool ses_answer_is_unknown(const struct ses_answer *answer)
{
    return answer->status > SES_ANSWER_BOGUS;
}

const char *ses_answer_status_name(enum ses_answer_status status)
{
    static const char *const names[] = {
        [SES_ANSWER_DATA] = "answered",
        [SES_ANSWER_NODATA] = "no such record",
        [SES_ANSWER_NXDOMAIN] = "no such name",
        [SES_ANSWER_ELSEWHERE] = "a CNAME leads to where this server does not ask",
        [SES_ANSWER_LOOP] = "the CNAMEs lead in a circle",
        [SES_ANSWER_BOGUS] = "DNSSEC validation failed",
        [SES_ANSWER_SERVFAIL] = "the server failed (SERVFAIL)",
        [SES_ANSWER_REFUSED] = "the server refused to answer (REFUSED)",
        [SES_ANSWER_LAME] = "the server does not have the zone",
        [SES_ANSWER_RCODE] = "the server did not answer the question",
        [SES_ANSWER_TRUNCATED] = "the answer was cut, and could not be had over TCP",
        [SES_ANSWER_MALFORMED] = "the answer is not a DNS message",
        [SES_ANSWER_TIMEOUT] = "no answer in time",
        [SES_ANSWER_UNREACHABLE] = "nothing listens at the server's address",
    };

    return names[status];
}

static int copy_rr(const struct ses_rr *rr, struct ses_arena *arena, struct ses_rr *ret_copy)
{
    int error;

    *ret_copy = *rr;
    error = ses_arena_copy(arena, rr->owner, &ret_copy->owner);
    if (error == 0)
        error = ses_arena_copy(arena, rr->name, &ret_copy->name);
    if (error == 0)
        error = ses_arena_copy(arena, rr->text, &ret_copy->text);
    return error != 0 ? error : ses_arena_copy(arena, rr->contact, &ret_copy->contact);
}

static int copy_rrs(const struct ses_rr *rrs, size_t count, struct ses_arena *arena,
                    const struct ses_rr **ret_copies)
{
    struct ses_rr *copies = ses_arena_array(arena, count, sizeof(*copies));
    int error = copies ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < count && error == 0; i++)
        error = copy_rr(&rrs[i], arena, &copies[i]);
    *ret_copies = copies;
    return error;
}

int ses_answer_copy(const struct ses_answer *answer, struct ses_arena *arena,
                    struct ses_answer *ret_copy)
{
    struct ses_answer copy = *answer;
    int error = ses_arena_copy(arena, answer->reason, &copy.reason);

    if (error == 0)
        error = copy_rrs(answer->chain, answer->chain_count, arena, &copy.chain);
    if (error == 0)
        error = copy_rrs(answer->rrs, answer->count, arena, &copy.rrs);
    if (error == 0 && answer->soa)
        error = copy_rrs(answer->soa, 1, arena, &copy.soa);
    if (error == 0)
        *ret_copy = copy;
    return error;
}

int ses_rr_format(const struct ses_rr *rr, struct ses_arena *arena, struct ses_str *ret_text)
{
    switch (rr->type) {
    case SES_QTYPE_A:
    case SES_QTYPE_AAAA:
        return ses_arena_copy(arena, ses_str_of(rr->address.text), ret_text);
    case SES_QTYPE_MX:
        return ses_arena_printf(arena, ret_text, "%u %.*s", rr->preference, SES_STR_ARG(rr->name));
    case SES_QTYPE_TXT:
        return ses_arena_copy(arena, rr->text, ret_text);
    default:
        return ses_arena_copy(arena, rr->name, ret_text);
    }
}

void ses_resolver_freep(struct ses_resolver **resolver)
{
    if (*resolver)
        (*resolver)->free(*resolver);
    *resolver = NULL;
}
