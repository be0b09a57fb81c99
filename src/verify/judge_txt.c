/* SPDX-License-Identifier: MIT */
/* Verdicts on TXT records: values are compared byte by byte, with the strings of a record joined
 * (RFC 7208 section 3.3, RFC 6376 section 3.6.2.2). */
#include "verify/judge.h"

/* The shortest beginning of a value that says which value it is. */
#define LEAST_BEGINNING 16

/* Of some kinds there may be one at a name. Others stand side by side: verification tokens of other
 * accounts and Regions, and whatever else has the name. */
static bool is_rival(const struct ses_expectation *expectation, struct ses_str text)
{
    switch (expectation->record) {
    case SES_RECORD_SPF: /* RFC 7208 section 4.5 */
        return ses_str_starts_nocase(text, SES_STR("v=spf1")) &&
               (text.len == 6 || text.ptr[6] == ' ');
    case SES_RECORD_DMARC: /* RFC 7489 section 6.6.3 */
        return ses_str_starts_nocase(text, SES_STR("v=DMARC1"));
    case SES_RECORD_DKIM_KEY:
        return true;
    default:
        return false;
    }
}

/* What quotation marks, backslashes, blanks and case make of a value, taken away. */
static bool next_plain(struct ses_str *rest, char *ret_byte)
{
    while (rest->len > 0) {
        char byte = rest->ptr[0];

        *rest = ses_str_slice(*rest, 1, rest->len);
        if (byte == '"' || byte == '\\' || byte == ' ' || byte == '\t')
            continue;
        *ret_byte = byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
        return true;
    }
    return false;
}

static bool is_same_but_for_form(struct ses_str a, struct ses_str b)
{
    char of_a = 0;
    char of_b = 0;

    while (next_plain(&a, &of_a)) {
        if (!next_plain(&b, &of_b) || of_a != of_b)
            return false;
    }
    return !next_plain(&b, &of_b);
}

/* A semicolon begins a comment in a zone file (RFC 1035 section 5.1), so that a value may end where
 * it has its first. */
static bool is_cut(struct ses_str text, struct ses_str value)
{
    return text.len < value.len && ses_str_starts(value, text) &&
           (text.len >= LEAST_BEGINNING || (text.len > 0 && value.ptr[text.len] == ';'));
}

/* One value in two records, in any order. */
static bool is_split(const struct ses_answer *answer, size_t i, struct ses_str value)
{
    struct ses_str text = answer->rrs[i].text;
    struct ses_str rest = ses_str_slice(value, text.len, value.len);

    if (!is_cut(text, value))
        return false;
    for (size_t k = 0; k < answer->count; k++) {
        if (k != i && ses_str_eq(answer->rrs[k].text, rest))
            return true;
    }
    return false;
}

/* How the value was damaged to give record `i`; NULL where that is another value. */
static const char *damage_of(const struct ses_expectation *expectation,
                             const struct ses_answer *answer, size_t i)
{
    struct ses_str value = expectation->value;
    struct ses_str text = answer->rrs[i].text;

    if (ses_str_eq_nocase(text, value))
        return "the value has letters of another case";
    if (is_same_but_for_form(text, value))
        return "the value has other quotation marks, backslashes or blanks";
    if (is_split(answer, i, value))
        return "the value was split into two records";
    return is_cut(text, value) ? "the value was cut" : NULL;
}

static const char *find_damage(const struct ses_expectation *expectation,
                               const struct ses_answer *answer)
{
    const char *damage = NULL;

    for (size_t i = 0; i < answer->count && !damage; i++)
        damage = damage_of(expectation, answer, i);
    return damage;
}

/* The records that may not stand beside the expected one, itself included. */
static size_t list_rivals(const struct ses_expectation *expectation,
                          const struct ses_answer *answer, struct ses_rr *rivals)
{
    size_t count = 0;

    for (size_t i = 0; i < answer->count; i++) {
        if (is_rival(expectation, answer->rrs[i].text))
            rivals[count++] = answer->rrs[i];
    }
    return count;
}

static bool judge_values(struct ses_verification *verification, struct ses_expectation *expectation,
                         const struct ses_answer *answer)
{
    struct ses_rr *rivals = ses_answer_room(verification, answer);
    const char *damage = find_damage(expectation, answer);
    size_t count;

    if (!rivals)
        return false;
    count = list_rivals(expectation, answer, rivals);
    if (ses_has_expected(expectation, answer)) {
        if (count > 1)
            return ses_conclude_several(verification, expectation, rivals, count);
        return ses_conclude_ok(expectation, answer);
    }
    if (!damage && count == 0)
        return ses_conclude_missing(verification, expectation, answer);
    ses_conclude(verification, expectation, SES_VERDICT_DIFFERENT,
                 damage ? SES_VERIFY_VALUE_DAMAGED : SES_VERIFY_DIFFERENT, "%s",
                 damage ? damage : "something else stands there");
    ses_keep_found(verification, expectation, damage ? answer->rrs : rivals,
                   damage ? answer->count : count);
    return true;
}

bool ses_judge_txt(struct ses_verification *verification, struct ses_expectation *expectation)
{
    const struct ses_answer *answer =
        ses_look(verification, expectation->question.name, SES_QTYPE_TXT);

    if (!answer)
        return false;
    if (answer->status == SES_ANSWER_DATA)
        return judge_values(verification, expectation, answer);
    return ses_conclude_without(verification, expectation, answer);
}
