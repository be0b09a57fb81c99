/* SPDX-License-Identifier: MIT */
/* From answers to verdicts: inside this room only.
 *
 * A judge looks an answer up. Where it is not there yet, the lookup notes the question, and the
 * judge comes back without a verdict; it is called again from its start when all that is open was
 * answered. So a judge reads as if DNS answered at once. */
#ifndef SES_VERIFY_JUDGE_H
#define SES_VERIFY_JUDGE_H

#include "verify/code.h"
#include "verify/verify.h"

/* The answer, or NULL: then it has been noted to be asked, or the verification has failed. */
const struct ses_answer *ses_look(struct ses_verification *verification, struct ses_str name,
                                  enum ses_qtype type);

/* Each returns true when `expectation` has its verdict. */
bool ses_judge_cname(struct ses_verification *verification, struct ses_expectation *expectation);
/* Stands right behind its CNAME, which was judged before it. */
bool ses_judge_key(struct ses_verification *verification, struct ses_expectation *expectation);
bool ses_judge_txt(struct ses_verification *verification, struct ses_expectation *expectation);
bool ses_judge_mx(struct ses_verification *verification, struct ses_expectation *expectation);
bool ses_judge_forward(struct ses_verification *verification, struct ses_expectation *expectation);
bool ses_judge_reverse(struct ses_verification *verification, struct ses_expectation *expectation);

/* What stands in the way, once all expectations have their verdict. True when all is known. */
bool ses_judge_before(struct ses_verification *verification);

/* In place of the above, of a request that is to go. */
bool ses_judge_remains(struct ses_verification *verification, struct ses_expectation *expectation);

/* What stands beside it, once all expectations have their verdict. True when all is known. */
bool ses_judge_neighbours(struct ses_verification *verification);

/* Sets the verdict, and what is said of it. Returns true. */
bool ses_conclude_ok(struct ses_expectation *expectation, const struct ses_answer *answer);
bool ses_conclude(struct ses_verification *verification, struct ses_expectation *expectation,
                  enum ses_verdict verdict, enum ses_verify_code code, const char *format, ...)
    SES_PRINTF(5, 6);

/* The same for an answer that tells nothing about records: bogus or unknown. */
bool ses_conclude_unknown(struct ses_verification *verification,
                          struct ses_expectation *expectation, const struct ses_answer *answer);

/* The same where the records that were asked for are not there: looks for them at the places where
 * mistakes put them. May need another answer, and then returns false. */
bool ses_conclude_missing(struct ses_verification *verification,
                          struct ses_expectation *expectation, const struct ses_answer *answer);

/* The same for an answer without records of the type: missing, unknown, or a circle of CNAMEs. */
bool ses_conclude_without(struct ses_verification *verification,
                          struct ses_expectation *expectation, const struct ses_answer *answer);

/* The same for several records where there must be one. */
bool ses_conclude_several(struct ses_verification *verification,
                          struct ses_expectation *expectation, const struct ses_rr *rrs,
                          size_t count);

/* The data of records as texts. NULL where there is none, or where memory is exhausted. */
const struct ses_str *ses_format_rrs(struct ses_verification *verification,
                                     const struct ses_rr *rrs, size_t count);

/* Keeps records as what was found. */
void ses_keep_found(struct ses_verification *verification, struct ses_expectation *expectation,
                    const struct ses_rr *rrs, size_t count);

/* True where the text of a name in an answer is `name`. */
bool ses_name_is(struct ses_str text, struct ses_str name);

/* True where one of the records is the expected one, exactly. */
bool ses_is_expected(const struct ses_expectation *expectation, const struct ses_rr *rr);
bool ses_has_expected(const struct ses_expectation *expectation, const struct ses_answer *answer);

/* Room for as many records as the answer has. NULL where memory is exhausted. */
struct ses_rr *ses_answer_room(struct ses_verification *verification,
                               const struct ses_answer *answer);

#endif
