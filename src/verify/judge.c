/* SPDX-License-Identifier: MIT */
#include "verify/judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/name.h"

bool ses_name_is(struct ses_str text, struct ses_str name)
{
    return ses_str_eq_nocase(text, name);
}

bool ses_is_expected(const struct ses_expectation *expectation, const struct ses_rr *rr)
{
    switch (expectation->kind) {
    case SES_EXPECT_TXT:
        return ses_str_eq(rr->text, expectation->value);
    case SES_EXPECT_FORWARD:
        return ses_address_eq(&rr->address, &expectation->address);
    case SES_EXPECT_MX:
        return rr->preference == expectation->preference &&
               ses_name_is(rr->name, expectation->target);
    default:
        return ses_name_is(rr->name, expectation->target);
    }
}

bool ses_has_expected(const struct ses_expectation *expectation, const struct ses_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        if (ses_is_expected(expectation, &answer->rrs[i]))
            return true;
    }
    return false;
}

struct ses_rr *ses_answer_room(struct ses_verification *verification,
                               const struct ses_answer *answer)
{
    struct ses_rr *room =
        ses_arena_array(&verification->answers, answer->count, sizeof(struct ses_rr));

    if (!room && verification->error == 0)
        verification->error = SES_ENOMEM;
    return room;
}

const struct ses_str *ses_format_rrs(struct ses_verification *verification,
                                     const struct ses_rr *rrs, size_t count)
{
    struct ses_arena *arena = &verification->answers;
    struct ses_str *texts = ses_arena_array(arena, count, sizeof(*texts));
    int error = texts ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < count && error == 0; i++)
        error = ses_rr_format(&rrs[i], arena, &texts[i]);
    if (error != 0 && verification->error == 0)
        verification->error = error;
    return error == 0 ? texts : NULL;
}

void ses_keep_found(struct ses_verification *verification, struct ses_expectation *expectation,
                    const struct ses_rr *rrs, size_t count)
{
    expectation->found = ses_format_rrs(verification, rrs, count);
    expectation->found_count = expectation->found ? count : 0;
}

static void reset(struct ses_expectation *expectation, enum ses_verdict verdict,
                  const struct ses_answer *answer)
{
    expectation->verdict = verdict;
    expectation->code = NULL;
    expectation->sentence = expectation->at = (struct ses_str){0};
    expectation->found = NULL;
    expectation->found_count = 0;
    expectation->bits = 0;
    expectation->secure = answer && answer->secure;
}

bool ses_conclude_ok(struct ses_expectation *expectation, const struct ses_answer *answer)
{
    reset(expectation, SES_VERDICT_OK, answer);
    return true;
}

bool ses_conclude(struct ses_verification *verification, struct ses_expectation *expectation,
                  enum ses_verdict verdict, enum ses_verify_code code, const char *format, ...)
{
    char sentence[SES_MAX_SENTENCE];
    va_list values;
    int error;

    reset(expectation, verdict, NULL);
    expectation->code = &ses_verify_codes[code];
    va_start(values, format);
    vsnprintf(sentence, sizeof(sentence), format, values);
    va_end(values);
    error = ses_arena_copy(&verification->answers, ses_str_of(sentence), &expectation->sentence);
    if (error != 0 && verification->error == 0)
        verification->error = error;
    return true;
}

bool ses_conclude_unknown(struct ses_verification *verification,
                          struct ses_expectation *expectation, const struct ses_answer *answer)
{
    bool bogus = answer->status == SES_ANSWER_BOGUS;

    return ses_conclude(verification, expectation, bogus ? SES_VERDICT_BOGUS : SES_VERDICT_UNKNOWN,
                        bogus ? SES_VERIFY_BOGUS : SES_VERIFY_UNKNOWN, "%s%s%.*s",
                        ses_answer_status_name(answer->status), answer->reason.len > 0 ? ": " : "",
                        SES_STR_ARG(answer->reason));
}

/* Where a form that adds the zone to what is typed puts a name that was typed whole. */
static bool double_name(struct ses_str name, struct ses_str zone, char doubled[SES_MAX_NAME + 1],
                        struct ses_str *ret_doubled)
{
    if (zone.len == 0 || name.len + 1 + zone.len > SES_MAX_NAME)
        return false;
    ret_doubled->ptr = doubled;
    ret_doubled->len = (size_t)snprintf(doubled, SES_MAX_NAME + 1, "%.*s.%.*s", SES_STR_ARG(name),
                                        SES_STR_ARG(zone));
    return true;
}

static bool conclude_doubled(struct ses_verification *verification,
                             struct ses_expectation *expectation, struct ses_str doubled)
{
    int error;

    ses_conclude(verification, expectation, SES_VERDICT_MISSING, SES_VERIFY_DOUBLED,
                 "the record stands at a name with the zone in it twice");
    error = ses_arena_copy(&verification->answers, doubled, &expectation->at);
    if (error != 0 && verification->error == 0)
        verification->error = error;
    return true;
}

bool ses_conclude_missing(struct ses_verification *verification,
                          struct ses_expectation *expectation, const struct ses_answer *answer)
{
    const struct ses_str zones[] = {verification->subject, verification->zone};

    for (size_t i = 0; i < 2 && expectation->kind != SES_EXPECT_REVERSE; i++) {
        char text[SES_MAX_NAME + 1];
        const struct ses_answer *there;
        struct ses_str doubled;

        if (!double_name(expectation->question.name, zones[i], text, &doubled))
            continue;
        there = ses_look(verification, doubled, expectation->question.type);
        if (!there)
            return false;
        if (ses_has_expected(expectation, there))
            return conclude_doubled(verification, expectation, doubled);
    }
    ses_conclude(verification, expectation, SES_VERDICT_MISSING, SES_VERIFY_MISSING, "%s",
                 answer->count > 0         ? "other values stand there, and not this one"
                 : answer->chain_count > 0 ? "a CNAME stands there, and nothing behind it"
                                           : ses_answer_status_name(answer->status));
    ses_keep_found(verification, expectation, answer->count > 0 ? answer->rrs : answer->chain,
                   answer->count > 0 ? answer->count : answer->chain_count);
    expectation->secure = answer->secure;
    return true;
}

bool ses_conclude_several(struct ses_verification *verification,
                          struct ses_expectation *expectation, const struct ses_rr *rrs,
                          size_t count)
{
    ses_conclude(verification, expectation, SES_VERDICT_DIFFERENT, SES_VERIFY_SEVERAL,
                 "%zu records stand there, and there must be one", count);
    ses_keep_found(verification, expectation, rrs, count);
    return true;
}

bool ses_conclude_without(struct ses_verification *verification,
                          struct ses_expectation *expectation, const struct ses_answer *answer)
{
    if (answer->status == SES_ANSWER_NODATA || answer->status == SES_ANSWER_NXDOMAIN)
        return ses_conclude_missing(verification, expectation, answer);
    if (answer->status != SES_ANSWER_LOOP)
        return ses_conclude_unknown(verification, expectation, answer);
    ses_conclude(verification, expectation, SES_VERDICT_DIFFERENT, SES_VERIFY_DIFFERENT, "%s",
                 ses_answer_status_name(answer->status));
    ses_keep_found(verification, expectation, answer->chain, answer->chain_count);
    return true;
}
