/* SPDX-License-Identifier: MIT */
#include "verify/before.h"

#include <libpsl.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/name.h"
#include "verify/judge.h"

/* One call of ses_judge_before: it begins anew each time, until every answer is there. */
struct search {
    struct ses_verification *verification;
    struct ses_before *before;
    bool pending;
};

static const struct ses_answer *look(struct search *search, struct ses_str name,
                                     enum ses_qtype type)
{
    const struct ses_answer *answer = ses_look(search->verification, name, type);

    search->pending |= !answer;
    return answer;
}

static bool is_noted(const struct ses_before *before, enum ses_verify_code code,
                     const struct ses_question *question)
{
    for (size_t i = 0; i < before->obstacle_count; i++) {
        const struct ses_obstacle *obstacle = &before->obstacles[i];

        if (obstacle->code == &ses_verify_codes[code] &&
            obstacle->question.type == question->type &&
            ses_str_eq(obstacle->question.name, question->name))
            return true;
    }
    return false;
}

/* What shows at a question is said once. `rrs` are what was found; their texts are copied. */
static void note(struct search *search, enum ses_verify_code code,
                 const struct ses_question *question, struct ses_str sentence,
                 const struct ses_rr *rrs, size_t count)
{
    struct ses_verification *verification = search->verification;
    struct ses_before *before = search->before;
    struct ses_obstacle obstacle = {.code = &ses_verify_codes[code], .question = *question};
    int error = verification->error;

    if (error != 0 || is_noted(before, code, question))
        return;
    error = ses_arena_grow(&verification->answers, &before->obstacles, before->obstacle_count,
                           &before->obstacle_capacity, sizeof(*before->obstacles));
    if (error == 0)
        error = ses_arena_copy(&verification->answers, question->name, &obstacle.question.name);
    if (error == 0)
        error = ses_arena_copy(&verification->answers, sentence, &obstacle.sentence);
    if (error == 0) {
        obstacle.found = ses_format_rrs(verification, rrs, count);
        obstacle.found_count = count;
        error = verification->error;
    }
    if (error == 0)
        before->obstacles[before->obstacle_count++] = obstacle;
    verification->error = error;
}

static void note_unknown(struct search *search, const struct ses_question *question,
                         const struct ses_answer *answer)
{
    bool bogus = answer->status == SES_ANSWER_BOGUS;
    char sentence[SES_MAX_SENTENCE];

    snprintf(sentence, sizeof(sentence), "%s%s%.*s", ses_answer_status_name(answer->status),
             answer->reason.len > 0 ? ": " : "", SES_STR_ARG(answer->reason));
    note(search, bogus ? SES_BEFORE_BOGUS : SES_BEFORE_UNKNOWN, question, ses_str_of(sentence),
         NULL, 0);
}

/* `owner` as a part of `name`, which is canonical; false where it is not above it. */
static bool is_above(struct ses_str owner, struct ses_str name, struct ses_str *ret_part)
{
    for (; name.len > 0; name = ses_name_parent(name)) {
        if (ses_name_is(owner, name)) {
            *ret_part = name;
            return true;
        }
    }
    *ret_part = name;
    return ses_str_eq(owner, SES_STR("."));
}

/* Goes up from the subject until an answer names the zone. A CNAME at a name hides whose zone the
 * name is in, so it is passed by. */
static bool find_zone(struct search *search, struct ses_str *ret_zone)
{
    struct ses_before *before = search->before;

    for (struct ses_str name = search->verification->subject; name.len > 0;
         name = ses_name_parent(name)) {
        const struct ses_question question = {name, SES_QTYPE_SOA};
        const struct ses_answer *answer = look(search, name, SES_QTYPE_SOA);
        const struct ses_rr *soa;

        if (!answer)
            return false;
        if (answer->status >= SES_ANSWER_BOGUS) {
            note_unknown(search, &question, answer);
            return false;
        }
        soa = answer->count > 0 ? &answer->rrs[0] : answer->soa;
        if (answer->chain_count > 0 || !soa || !is_above(soa->owner, name, ret_zone))
            continue;
        before->primary = soa->name;
        before->contact = soa->contact;
        before->is_signed = answer->secure;
        return true;
    }
    return false;
}

/* True where names below `zone` are registered by the public: the zone is a registry's. */
static bool is_registry(struct ses_str zone)
{
    char text[SES_MAX_NAME + 1];

    if (zone.len > SES_MAX_NAME)
        return false;
    memcpy(text, zone.ptr, zone.len);
    text[zone.len] = '\0';
    /* Without the rule "*", by which every last label that is not listed would be one. */
    return psl_builtin() &&
           psl_is_public_suffix2(psl_builtin(), text, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) != 0;
}

