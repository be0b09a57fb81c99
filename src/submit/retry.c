/* SPDX-License-Identifier: MIT */
#include "submit/retry.h"

#include <stddef.h>

/* How long to wait before the next request. */
enum pause { NONE, SHORT, QUEUE };

/* What a reply means for a request that changes something, and for one that only reads. The first
 * row that matches holds. `needs` is looked at beside the status. */
enum need { ANYTHING, RULE, FAILED, MFA, DATA };

static const struct {
    unsigned from, to; /* of the status */
    enum need needs;
    enum ses_outcome write, read;
    enum pause pause;
    bool shared, refuses;
    const char *why;
} rows[] = {
    {200, 299, DATA, SES_OUTCOME_GOOD, SES_OUTCOME_GOOD, NONE, false, false, "it was done"},
    /* A sleeping developer instance, and a page to log in of a proxy, come with 200 (reference:
     * 1.6). */
    {200, 299, ANYTHING, SES_OUTCOME_AMBIGUOUS, SES_OUTCOME_AGAIN, SHORT, true, false,
     "the reply is a page, not data: the instance sleeps, or a proxy wants a log-in"},
    {300, 399, ANYTHING, SES_OUTCOME_REFUSED, SES_OUTCOME_REFUSED, NONE, false, false,
     "it was redirected, and credentials do not follow"},
    {401, 401, MFA, SES_OUTCOME_REFUSED, SES_OUTCOME_REFUSED, NONE, false, false,
     "the instance wants a second factor from this user"},
    {401, 401, ANYTHING, SES_OUTCOME_REFUSED, SES_OUTCOME_REFUSED, NONE, false, false,
     "the instance does not accept the credentials"},
    /* Known to come after the operation succeeded (KB2697679). */
    {403, 403, FAILED, SES_OUTCOME_AMBIGUOUS, SES_OUTCOME_REFUSED, NONE, false, true,
     "the instance says that it failed, which it does at times when it was done"},
    {403, 403, ANYTHING, SES_OUTCOME_REFUSED, SES_OUTCOME_REFUSED, NONE, false, false,
     "the user may not do this"},
    {400, 400, ANYTHING, SES_OUTCOME_REFUSED, SES_OUTCOME_REFUSED, NONE, false, false,
     "the instance does not understand the request"},
    {404, 404, ANYTHING, SES_OUTCOME_REFUSED, SES_OUTCOME_REFUSED, NONE, false, false,
     "there is no such table or record, or none that the user may see"},
    {405, 406, ANYTHING, SES_OUTCOME_REFUSED, SES_OUTCOME_REFUSED, NONE, false, false,
     "the instance does not offer this"},
    {408, 408, ANYTHING, SES_OUTCOME_AMBIGUOUS, SES_OUTCOME_AGAIN, SHORT, false, false,
     "the instance gave up waiting for the request"},
    {413, 415, ANYTHING, SES_OUTCOME_REFUSED, SES_OUTCOME_REFUSED, NONE, false, false,
     "the request is too long, or of a type that the instance does not take"},
    /* With the headers of a rule it is denied before it is executed; without them it may come from
     * anywhere on the way (reference: 6, 7.6). */
    {429, 429, RULE, SES_OUTCOME_AGAIN, SES_OUTCOME_AGAIN, QUEUE, true, false,
     "a rate limit of the instance is reached"},
    {429, 429, ANYTHING, SES_OUTCOME_AMBIGUOUS, SES_OUTCOME_AGAIN, QUEUE, true, false,
     "the queue of the instance is full"},
    {400, 499, ANYTHING, SES_OUTCOME_AMBIGUOUS, SES_OUTCOME_REFUSED, NONE, false, true,
     "the instance refuses for a reason that is not documented"},
    {502, 504, ANYTHING, SES_OUTCOME_AMBIGUOUS, SES_OUTCOME_AGAIN, SHORT, true, false,
     "the instance is not available"},
    {500, 599, ANYTHING, SES_OUTCOME_AMBIGUOUS, SES_OUTCOME_AGAIN, SHORT, false, false,
     "the instance failed"},
    {0, ~0U, ANYTHING, SES_OUTCOME_AMBIGUOUS, SES_OUTCOME_AGAIN, SHORT, false, false,
     "the reply has a status that does not exist"},
};

