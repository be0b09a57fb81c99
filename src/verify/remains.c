/* SPDX-License-Identifier: MIT */
#include "verify/remains.h"

#include "base/error.h"
#include "verify/judge.h"

/* The record itself, and not what a CNAME in its place leads to. */
static bool stands(const struct ses_expectation *expectation, const struct ses_answer *answer)
{
    return answer->chain_count == 0 && ses_has_expected(expectation, answer);
}

bool ses_judge_remains(struct ses_verification *verification, struct ses_expectation *expectation)
{
    const struct ses_answer *answer;

    /* The key and the PTR are Amazon's. */
    if (expectation->kind == SES_EXPECT_KEY || expectation->kind == SES_EXPECT_REVERSE) {
        expectation->verdict = SES_VERDICT_SKIPPED;
        return true;
    }
    answer = ses_look(verification, expectation->question.name, expectation->question.type);
    if (!answer)
        return false;
    if (stands(expectation, answer))
        return ses_conclude_ok(expectation, answer);
    if (answer->status >= SES_ANSWER_BOGUS)
        return ses_conclude_unknown(verification, expectation, answer);
    return ses_conclude(verification, expectation, SES_VERDICT_MISSING, SES_VERIFY_MISSING, "%s",
                        ses_answer_status_name(answer->status));
}

static bool is_asked_for(const struct ses_expectations *expectations,
                         const struct ses_question *question, const struct ses_rr *rr)
{
    for (size_t i = 0; i < expectations->count; i++) {
        const struct ses_expectation *expectation = &expectations->items[i];

        if (expectation->kind != SES_EXPECT_KEY && expectation->question.type == question->type &&
            ses_str_eq(expectation->question.name, question->name) &&
            ses_is_expected(expectation, rr))
            return true;
    }
    return false;
}

static bool is_noted(const struct ses_neighbours *neighbours, const struct ses_question *question,
                     struct ses_str text)
{
    for (size_t i = 0; i < neighbours->count; i++) {
        const struct ses_neighbour *noted = &neighbours->items[i];

        if (noted->question.type == question->type &&
            ses_str_eq(noted->question.name, question->name) && ses_str_eq(noted->text, text))
            return true;
    }
    return false;
}

static int note(struct ses_verification *verification, const struct ses_question *question,
                const struct ses_rr *rr)
{
    struct ses_neighbours *neighbours = &verification->neighbours;
    struct ses_neighbour neighbour = {.question = *question};
    int error = ses_rr_format(rr, &verification->answers, &neighbour.text);

    if (error != 0 || is_noted(neighbours, question, neighbour.text))
        return error;
    error = ses_arena_grow(&verification->answers, &neighbours->items, neighbours->count,
                           &neighbours->capacity, sizeof(*neighbours->items));
    if (error == 0)
        neighbours->items[neighbours->count++] = neighbour;
    return error;
}

/* True when the answer is there. */
static bool look_beside(struct ses_verification *verification, struct ses_str name,
                        enum ses_qtype type)
{
    const struct ses_answer *answer = ses_look(verification, name, type);
    const struct ses_question question = {name, type};

    if (!answer)
        return false;
    /* Behind a CNAME there are records of another name. */
    for (size_t i = 0; i < answer->count && answer->chain_count == 0; i++) {
        if (verification->error == 0 &&
            !is_asked_for(&verification->expectations, &question, &answer->rrs[i]))
            verification->error = note(verification, &question, &answer->rrs[i]);
    }
    return true;
}

/* What people keep at names of mail. Beside a CNAME there is nothing else (RFC 1034 section 3.6.2).
 */
static bool look_at_name(struct ses_verification *verification,
                         const struct ses_expectation *expectation)
{
    static const enum ses_qtype types[] = {SES_QTYPE_TXT, SES_QTYPE_MX, SES_QTYPE_A,
                                           SES_QTYPE_AAAA};
    bool known = true;

    if (expectation->kind == SES_EXPECT_CNAME)
        return look_beside(verification, expectation->question.name, SES_QTYPE_CNAME);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        known &= look_beside(verification, expectation->question.name, types[i]);
    return known;
}

bool ses_judge_neighbours(struct ses_verification *verification)
{
    const struct ses_expectations *expectations = &verification->expectations;
    bool known = true;

    verification->neighbours = (struct ses_neighbours){0};
    for (size_t i = 0; i < expectations->count; i++) {
        if (expectations->items[i].verdict == SES_VERDICT_OK)
            known &= look_at_name(verification, &expectations->items[i]);
    }
    return known;
}