static void list_name_servers(struct search *search)
{
    struct ses_before *before = search->before;
    const struct ses_answer *answer = look(search, before->zone, SES_QTYPE_NS);

    if (!answer)
        return;
    before->name_servers = ses_format_rrs(search->verification, answer->rrs, answer->count);
    before->name_server_count = before->name_servers ? answer->count : 0;
}

/* False where nobody could publish anything, so that to look on is in vain. */
static bool look_at_zone(struct search *search)
{
    const struct ses_question question = {search->verification->subject, SES_QTYPE_SOA};
    struct ses_str zone;

    if (!find_zone(search, &zone))
        return false;
    if (zone.len == 0) {
        *search->before = (struct ses_before){0};
        note(search, SES_BEFORE_NOT_PUBLIC, &question,
             SES_STR("the public DNS has no such last label"), NULL, 0);
        return false;
    }
    search->before->zone = zone;
    list_name_servers(search);
    if (search->verification->zone.len > 0 && !ses_str_eq(search->verification->zone, zone))
        note(search, SES_BEFORE_ZONE, &question, SES_STR("another zone holds the domain"), NULL, 0);
    if (!is_registry(zone) || ses_str_eq(zone, question.name))
        return true;
    note(search, SES_BEFORE_UNREGISTERED, &question,
         SES_STR("the registry does not delegate the domain"), NULL, 0);
    return false;
}

static bool same_answer(const struct ses_answer *a, const struct ses_answer *b)
{
    if (a->chain_count > 0 || b->chain_count > 0)
        return a->chain_count > 0 && b->chain_count > 0 &&
               ses_str_eq_nocase(a->chain[0].name, b->chain[0].name);
    return a->count > 0 && b->count > 0 && a->rrs[0].type == b->rrs[0].type &&
           ses_str_eq(a->rrs[0].text, b->rrs[0].text) &&
           ses_str_eq_nocase(a->rrs[0].name, b->rrs[0].name) &&
           ses_address_eq(&a->rrs[0].address, &b->rrs[0].address);
}

/* One wildcard may answer at several places. */
static bool is_noted_wildcard(struct search *search, const struct ses_rr *rr)
{
    const struct ses_before *before = search->before;
    const struct ses_str *text = ses_format_rrs(search->verification, rr, 1);

    for (size_t i = 0; i < before->obstacle_count && text; i++) {
        if (before->obstacles[i].code == &ses_verify_codes[SES_BEFORE_WILDCARD] &&
            ses_str_eq(before->obstacles[i].found[0], text[0]))
            return true;
    }
    return false;
}

/* Asks for a name beside `owner` that nobody has. True where `answer` is what a wildcard gives. */
static bool is_wildcard(struct search *search, struct ses_str owner, enum ses_qtype type,
                        const struct ses_answer *answer)
{
    struct ses_str parent = ses_name_parent(owner);
    struct ses_str label = search->verification->options->random_label;
    char text[SES_MAX_NAME + SES_MAX_LABEL + 2];
    struct ses_question question = {.name = {text, 0}, .type = type};
    const struct ses_answer *there;
    const struct ses_rr *first;

    question.name.len =
        (size_t)snprintf(text, sizeof(text), "%.*s.%.*s", SES_STR_ARG(label), SES_STR_ARG(parent));
    if (label.len > SES_MAX_LABEL || question.name.len > SES_MAX_NAME)
        return false;
    there = look(search, question.name, type);
    if (!there || (there->count == 0 && there->chain_count == 0))
        return false;
    first = there->chain_count > 0 ? there->chain : there->rrs;
    if (!is_noted_wildcard(search, first))
        note(search, SES_BEFORE_WILDCARD, &question, SES_STR("a name that nobody has is answered"),
             first, 1);
    return same_answer(there, answer);
}

/* The zone that a negative answer is about may be another one, below ours. */
static void look_at_cut(struct search *search, const struct ses_answer *answer)
{
    struct ses_question question = {.type = SES_QTYPE_SOA};
    struct ses_str zone = search->before->zone;
    const struct ses_rr *soa = answer->chain_count == 0 ? answer->soa : NULL;

    if (!soa || zone.len == 0 || soa->owner.len <= zone.len ||
        !ses_str_ends_nocase(soa->owner, zone))
        return;
    question.name = soa->owner;
    note(search, SES_BEFORE_OTHER_ZONE, &question,
         SES_STR("a record lies in a zone of its own below the domain's"), soa, 1);
}

