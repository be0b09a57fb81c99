/* SPDX-License-Identifier: MIT */
#include "model/lifetime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"

static struct ses_date date_of(const char *text)
{
    struct ses_date date = {0};

    ASSERT_ROW(text, ses_date_parse(ses_str_of(text), &date) == 0);
    return date;
}

static void test_lifetime__adds_a_distance_to_a_day(void **state)
{
    static const struct {
        const char *from, *distance, *to; /* `to` is NULL where it is no distance */
    } rows[] = {
        {"2025-12-01", "0d", "2025-12-01"}, {"2025-12-01", "30d", "2025-12-31"},
        {"2025-12-01", "4w", "2025-12-29"}, {"2025-12-31", "2m", "2026-02-28"},
        {"2028-02-29", "1y", "2029-02-28"}, {"2025-12-01", "9999d", "2053-04-17"},
        {"2025-12-01", "", NULL},           {"2025-12-01", "d", NULL},
        {"2025-12-01", "30", NULL},         {"2025-12-01", "+30d", NULL},
        {"2025-12-01", "30D", NULL},        {"2025-12-01", "30dd", NULL},
        {"2025-12-01", "10000d", NULL},     {"2025-12-01", "-1d", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[SES_DATE_TEXT] = "none";
        struct ses_date date;
        int error = ses_date_add(date_of(rows[i].from), ses_str_of(rows[i].distance), &date);

        ASSERT_ROW(rows[i].distance, error == (rows[i].to ? 0 : SES_ESYNTAX));
        if (error == 0)
            ses_date_format(date, text);
        assert_string_equal(text, rows[i].to ? rows[i].to : "none");
    }
}

static void test_lifetime__reads_only_days_that_exist(void **state)
{
    static const struct {
        const char *text;
        int error;
    } rows[] = {
        {"2026-03-31", 0},
        {"1970-01-01", 0},
        {"9999-12-31", 0},
        {"2028-02-29", 0}, /* leap */
        {"2000-02-29", 0}, /* leap, as every 400th year */
        {"2027-02-29", SES_EINVALID},
        {"2100-02-29", SES_EINVALID}, /* no leap year, as every 100th */
        {"2026-02-30", SES_EINVALID},
        {"2026-04-31", SES_EINVALID},
        {"2026-06-31", SES_EINVALID},
        {"2026-09-31", SES_EINVALID},
        {"2026-11-31", SES_EINVALID},
        {"2026-01-32", SES_EINVALID},
        {"2026-01-00", SES_EINVALID},
        {"2026-00-01", SES_EINVALID},
        {"2026-13-01", SES_EINVALID},
        {"1969-12-31", SES_EINVALID},
        {"0000-01-01", SES_EINVALID},
        {"", SES_ESYNTAX},
        {"2026-3-31", SES_ESYNTAX},
        {"26-03-31", SES_ESYNTAX},
        {"2026/03/31", SES_ESYNTAX},
        {"31.03.2026", SES_ESYNTAX},
        {"2026-03-31T00:00:00Z", SES_ESYNTAX},
        {" 2026-03-31", SES_ESYNTAX},
        {"2026-03-3l", SES_ESYNTAX},
        {"+026-03-31", SES_ESYNTAX},
        {"20260331", SES_ESYNTAX},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_date date = {0};

        ASSERT_ROW(rows[i].text, ses_date_parse(ses_str_of(rows[i].text), &date) == rows[i].error);
        ASSERT_ROW(rows[i].text, (date.year != 0) == (rows[i].error == 0));
    }
}

/* Counts days one by one and compares with the formulas. */
static void test_lifetime__converts_every_day_of_four_digit_years(void **state)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = 0;

    (void)state;
    for (int year = 1970; year <= 9999; year++) {
        int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 ? leap : 0);

            for (int day = 1; day <= length; day++, days++) {
                struct ses_date date = ses_date_from_days(days);

                if (date.year != year || date.month != month || date.day != day ||
                    ses_date_to_days(date) != days)
                    fail_msg("%d-%d-%d is not day %ld", year, month, day, (long)days);
            }
        }
    }
}

static void test_lifetime__prints_what_it_reads(void **state)
{
    static const char *const rows[] = {"1970-01-01", "2026-12-31", "9999-01-09"};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[SES_DATE_TEXT];

        ses_date_format(date_of(rows[i]), text);
        assert_string_equal(text, rows[i]);
    }
}

static void test_lifetime__takes_the_day_in_utc(void **state)
{
    static const struct {
        time_t now;
        const char *day;
    } rows[] = {{0, "1970-01-01"},         {86399, "1970-01-01"},      {86400, "1970-01-02"},
                {951782400, "2000-02-29"}, {1774915199, "2026-03-30"}, {1774915200, "2026-03-31"}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[SES_DATE_TEXT];

        ses_date_format(ses_date_of(rows[i].now), text);
        assert_string_equal(text, rows[i].day);
    }
}

struct row {
    const char *today;
    const char *expires; /* NULL: not given */
    bool poc, production, required;
    const char *expected; /* a date, "production" or "none"; else a code */
};

