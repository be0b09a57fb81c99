/* SPDX-License-Identifier: MIT */
#include "submit/client.h"

#include <stdio.h>

#include "base/error.h"

/* Waits are cut into pieces of this length, so that a stop which another thread noticed is not
 * slept through. */
#define NAP_MS 200

void ses_patience_init(struct ses_patience *patience, struct ses_clock *clock,
                       struct ses_watch *watch, int64_t budget_ms)
{
    *patience = (struct ses_patience){.clock = clock,
                                      .watch = watch,
                                      .budget_ms = budget_ms,
                                      .random = (uint32_t)clock->now(clock)};
    pthread_mutex_init(&patience->lock, NULL);
}

void ses_patience_done(struct ses_patience *patience)
{
    pthread_mutex_destroy(&patience->lock);
}

bool ses_patience_is_stopped(struct ses_patience *patience)
{
    bool stopped;

    pthread_mutex_lock(&patience->lock);
    if (!patience->clock->wait(patience->clock, 0))
        patience->stopped = true;
    stopped = patience->stopped;
    pthread_mutex_unlock(&patience->lock);
    return stopped;
}

/* Takes the time out of the budget. False where that does not hold it. */
static bool spend(struct ses_patience *patience, int64_t milliseconds)
{
    bool good;

    pthread_mutex_lock(&patience->lock);
    good = !patience->stopped && patience->waited_ms + milliseconds <= patience->budget_ms;
    if (good)
        patience->waited_ms += milliseconds;
    else if (!patience->stopped)
        patience->is_spent = true;
    pthread_mutex_unlock(&patience->lock);
    return good;
}

bool ses_patience_is_spent(struct ses_patience *patience)
{
    bool spent;

    pthread_mutex_lock(&patience->lock);
    spent = patience->is_spent;
    pthread_mutex_unlock(&patience->lock);
    return spent;
}

bool ses_patience_wait(struct ses_patience *patience, int64_t milliseconds, const char *why)
{
    struct ses_clock *clock = patience->clock;
    int64_t end = clock->now(clock) + milliseconds;
    int64_t left = milliseconds;

    if (milliseconds <= 0)
        return !ses_patience_is_stopped(patience);
    if (!spend(patience, milliseconds))
        return false;
    if (patience->watch)
        patience->watch->waits(patience->watch, milliseconds, why);
    while (left > 0) {
        if (!clock->wait(clock, left < NAP_MS ? left : NAP_MS) || ses_patience_is_stopped(patience))
            return false;
        left = end - clock->now(clock);
    }
    return true;
}

/* A pause of one is a pause of all: the instance has one queue and one count. */
static void be_quiet(struct ses_patience *patience, int64_t milliseconds)
{
    int64_t until = patience->clock->now(patience->clock) + milliseconds;

    pthread_mutex_lock(&patience->lock);
    if (patience->quiet_until < until)
        patience->quiet_until = until;
    pthread_mutex_unlock(&patience->lock);
}

static bool wait_until_quiet_ends(struct ses_patience *patience)
{
    int64_t left;

    pthread_mutex_lock(&patience->lock);
    left = patience->quiet_until - patience->clock->now(patience->clock);
    pthread_mutex_unlock(&patience->lock);
    return ses_patience_wait(patience, left, "the instance asked everybody to wait");
}

/* Spreads pauses; nobody's secret depends on it. Numerical Recipes' constants. */
static uint32_t next_random(struct ses_patience *patience)
{
    uint32_t random;

    pthread_mutex_lock(&patience->lock);
    patience->random = patience->random * 1664525u + 1013904223u;
    random = patience->random;
    pthread_mutex_unlock(&patience->lock);
    return random >> 8;
}

void ses_client_init(struct ses_client *client, struct ses_http *http, struct ses_auth *auth,
                     struct ses_patience *patience)
{
    *client = (struct ses_client){
        .http = http, .auth = auth, .patience = patience, .max_attempts = SES_MAX_ATTEMPTS};
    ses_http_reply_init(&client->reply);
}

void ses_client_done(struct ses_client *client)
{
    ses_http_reply_done(&client->reply);
    ses_auth_free(client->auth);
    ses_http_free(client->http);
}

static int send_once(struct ses_client *client, const struct ses_http_request *request, bool writes,
                     unsigned attempt)
{
    int error;

    ses_http_reply_clear(&client->reply);
    error = ses_auth_send(client->auth, client->http, request, &client->reply, &client->refused_us);
    if (error == 0)
        /* Where we were refused the request itself was never sent. */
        client->judged = ses_retry_judge(&client->reply, writes && !client->refused_us, attempt,
                                         next_random(client->patience));
    return error;
}

int ses_client_send(struct ses_client *client, const struct ses_http_request *request, bool writes,
                    enum ses_outcome *ret_outcome)
{
    struct ses_patience *patience = client->patience;
    unsigned attempt = 0;

    for (;;) {
        int error;

        *ret_outcome = SES_OUTCOME_AGAIN;
        if (!wait_until_quiet_ends(patience))
            return 0;
        error = writes && client->before_write ? client->before_write(client->context) : 0;
        if (error == 0)
            error = send_once(client, request, writes, ++attempt);
        if (error != 0)
            return error;
        if (client->judged.shared)
            be_quiet(patience, client->judged.pause_ms);
        *ret_outcome = client->judged.verdict;
        if (client->judged.verdict != SES_OUTCOME_AGAIN)
            return 0;
        /* A pause that was asked for is no failed attempt. */
        if (client->reply.has_retry_after)
            attempt--;
        if (attempt >= client->max_attempts ||
            !ses_patience_wait(patience, client->judged.pause_ms, client->judged.why))
            return 0;
    }
}

void ses_client_doubt(struct ses_client *client, const char *why)
{
    client->judged.verdict = SES_OUTCOME_AMBIGUOUS;
    client->judged.why = why;
}

int ses_client_explain(const struct ses_client *client, struct ses_arena *arena,
                       struct ses_str *ret_text)
{
    const struct ses_http_reply *reply = &client->reply;
    struct ses_str said;
    int error;

    if (reply->end != SES_HTTP_REPLIED)
        return ses_arena_printf(arena, ret_text, "%s", *reply->reason ? reply->reason : "no reply");
    *ret_text = (struct ses_str){0};
    if (client->judged.verdict == SES_OUTCOME_GOOD)
        return 0;
    error = ses_reply_error(ses_buf_str(&reply->body), arena, &said);
    if (error != 0)
        return error;
    if (said.len == 0 && *reply->reason)
        said = ses_str_of(reply->reason);
    if ((said.len == 0 || reply->wants_mfa) && client->judged.why)
        said = ses_str_of(client->judged.why);
    return ses_arena_printf(arena, ret_text, "status %u%s%.*s%s%s", reply->status,
                            said.len > 0 ? ": " : "", SES_STR_ARG(said),
                            *reply->transaction ? ", transaction " : "", reply->transaction);
}