/* The type without its parameters. */
static bool is_data(const struct ses_http_reply *reply)
{
    struct ses_str type = ses_str_of(reply->content_type);

    type = ses_str_trim(ses_str_slice(type, 0, ses_str_find(type, ';')));
    return reply->status == 204 || ses_str_eq_nocase(type, SES_STR("application/json")) ||
           ses_str_eq_nocase(type, SES_STR("application/xml")) ||
           ses_str_eq_nocase(type, SES_STR("text/xml")) ||
           /* An export that is fetched again. */
           ses_str_eq_nocase(type, SES_STR("text/csv")) ||
           ses_str_ends_nocase(type, SES_STR("+json"));
}

static bool has(const struct ses_http_reply *reply, enum need need)
{
    switch (need) {
    case RULE:
        return reply->has_rule;
    case FAILED:
        return ses_str_contains_nocase(ses_buf_str(&reply->body), SES_STR("Operation Failed"));
    case MFA:
        return reply->wants_mfa;
    case DATA:
        return is_data(reply);
    default:
        return true;
    }
}

/* Doubles with each attempt, up to the longest, and lies anywhere in the upper half of that: many
 * who failed at once do not come back at once. */
static int64_t spread(int64_t first, unsigned attempt, uint32_t random)
{
    int64_t whole = first;

    while (attempt-- > 1 && whole < SES_RETRY_MAX_MS)
        whole *= 2;
    if (whole > SES_RETRY_MAX_MS)
        whole = SES_RETRY_MAX_MS;
    return whole / 2 + (int64_t)(random % (uint64_t)(whole / 2 + 1));
}

/* Without a reply. */
static struct ses_retry judge_end(const struct ses_http_reply *reply, bool writes)
{
    struct ses_retry retry = {.verdict = SES_OUTCOME_AGAIN};

    switch (reply->end) {
    case SES_HTTP_UNSENT:
        retry.why = "the instance cannot be reached";
        return retry;
    case SES_HTTP_UNUSABLE:
        retry.verdict = SES_OUTCOME_REFUSED;
        retry.why = "no connection can be made that may be used";
        return retry;
    default:
        retry.verdict = writes ? SES_OUTCOME_AMBIGUOUS : SES_OUTCOME_AGAIN;
        retry.why = "no whole reply came";
        return retry;
    }
}

struct ses_retry ses_retry_judge(const struct ses_http_reply *reply, bool writes, unsigned attempt,
                                 uint32_t random)
{
    struct ses_retry retry = judge_end(reply, writes);
    enum pause pause = SHORT;
    int64_t asked = reply->has_retry_after ? (int64_t)reply->retry_after * 1000 : 0;
    size_t i = 0;

    if (reply->end == SES_HTTP_REPLIED) {
        while (reply->status < rows[i].from || reply->status > rows[i].to ||
               !has(reply, rows[i].needs))
            i++;
        retry = (struct ses_retry){.verdict = writes ? rows[i].write : rows[i].read,
                                   .shared = rows[i].shared,
                                   .refuses = rows[i].refuses,
                                   .why = rows[i].why};
        pause = rows[i].pause;
    }
    if (retry.verdict == SES_OUTCOME_GOOD || retry.verdict == SES_OUTCOME_REFUSED)
        return retry;
    if (pause != NONE)
        retry.pause_ms =
            spread(pause == QUEUE ? SES_RETRY_QUEUE_MS : SES_RETRY_FIRST_MS, attempt, random);
    if (asked > retry.pause_ms)
        retry.pause_ms = asked;
    return retry;
}
