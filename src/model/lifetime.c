/* SPDX-License-Identifier: MIT */
#include "model/lifetime.h"

#include <stdio.h>

#include "base/error.h"

enum {
    MISSING,
    BOTH,
    NO_DATE,
    DATE_WITHOUT_POC,
    BAD_DATE,
    IMPOSSIBLE,
    PAST,
    BEYOND,
};

const struct ses_code ses_lifetime_codes[] = {
    [MISSING] =
        {"lifetime-missing", SES_ERROR,
         "The request does not say how long its records are to live.",
         "The people who run DNS must know whether to remove the records on a day or never. "
         "A guess either leaves test records behind or takes production mail down.",
         "Give --poc --expires DATE for a proof of concept, or --production for records "
         "without an expiration date.",
         "The request process: proof of concept with a removal date, or production without one"},
    [BOTH] =
        {"lifetime-both", SES_ERROR, "The request says both proof of concept and production.",
         "One asks for removal on a day, the other says that there is none; a ticket that says "
         "both cannot be executed.",
         "Keep one of --poc and --production.",
         "The request process: proof of concept with a removal date, or production without one"},
    [NO_DATE] =
        {"lifetime-no-date", SES_ERROR, "A proof of concept has no expiration date.",
         "NetDB and DNS do nothing on their own when a test ends: without a date in the ticket "
         "nobody removes the records.",
         "Add --expires with a date (2026-03-31) or a distance from today (+90d, +6m).",
         "NetDB help, node record: the expiration date is a label; no action follows from it"},
    [DATE_WITHOUT_POC] =
        {"lifetime-date-without-poc", SES_ERROR,
         "An expiration date was given, but not a proof of concept.",
         "Production records have no expiration date; with one, mail would stop on "
         "that day.",
         "Add --poc if the records are to be removed on that day, or leave --expires "
         "out.",
         "The request process: proof of concept with a removal date, or production "
         "without one"},
    [BAD_DATE] =
        {"lifetime-bad-date", SES_ERROR, "The expiration date cannot be read.",
         "Day and month are written in different orders in different places; only one form is "
         "understood the same way everywhere.",
         "Write the date as YYYY-MM-DD (2026-03-31), or as a distance from today: +90d, +12w, "
         "+6m or +1y.",
         "RFC 3339 section 5.6, full-date"},
    [IMPOSSIBLE] =
        {"lifetime-impossible-date", SES_ERROR, "The calendar has no such day.",
         "A date that does not exist is read as another day by every program, and not as "
         "the same one.",
         "Give a day that exists.", "RFC 3339 section 5.7, days in a month"},
    [PAST] = {"lifetime-past", SES_ERROR, "The expiration date is not in the future.",
              "Records that are to be removed today or earlier would never be published.",
              "Give a later date.",
              "Follows from the request process: publish now, remove on the date"},
    [BEYOND] = {"lifetime-beyond-horizon", SES_ERROR,
                "The expiration date is further away than this site allows for a proof of concept.",
                "A proof of concept that lasts for years is production without its review.",
                "Give an earlier date and renew it later, use --production, or raise "
                "lifetime.horizon_days "
                "in the configuration.",
                "Site setting lifetime.horizon_days, 366 unless configured"},
};
const size_t ses_lifetime_code_count = sizeof(ses_lifetime_codes) / sizeof(ses_lifetime_codes[0]);

