/* SPDX-License-Identifier: MIT */
/* Verdicts on records that point to a name: CNAME and MX. */
#include "verify/judge.h"

/* True for "<target>.<anything>": what a zone file makes of a target without its final dot. */
static bool is_appended(struct ses_str text, struct ses_str target)
{
    return target.len > 0 && text.len > target.len && text.ptr[target.len] == '.' &&
           ses_name_is(ses_str_slice(text, 0, target.len), target);
}

static bool conclude_other(struct ses_verification *verification,
                           struct ses_expectation *expectation, const struct ses_rr *rrs,
                           size_t count)
{
    if (is_appended(rrs[0].name, expectation->target))
        ses_conclude(verification, expectation, SES_VERDICT_DIFFERENT, SES_VERIFY_TARGET_APPENDED,
                     "the target has the zone appended to it");
    else
        ses_conclude(verification, expectation, SES_VERDICT_DIFFERENT, SES_VERIFY_DIFFERENT,
                     "something else stands there");
    ses_keep_found(verification, expectation, rrs, count);
    return true;
}

/* `rrs` are what must be one record, and the expected one. */
static bool judge_single(struct ses_verification *verification, struct ses_expectation *expectation,
                         const struct ses_answer *answer, const struct ses_rr *rrs, size_t count)
{
    if (count > 1)
        return ses_conclude_several(verification, expectation, rrs, count);
    if (!ses_is_expected(expectation, &rrs[0]))
        return conclude_other(verification, expectation, rrs, count);
    return ses_conclude_ok(expectation, answer);
}

/* By an answer to a question for the CNAME itself. */
static bool judge_by_cname(struct ses_verification *verification,
                           struct ses_expectation *expectation)
{
    const struct ses_answer *answer =
        ses_look(verification, expectation->question.name, SES_QTYPE_CNAME);

    if (!answer)
        return false;
    if (answer->status == SES_ANSWER_DATA)
        return judge_single(verification, expectation, answer, answer->rrs, answer->count);
    return ses_conclude_without(verification, expectation, answer);
}

/* One question for the TXT tells of the CNAME and of the key behind it. SES asks so too: a server
 * can answer for the CNAME and fail for the TXT (Developer Guide, troubleshooting DKIM). */
bool ses_judge_cname(struct ses_verification *verification, struct ses_expectation *expectation)
{
    const struct ses_answer *answer;

    if (expectation->record != SES_RECORD_DKIM)
        return judge_by_cname(verification, expectation);
    answer = ses_look(verification, expectation->question.name, SES_QTYPE_TXT);
    if (!answer)
        return false;
    if (answer->chain_count > 0 && !answer->forked)
        return judge_single(verification, expectation, answer, answer->chain, 1);
    if (answer->forked || answer->status >= SES_ANSWER_BOGUS)
        return judge_by_cname(verification, expectation);
    if (answer->status != SES_ANSWER_DATA)
        return ses_conclude_missing(verification, expectation, answer);
    ses_conclude(verification, expectation, SES_VERDICT_DIFFERENT, SES_VERIFY_NOT_CNAME,
                 "a TXT record is served in its place");
    ses_keep_found(verification, expectation, answer->rrs, answer->count);
    return true;
}

bool ses_judge_mx(struct ses_verification *verification, struct ses_expectation *expectation)
{
    const struct ses_answer *answer =
        ses_look(verification, expectation->question.name, SES_QTYPE_MX);

    if (!answer)
        return false;
    if (answer->status == SES_ANSWER_DATA)
        return judge_single(verification, expectation, answer, answer->rrs, answer->count);
    return ses_conclude_without(verification, expectation, answer);
}