static void assert_row(const struct row *row)
{
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_lifetime_words words = {.poc = row->poc,
                                       .production = row->production,
                                       .required = row->required,
                                       .expires = ses_str_of(row->expires)};
    struct ses_lifetime lifetime = {.kind = SES_LIFETIME_NONE};
    char text[SES_DATE_TEXT] = "none";
    int error;

    collect_init(&collect, SES_NOTE);
    error = ses_lifetime_parse(&words, date_of(row->today), SES_DEFAULT_HORIZON_DAYS, &lifetime,
                               &collect.findings);
    if (error != 0) {
        assert_int_equal(error, SES_EINVALID);
        assert_int_equal(lifetime.kind, SES_LIFETIME_NONE);
        assert_string_equal(collect_codes(&collect), row->expected);
        return;
    }
    assert_string_equal(collect_codes(&collect), "");
    if (lifetime.kind == SES_LIFETIME_POC)
        ses_date_format(lifetime.expires, text);
    assert_string_equal(lifetime.kind == SES_LIFETIME_PRODUCTION ? "production" : text,
                        row->expected);
}

static void test_lifetime__refuses_with_one_code(void **state)
{
    static const struct row rows[] = {
        {"2026-01-31", NULL, false, false, true, "lifetime-missing"},
        {"2026-01-31", NULL, true, true, true, "lifetime-both"},
        {"2026-01-31", "+90d", true, true, true, "lifetime-both"},
        {"2026-01-31", NULL, true, false, true, "lifetime-no-date"},
        {"2026-01-31", "", true, false, true, "lifetime-no-date"},
        {"2026-01-31", "+90d", false, true, true, "lifetime-date-without-poc"},
        {"2026-01-31", "+90d", false, false, true, "lifetime-date-without-poc"},
        {"2026-01-31", "+90d", false, false, false, "lifetime-date-without-poc"},
        {"2026-01-31", "soon", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "31.3.2026", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "90d", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "+", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "+d", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "+90", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "+90h", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "+90D", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "+-1d", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "+1.5y", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "+10000d", true, false, true, "lifetime-bad-date"},
        {"2026-01-31", "2026-02-29", true, false, true, "lifetime-impossible-date"},
        {"2026-01-31", "2026-13-01", true, false, true, "lifetime-impossible-date"},
        {"2026-01-31", "2026-01-30", true, false, true, "lifetime-past"},
        {"2026-01-31", "2026-01-31", true, false, true, "lifetime-past"},
        {"2026-01-31", "+0d", true, false, true, "lifetime-past"},
        {"2026-01-31", "+0m", true, false, true, "lifetime-past"},
        {"2026-01-31", "2027-02-02", true, false, true, "lifetime-beyond-horizon"},
        {"2026-01-31", "+367d", true, false, true, "lifetime-beyond-horizon"},
        {"2026-01-31", "+53w", true, false, true, "lifetime-beyond-horizon"},
        {"2026-01-31", "+9999y", true, false, true, "lifetime-beyond-horizon"},
        {"2026-01-31", "9999-12-31", true, false, true, "lifetime-beyond-horizon"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_row(&rows[i]);
}

static void test_lifetime__accepts(void **state)
{
    static const struct row rows[] = {
        {"2026-01-31", NULL, false, false, false, "none"},
        {"2026-01-31", NULL, false, true, true, "production"},
        {"2026-01-31", "2026-02-01", true, false, true, "2026-02-01"},
        {"2026-01-31", "2027-02-01", true, false, true, "2027-02-01"}, /* 366 days: the limit */
        {"2026-01-31", "+366d", true, false, true, "2027-02-01"},
        {"2026-01-31", "+1d", true, false, true, "2026-02-01"},
        {"2026-01-31", "+52w", true, false, true, "2027-01-30"},
        {"2026-12-31", "+1d", true, false, true, "2027-01-01"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_row(&rows[i]);
}

static void test_lifetime__ends_months_on_a_day_that_they_have(void **state)
{
    static const struct row rows[] = {
        {"2026-01-31", "+1m", true, false, true, "2026-02-28"},
        {"2028-01-31", "+1m", true, false, true, "2028-02-29"},
        {"2100-01-31", "+1m", true, false, true, "2100-02-28"},
        {"2026-01-31", "+2m", true, false, true, "2026-03-31"},
        {"2026-01-31", "+3m", true, false, true, "2026-04-30"},
        {"2026-08-31", "+6m", true, false, true, "2027-02-28"},
        {"2026-12-15", "+1m", true, false, true, "2027-01-15"},
        {"2026-01-31", "+12m", true, false, true, "2027-01-31"},
        {"2028-02-29", "+1y", true, false, true, "2029-02-28"},
        {"2027-03-01", "+1y", true, false, true, "2028-03-01"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_row(&rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lifetime__adds_a_distance_to_a_day),
        cmocka_unit_test(test_lifetime__reads_only_days_that_exist),
        cmocka_unit_test(test_lifetime__converts_every_day_of_four_digit_years),
        cmocka_unit_test(test_lifetime__prints_what_it_reads),
        cmocka_unit_test(test_lifetime__takes_the_day_in_utc),
        cmocka_unit_test(test_lifetime__refuses_with_one_code),
        cmocka_unit_test(test_lifetime__accepts),
        cmocka_unit_test(test_lifetime__ends_months_on_a_day_that_they_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