/* Both conversions count days from 0000-03-01, so that the leap day is the last of its year. */
int64_t ses_date_to_days(struct ses_date date)
{
    int64_t year = date.month > 2 ? date.year : date.year - 1;
    int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;

    return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

struct ses_date ses_date_from_days(int64_t days)
{
    int64_t shifted = days + 719468;
    int64_t era = shifted / 146097;
    int64_t day_of_era = shifted % 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    struct ses_date date = {
        .year = (int)(era * 400 + year_of_era + (month >= 10 ? 1 : 0)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };

    return date;
}

struct ses_date ses_date_of(time_t now)
{
    return ses_date_from_days((int64_t)now / 86400);
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

int ses_date_parse(struct ses_str text, struct ses_date *ret_date)
{
    uint32_t year;
    uint32_t month;
    uint32_t day;

    if (text.len != 10 || text.ptr[4] != '-' || text.ptr[7] != '-' ||
        !ses_str_to_number(ses_str_slice(text, 0, 4), 9999, &year) ||
        !ses_str_to_number(ses_str_slice(text, 5, 7), 99, &month) ||
        !ses_str_to_number(ses_str_slice(text, 8, 10), 99, &day))
        return SES_ESYNTAX;
    if (year < 1970 || month < 1 || month > 12 || day < 1 ||
        (int)day > days_in_month((int)year, (int)month))
        return SES_EINVALID;
    *ret_date = (struct ses_date){(int)year, (int)month, (int)day};
    return 0;
}

void ses_date_format(struct ses_date date, char text[SES_DATE_TEXT])
{
    const unsigned fields[] = {(unsigned)date.year / 100, (unsigned)date.year, (unsigned)date.month,
                               (unsigned)date.day};
    char *at = text;

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (i >= 2)
            *at++ = '-';
        *at++ = (char)('0' + fields[i] / 10 % 10);
        *at++ = (char)('0' + fields[i] % 10);
    }
    *at = '\0';
}

static struct ses_date add_months(struct ses_date date, uint32_t months)
{
    int total = date.year * 12 + date.month - 1 + (int)months;
    int last;

    date.year = total / 12;
    date.month = total % 12 + 1;
    last = days_in_month(date.year, date.month);
    if (date.day > last)
        date.day = last;
    return date;
}

int ses_date_add(struct ses_date date, struct ses_str distance, struct ses_date *ret_date)
{
    /* Far beyond any horizon, and small enough for the year to keep four digits. */
    const uint32_t max = 9999;
    uint32_t number;

    if (distance.len < 2 ||
        !ses_str_to_number(ses_str_slice(distance, 0, distance.len - 1), max, &number))
        return SES_ESYNTAX;
    switch (distance.ptr[distance.len - 1]) {
    case 'd':
        *ret_date = ses_date_from_days(ses_date_to_days(date) + number);
        return 0;
    case 'w':
        *ret_date = ses_date_from_days(ses_date_to_days(date) + (int64_t)number * 7);
        return 0;
    case 'm':
        *ret_date = add_months(date, number);
        return 0;
    case 'y':
        *ret_date = add_months(date, number * 12);
        return 0;
    default:
        return SES_ESYNTAX;
    }
}

static int refuse(const struct ses_lifetime_words *words, int code, struct ses_findings *findings,
                  const char *sentence)
{
    struct ses_finding finding = {
        .code = &ses_lifetime_codes[code], .place = words->place, .value = words->expires};
    int error = ses_finding_report(findings, finding, "%s", sentence);

    return error != 0 ? error : SES_EINVALID;
}

static int parse_expires(const struct ses_lifetime_words *words, struct ses_date today,
                         unsigned horizon_days, struct ses_date *ret_date,
                         struct ses_findings *findings)
{
    bool distance = ses_str_starts(words->expires, SES_STR("+"));
    int error = distance ? ses_date_add(today, ses_str_slice(words->expires, 1, SIZE_MAX), ret_date)
                         : ses_date_parse(words->expires, ret_date);
    int64_t days;

    if (error == SES_ESYNTAX)
        return refuse(words, BAD_DATE, findings,
                      "invalid expiration date, want YYYY-MM-DD or a distance such as +90d or +6m");
    if (error != 0)
        return refuse(words, IMPOSSIBLE, findings, "there is no such day in the calendar");
    days = ses_date_to_days(*ret_date) - ses_date_to_days(today);
    if (days <= 0)
        return refuse(words, PAST, findings, "the expiration date is not in the future");
    if (days > (int64_t)horizon_days) {
        char latest[SES_DATE_TEXT];
        char sentence[SES_MAX_SENTENCE];

        ses_date_format(ses_date_from_days(ses_date_to_days(today) + horizon_days), latest);
        snprintf(sentence, sizeof(sentence),
                 "a proof of concept may last %u days here, until %s at the latest", horizon_days,
                 latest);
        return refuse(words, BEYOND, findings, sentence);
    }
    return 0;
}

int ses_lifetime_parse(const struct ses_lifetime_words *words, struct ses_date today,
                       unsigned horizon_days, struct ses_lifetime *ret_lifetime,
                       struct ses_findings *findings)
{
    struct ses_lifetime lifetime = {0};
    int error = 0;

    if (words->poc && words->production)
        return refuse(words, BOTH, findings,
                      "a request is a proof of concept or production, not both");
    if (!words->poc && words->expires.len > 0)
        return refuse(words, DATE_WITHOUT_POC, findings,
                      words->production ? "production has no expiration date"
                                        : "an expiration date needs --poc");
    if (words->poc && words->expires.len == 0)
        return refuse(words, NO_DATE, findings, "a proof of concept needs an expiration date");
    if (!words->poc && !words->production && words->required)
        return refuse(
            words, MISSING, findings,
            "say how long the records are to live: --poc --expires DATE, or --production");
    if (words->production)
        lifetime.kind = SES_LIFETIME_PRODUCTION;
    if (words->poc) {
        lifetime.kind = SES_LIFETIME_POC;
        error = parse_expires(words, today, horizon_days, &lifetime.expires, findings);
    }
    if (error == 0)
        *ret_lifetime = lifetime;
    return error;
}
