/* SPDX-License-Identifier: MIT */
/* The DKIM key behind a CNAME: a CNAME alone signs nothing. */
#include "model/dkim_key.h"
#include "verify/judge.h"

static const char *const states[] = {
    [SES_DKIM_KEY_PLACEHOLDER] = "the key is a placeholder",
    [SES_DKIM_KEY_PEM] = "the key has the header or footer of a file",
    [SES_DKIM_KEY_IS_CNAME] = "there is a name in place of a key",
    [SES_DKIM_KEY_NO_TAG] = "the record has no key (p=)",
    [SES_DKIM_KEY_REVOKED] = "the key was revoked (an empty p=)",
    [SES_DKIM_KEY_BLANK] = "the key has a blank inside",
    [SES_DKIM_KEY_NOT_BASE64] = "the key is not whole base64",
    [SES_DKIM_KEY_NOT_A_KEY] = "the key is not a DER public key",
    [SES_DKIM_KEY_NOT_RSA] = "the key is not RSA",
};

static bool judge_key(struct ses_verification *verification, struct ses_expectation *expectation,
                      const struct ses_answer *answer)
{
    struct ses_dkim_key key = ses_dkim_key_parse(answer->rrs[0].text);

    if (key.state == SES_DKIM_KEY_GOOD) {
        ses_conclude_ok(expectation, answer);
        expectation->bits = key.bits;
        return true;
    }
    if (key.state == SES_DKIM_KEY_BITS)
        ses_conclude(verification, expectation, SES_VERDICT_DIFFERENT, SES_VERIFY_KEY_INVALID,
                     "RSA key of %d bits, want %d to %d", key.bits, SES_MIN_DKIM_BITS,
                     SES_MAX_DKIM_BITS);
    else
        ses_conclude(verification, expectation, SES_VERDICT_DIFFERENT, SES_VERIFY_KEY_INVALID, "%s",
                     states[key.state]);
    ses_keep_found(verification, expectation, answer->rrs, 1);
    return true;
}

bool ses_judge_key(struct ses_verification *verification, struct ses_expectation *expectation)
{
    const struct ses_expectation *cname = expectation - 1;
    const struct ses_answer *answer =
        ses_look(verification, expectation->question.name, SES_QTYPE_TXT);

    if (!answer)
        return false;
    /* Behind another CNAME, or none, there is nothing of ours to look at. */
    if (cname->verdict != SES_VERDICT_OK) {
        ses_conclude_ok(expectation, NULL);
        expectation->verdict = SES_VERDICT_SKIPPED;
        return true;
    }
    switch (answer->status) {
    case SES_ANSWER_DATA:
        if (answer->count > 1)
            return ses_conclude_several(verification, expectation, answer->rrs, answer->count);
        return judge_key(verification, expectation, answer);
    case SES_ANSWER_ELSEWHERE:
        return ses_conclude(verification, expectation, SES_VERDICT_SKIPPED, SES_VERIFY_KEY_UNSEEN,
                            "the server that was asked does not know what lies behind the CNAME");
    case SES_ANSWER_NODATA:
    case SES_ANSWER_NXDOMAIN:
    case SES_ANSWER_LOOP:
        return ses_conclude(verification, expectation, SES_VERDICT_MISSING, SES_VERIFY_KEY_MISSING,
                            "no key behind the CNAME: %s", ses_answer_status_name(answer->status));
    default:
        return ses_conclude_unknown(verification, expectation, answer);
    }
}
