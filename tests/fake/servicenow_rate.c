/* SPDX-License-Identifier: MIT */
#include "servicenow_rate.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "servicenow_exchange.h"

#define HOUR 3600

/* {"sys_id", "name", "method", "path", "limit", "seconds"}: method and path may be missing; a path
 * fits all below it. */
static bool fits(const struct sn_exchange *exchange, const json_t *rule)
{
    const char *method = sn_text(rule, "method");
    const char *path = sn_text(rule, "path");

    return (!*method || strcmp(method, exchange->method) == 0) &&
           strncmp(exchange->path, path, strlen(path)) == 0;
}

static json_t *window_of(struct sn_rate *rate, size_t number, json_int_t seconds)
{
    json_int_t now = (json_int_t)time(NULL);
    char key[32];
    json_t *window;

    if (!rate->windows)
        rate->windows = json_object();
    snprintf(key, sizeof(key), "%zu", number);
    window = json_object_get(rate->windows, key);
    if (!window || json_integer_value(json_object_get(window, "ends")) <= now) {
        window =
            json_pack("{s:I, s:I}", "ends", now - now % seconds + seconds, "used", (json_int_t)0);
        json_object_set_new(rate->windows, key, window);
    }
    return window;
}

void sn_rate_deny(struct sn_exchange *exchange, const char *rule, const char *name, long limit,
                  long seconds)
{
    char detail[256];

    snprintf(detail, sizeof(detail), "Rate limit of %ld requests per hour for %s exceeded", limit,
             name);
    sn_refuse(exchange, 429, "Rate limit exceeded", detail);
    sn_reply_header(exchange, "Retry-After", "%ld", seconds);
    sn_reply_header(exchange, "X-RateLimit-Limit", "%ld", limit);
    sn_reply_header(exchange, "X-RateLimit-Reset", "%ld", (long)time(NULL) + seconds);
    sn_reply_header(exchange, "X-RateLimit-Rule", "%s", rule);
}

static bool admit(struct sn_exchange *exchange, size_t number, const json_t *rule)
{
    json_int_t limit = json_integer_value(json_object_get(rule, "limit"));
    json_int_t seconds = json_integer_value(json_object_get(rule, "seconds"));
    json_t *window = window_of(&exchange->core->rate, number, seconds > 0 ? seconds : HOUR);
    json_int_t used = json_integer_value(json_object_get(window, "used")) + 1;
    json_int_t ends = json_integer_value(json_object_get(window, "ends"));

    json_object_set_new(window, "used", json_integer(used));
    if (used > limit) {
        sn_rate_deny(exchange, sn_text(rule, "sys_id"), sn_text(rule, "name"), (long)limit,
                     (long)(ends - (json_int_t)time(NULL)));
        return false;
    }
    sn_reply_header(exchange, "X-RateLimit-Limit", "%ld", (long)limit);
    sn_reply_header(exchange, "X-RateLimit-Reset", "%ld", (long)ends);
    sn_reply_header(exchange, "X-RateLimit-Rule", "%s", sn_text(rule, "sys_id"));
    return true;
}

bool sn_rate_admits(struct sn_exchange *exchange)
{
    const json_t *rules = json_object_get(exchange->core->instance.config, "rate_rules");
    size_t i;
    json_t *rule;

    json_array_foreach (rules, i, rule) {
        if (fits(exchange, rule))
            return admit(exchange, i, rule);
    }
    return true;
}
