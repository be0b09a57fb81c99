/* SPDX-License-Identifier: MIT */
/* Verdicts on nodes: the name leads to the address, and the address back to the name (RFC 8601
 * section 2.7.3). */
#include "verify/judge.h"

static bool judge(struct ses_verification *verification, struct ses_expectation *expectation,
                  const struct ses_answer *answer)
{
    if (answer->status != SES_ANSWER_DATA)
        return ses_conclude_without(verification, expectation, answer);
    if (ses_has_expected(expectation, answer))
        return ses_conclude_ok(expectation, answer);
    ses_conclude(verification, expectation, SES_VERDICT_DIFFERENT, SES_VERIFY_DIFFERENT, "%s",
                 expectation->kind == SES_EXPECT_FORWARD ? "the name has another address"
                                                         : "the address has another name");
    ses_keep_found(verification, expectation, answer->rrs, answer->count);
    return true;
}

bool ses_judge_forward(struct ses_verification *verification, struct ses_expectation *expectation)
{
    const struct ses_answer *answer =
        ses_look(verification, expectation->question.name, expectation->question.type);

    return answer && judge(verification, expectation, answer);
}

bool ses_judge_reverse(struct ses_verification *verification, struct ses_expectation *expectation)
{
    const struct ses_answer *answer =
        ses_look(verification, expectation->question.name, SES_QTYPE_PTR);

    if (!answer)
        return false;
    if (!ses_has_expected(expectation, answer) || answer->count < 2)
        return judge(verification, expectation, answer);
    ses_conclude(verification, expectation, SES_VERDICT_OK, SES_VERIFY_PTR_SEVERAL,
                 "the address has %zu names", answer->count);
    ses_keep_found(verification, expectation, answer->rrs, answer->count);
    expectation->secure = answer->secure;
    return true;
}