/* A name without a TXT exists all the same: with other data, or only because names lie below it. */
static void look_for_others(struct search *search, const struct ses_expectation *expectation)
{
    static const enum ses_qtype types[] = {SES_QTYPE_A, SES_QTYPE_AAAA, SES_QTYPE_MX, SES_QTYPE_NS};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        const struct ses_question question = {expectation->question.name, types[i]};
        const struct ses_answer *answer = look(search, question.name, question.type);

        if (answer && answer->count > 0 && answer->chain_count == 0 &&
            !is_wildcard(search, question.name, question.type, answer))
            note(search, SES_BEFORE_OCCUPIED, &question,
                 SES_STR("other data stands where the CNAME is to be"), answer->rrs, answer->count);
    }
}

static void look_where_cname(struct search *search, const struct ses_expectation *expectation)
{
    const struct ses_question question = {expectation->question.name, SES_QTYPE_TXT};
    const struct ses_answer *answer = look(search, question.name, question.type);
    bool wild;

    if (!answer || expectation->verdict == SES_VERDICT_OK)
        return;
    wild = is_wildcard(search, question.name, question.type, answer);
    if (answer->status == SES_ANSWER_NODATA)
        look_for_others(search, expectation);
    if (wild || (answer->count == 0 && answer->chain_count == 0))
        return;
    note(search, SES_BEFORE_OCCUPIED, &question,
         answer->chain_count > 0 ? SES_STR("another CNAME stands there")
                                 : SES_STR("a TXT record stands where the CNAME is to be"),
         answer->chain_count > 0 ? answer->chain : answer->rrs,
         answer->chain_count > 0 ? 1 : answer->count);
}

static void look_where_value(struct search *search, const struct ses_expectation *expectation)
{
    const struct ses_question *question = &expectation->question;
    const struct ses_answer *answer = look(search, question->name, question->type);
    bool is_mx = expectation->kind == SES_EXPECT_MX;

    if (!answer || expectation->verdict == SES_VERDICT_OK ||
        is_wildcard(search, question->name, question->type, answer))
        return;
    if (answer->chain_count > 0) {
        note(search, SES_BEFORE_CNAME, question, SES_STR("a CNAME stands there"), answer->chain, 1);
    } else if (is_mx && answer->count > 0) {
        note(search, SES_BEFORE_MX, question, SES_STR("the name has another MX"), answer->rrs,
             answer->count);
    } else if (expectation->verdict == SES_VERDICT_DIFFERENT) {
        note(search, SES_BEFORE_KEEP, question,
             SES_STR("such a record stands there already, and only one may"), answer->rrs,
             answer->count);
    }
}

static void look_where_node(struct search *search, const struct ses_expectation *expectation)
{
    const struct ses_question *question = &expectation->question;
    const struct ses_answer *answer = look(search, question->name, question->type);

    /* What an address points to before the change is its provider's name for it. */
    if (!answer || expectation->verdict != SES_VERDICT_DIFFERENT ||
        expectation->kind != SES_EXPECT_FORWARD)
        return;
    note(search, SES_BEFORE_NODE, question, SES_STR("the name has another address"), answer->rrs,
         answer->count);
}

static void look_at(struct search *search, const struct ses_expectation *expectation)
{
    const struct ses_question *question = &expectation->question;
    const struct ses_answer *answer;

    if (expectation->kind == SES_EXPECT_KEY)
        return;
    answer = ses_look(search->verification, question->name,
                      expectation->record == SES_RECORD_DKIM ? SES_QTYPE_TXT : question->type);
    if (answer)
        look_at_cut(search, answer);
    if (answer &&
        (expectation->verdict == SES_VERDICT_UNKNOWN || expectation->verdict == SES_VERDICT_BOGUS))
        note_unknown(search, question, answer);
    else if (expectation->kind == SES_EXPECT_CNAME)
        look_where_cname(search, expectation);
    else if (expectation->kind == SES_EXPECT_TXT || expectation->kind == SES_EXPECT_MX)
        look_where_value(search, expectation);
    else
        look_where_node(search, expectation);
}

bool ses_judge_before(struct ses_verification *verification)
{
    const struct ses_expectations *expectations = &verification->expectations;
    const struct ses_question subject = {verification->subject, SES_QTYPE_SOA};
    struct search search = {verification, &verification->before, false};

    verification->before = (struct ses_before){0};
    if (look_at_zone(&search)) {
        for (size_t i = 0; i < expectations->count && verification->error == 0; i++)
            look_at(&search, &expectations->items[i]);
    }
    if (verification->live == SES_LIVE)
        note(&search, SES_BEFORE_LIVE, &subject, SES_STR("all records are there already"), NULL, 0);
    return !search.pending;
}
