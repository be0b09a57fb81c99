/* SPDX-License-Identifier: MIT */
/* How long a request is to live: a proof of concept until a date, or production without one.
 *
 * There is no default. Dates are calendar days in UTC; the clock is the caller's. */
#ifndef SES_MODEL_LIFETIME_H
#define SES_MODEL_LIFETIME_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"

/* "YYYY-MM-DD" and NUL. */
#define SES_DATE_TEXT 11

/* A proof of concept may not ask for more than this by default; the config can say otherwise. */
#define SES_DEFAULT_HORIZON_DAYS 366

struct ses_date {
    int year, month, day; /* of the proleptic Gregorian calendar; month and day from 1 */
};

/* The day of `now` in UTC. */
struct ses_date ses_date_of(time_t now);

/* Days since 1970-01-01, and back. */
int64_t ses_date_to_days(struct ses_date date);
struct ses_date ses_date_from_days(int64_t days);

/* Reads "YYYY-MM-DD" (RFC 3339 full-date), years 1970 to 9999. Returns 0, SES_ESYNTAX, or
 * SES_EINVALID for a day that the calendar does not have. */
int ses_date_parse(struct ses_str text, struct ses_date *ret_date) SES_MUSTCHECK;

void ses_date_format(struct ses_date date, char text[SES_DATE_TEXT]);

/* The day that is `distance` later: "90d", "12w", "6m" or "1y", up to 9999 of them. A month later
 * is the same day of that month, or its last day where it is shorter. Returns 0 or SES_ESYNTAX. */
int ses_date_add(struct ses_date date, struct ses_str distance,
                 struct ses_date *ret_date) SES_MUSTCHECK;

enum ses_lifetime_kind {
    SES_LIFETIME_NONE, /* nothing was said; no document can be made */
    SES_LIFETIME_POC,
    SES_LIFETIME_PRODUCTION,
};

struct ses_lifetime {
    enum ses_lifetime_kind kind;
    struct ses_date expires; /* of a proof of concept */
};

/* What somebody said, on the command line or in a row of a manifest. */
struct ses_lifetime_words {
    bool poc;
    bool production;
    struct ses_str expires; /* a date, or "+90d", "+12w", "+6m", "+1y"; empty when not given */
    bool required;          /* refuse where neither was said */
    struct ses_place place; /* of the words, for findings */
};

/* Turns words into a lifetime. `today` and `horizon_days` bound the date. Returns 0, or
 * SES_EINVALID after one finding that says which word is wrong and what to write instead. */
int ses_lifetime_parse(const struct ses_lifetime_words *words, struct ses_date today,
                       unsigned horizon_days, struct ses_lifetime *ret_lifetime,
                       struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_lifetime_codes[];
extern const size_t ses_lifetime_code_count;

#endif
