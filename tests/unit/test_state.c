/* SPDX-License-Identifier: MIT */
#include "ledger/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect.h"

#define NOW 1764547200 /* 2025-12-01 */

static const struct ses_date today = {2025, 12, 1};

/* Rows in the order of a life; each fact outdoes those above it. */
static void test_state__is_told_by_the_facts(void **state)
{
    static const struct {
        const char *name;
        int64_t opened_at, removed_at;
        enum ses_ledger_dns dns;
        struct ses_lifetime lifetime;
    } rows[] = {
        {"asked", 0, 0, SES_LEDGER_DNS_UNKNOWN, {SES_LIFETIME_POC, {2026, 3, 31}}},
        {"asked", 0, 0, SES_LEDGER_DNS_NONE, {SES_LIFETIME_PRODUCTION, {0}}},
        {"open", NOW, 0, SES_LEDGER_DNS_UNKNOWN, {SES_LIFETIME_POC, {2026, 3, 31}}},
        {"open", NOW, 0, SES_LEDGER_DNS_NONE, {SES_LIFETIME_NONE, {0}}},
        {"partly live", NOW, 0, SES_LEDGER_DNS_PART, {SES_LIFETIME_POC, {2026, 3, 31}}},
        {"partly live", 0, 0, SES_LEDGER_DNS_PART, {SES_LIFETIME_PRODUCTION, {0}}},
        {"live", NOW, 0, SES_LEDGER_DNS_ALL, {SES_LIFETIME_POC, {2025, 12, 2}}},
        /* On its day it still lives: that is when it is to go. */
        {"live", NOW, 0, SES_LEDGER_DNS_ALL, {SES_LIFETIME_POC, {2025, 12, 1}}},
        {"live", 0, 0, SES_LEDGER_DNS_ALL, {SES_LIFETIME_PRODUCTION, {0}}},
        {"expired", NOW, 0, SES_LEDGER_DNS_ALL, {SES_LIFETIME_POC, {2025, 11, 30}}},
        {"expired", 0, 0, SES_LEDGER_DNS_UNKNOWN, {SES_LIFETIME_POC, {2024, 12, 31}}},
        {"removed", NOW, NOW, SES_LEDGER_DNS_ALL, {SES_LIFETIME_POC, {2025, 11, 30}}},
        {"removed", NOW, NOW, SES_LEDGER_DNS_NONE, {SES_LIFETIME_PRODUCTION, {0}}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ses_ledger_item item = {.ticket = {.opened_at = rows[i].opened_at},
                                             .dns = rows[i].dns,
                                             .removed_at = rows[i].removed_at,
                                             .lifetime = rows[i].lifetime};

        assert_string_equal(ses_ledger_state_name(ses_ledger_state(&item, today)), rows[i].name);
    }
}

static void test_state__reads_its_names(void **state)
{
    static const char *const others[] = {"", "Live", "live ", "partly_live", "-", "opened"};
    enum ses_ledger_state read;

    (void)state;
    for (int i = 0; i < SES_LEDGER_STATES; i++) {
        const char *name = ses_ledger_state_name((enum ses_ledger_state)i);

        ASSERT_ROW(name, ses_ledger_state_parse(ses_str_of(name), &read) && (int)read == i);
    }
    assert_true(ses_ledger_state_parse(SES_STR("partly-live"), &read));
    assert_int_equal(read, SES_LEDGER_PARTLY_LIVE);
    for (size_t i = 0; i < COUNT(others); i++)
        ASSERT_ROW(others[i], !ses_ledger_state_parse(ses_str_of(others[i]), &read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_state__is_told_by_the_facts),
        cmocka_unit_test(test_state__reads_its_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
