/* SPDX-License-Identifier: MIT */
#include "model/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

static void test_site__explains_every_setting(void **state)
{
    (void)state;
    for (int i = 0; i < SES_SETTINGS; i++) {
        const struct ses_setting_row *row = &ses_settings[i];

        assert_non_null(row->section);
        ASSERT_ROW(row->key, row->standard && strlen(row->help) > 10);
        ASSERT_ROW(row->key, row->help[strlen(row->help) - 1] == '.');
    }
}

static void test_site__has_each_setting_once(void **state)
{
    (void)state;
    for (int i = 0; i < SES_SETTINGS; i++) {
        for (int k = 0; k < i; k++)
            ASSERT_ROW(ses_settings[i].key,
                       strcmp(ses_settings[i].section, ses_settings[k].section) != 0 ||
                           strcmp(ses_settings[i].key, ses_settings[k].key) != 0);
    }
}

static int set(struct ses_site *site, struct ses_arena *arena, enum ses_setting setting,
               const char *value, const char **ret_reason)
{
    return ses_site_set(site, arena, ses_str_of(ses_settings[setting].section),
                        ses_str_of(ses_settings[setting].key), ses_str_of(value), ret_reason);
}

static void test_site__accepts_its_own_defaults(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_site site;

    (void)state;
    ses_site_init(&site);
    for (int i = 0; i < SES_SETTINGS; i++) {
        const char *reason = NULL;

        ASSERT_ROW(ses_settings[i].key,
                   set(&site, &arena, (enum ses_setting)i, ses_settings[i].standard, &reason) == 0);
    }
    assert_int_equal(ses_site_number(&site, SES_LIFETIME_HORIZON_DAYS), 366);
    assert_int_equal(ses_site_number(&site, SES_DNS_TTL), 3600);
}

static void test_site__takes_or_refuses_values(void **state)
{
    static const struct {
        enum ses_setting setting;
        const char *value;
        int error;
    } rows[] = {
        {SES_SITE_ORGANISATION, "Universit\xC3\xA4t", 0},
        {SES_SITE_ORGANISATION, "", 0},
        {SES_SITE_ORGANISATION, "two\nlines", SES_EINVALID},
        {SES_SITE_ORGANISATION, "tab\t", SES_EINVALID},
        {SES_SITE_ORGANISATION, "escape \x1B[31m", SES_EINVALID},
        {SES_SITE_ORGANISATION, "delete \x7F", SES_EINVALID},
        {SES_SITE_ORGANISATION, "latin1 \xE4", SES_EINVALID},
        {SES_TICKET_CLOSING, "{{subject}}", 0},
        {SES_TICKET_CLOSING, "{{subject}}\n", SES_EINVALID},
        {SES_LIFETIME_HORIZON_DAYS, "1", 0},
        {SES_LIFETIME_HORIZON_DAYS, "36500", 0},
        {SES_LIFETIME_HORIZON_DAYS, "0", SES_EINVALID},
        {SES_LIFETIME_HORIZON_DAYS, "36501", SES_EINVALID},
        {SES_LIFETIME_HORIZON_DAYS, "", SES_EINVALID},
        {SES_LIFETIME_HORIZON_DAYS, "1y", SES_EINVALID},
        {SES_LIFETIME_HORIZON_DAYS, "-1", SES_EINVALID},
        {SES_DNS_TTL, "2147483647", 0},
        {SES_DNS_TTL, "2147483648", SES_EINVALID},
        {SES_DNS_TTL, "0", SES_EINVALID},
        {SES_NETDB_GROUP, "dns-admins ~", 0},
        {SES_NETDB_GROUP, "one,two", SES_EINVALID},
        {SES_NETDB_GROUP, "Universit\xC3\xA4t", SES_EINVALID},
        {SES_NETDB_GROUP, "two\nlines", SES_EINVALID},
        {SES_NETDB_DATE_FORMAT, "%d/%m/%Y", 0},
        {SES_NETDB_DATE_FORMAT, "%b %e, %y (%B, day %j)", 0},
        {SES_NETDB_DATE_FORMAT, "", SES_EINVALID},
        {SES_NETDB_DATE_FORMAT, "%", SES_EINVALID},
        {SES_NETDB_DATE_FORMAT, "%H:%M", SES_EINVALID},
        {SES_NETDB_DATE_FORMAT, "%%", SES_EINVALID},
        {SES_NETDB_DATE_FORMAT, "%Y\n", SES_EINVALID},
        {SES_NETDB_DATE_FORMAT, "12345678901234567890123456789012345678901234567890123456789012345",
         SES_EINVALID},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *reason = NULL;
        const char *expected =
            rows[i].error == 0 ? rows[i].value : ses_settings[rows[i].setting].standard;
        struct ses_site site;

        ses_site_init(&site);
        ASSERT_ROW(rows[i].value,
                   set(&site, &arena, rows[i].setting, rows[i].value, &reason) == rows[i].error);
        ASSERT_ROW(rows[i].value, (reason == NULL) == (rows[i].error == 0));
        assert_string_equal(ses_site_text(&site, rows[i].setting).ptr, expected);
    }
}

static void test_site__does_not_know_other_settings(void **state)
{
    static const char *const rows[][2] = {
        {"dns", "horizon_days"}, {"dns", ""}, {"", "ttl"}, {"DNS", "ttl"}, {"dns", "ttl "}};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_site site;
    const char *reason;

    (void)state;
    ses_site_init(&site);
    for (size_t i = 0; i < COUNT(rows); i++)
        ASSERT_ROW(rows[i][1],
                   ses_site_set(&site, &arena, ses_str_of(rows[i][0]), ses_str_of(rows[i][1]),
                                SES_STR("1"), &reason) == SES_ECONFLICT);
}

static int set_many(void *ctx)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_site site;
    const char *reason;
    int error = 0;

    (void)ctx;
    ses_site_init(&site);
    for (int i = 0; i < 3000 && error == 0; i++)
        error = set(&site, &arena, SES_NETDB_GROUP, "dns-admins", &reason);
    return error;
}

static void test_site__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(set_many, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_site__explains_every_setting),
        cmocka_unit_test(test_site__has_each_setting_once),
        cmocka_unit_test(test_site__accepts_its_own_defaults),
        cmocka_unit_test(test_site__takes_or_refuses_values),
        cmocka_unit_test(test_site__does_not_know_other_settings),
        cmocka_unit_test(test_site__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
