/* SPDX-License-Identifier: MIT */
#include "model/region.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect.h"

/* AWS General Reference, "Amazon SES endpoints and quotas", DKIM domains: row for row. */
static void test_region__has_the_dkim_zones_of_the_aws_table(void **state)
{
    static const char *const rows[][2] = {
        {"af-south-1", "dkim.af-south-1.amazonses.com"},
        {"ap-northeast-3", "dkim.ap-northeast-3.amazonses.com"},
        {"ap-south-2", "dkim.ap-south-2.amazonses.com"},
        {"ap-southeast-3", "dkim.ap-southeast-3.amazonses.com"},
        {"ap-southeast-5", "dkim.ap-southeast-5.amazonses.com"},
        {"ca-west-1", "dkim.ca-west-1.amazonses.com"},
        {"eu-central-2", "dkim.eu-central-2.amazonses.com"},
        {"eu-south-1", "dkim.eu-south-1.amazonses.com"},
        {"il-central-1", "dkim.il-central-1.amazonses.com"},
        {"me-central-1", "dkim.me-central-1.amazonses.com"},
        {"us-gov-east-1", "dkim.us-gov-east-1.amazonses.com"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ses_region *region = ses_region_find(ses_str_of(rows[i][0]));

        ASSERT_ROW(rows[i][0], region != NULL);
        assert_string_equal(region->dkim_zone.ptr, rows[i][1]);
        assert_int_equal(region->dkim_zone.len, ses_str_of(rows[i][1]).len);
        ASSERT_ROW(rows[i][0], ses_region_of_dkim_zone(ses_str_of(rows[i][1])) == region);
    }
}

static void test_region__has_the_common_zone_for_all_others(void **state)
{
    static const char *const names[] = {
        "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
        "ca-central-1",   "eu-central-1",   "eu-north-1", "eu-west-1",      "eu-west-2",
        "eu-west-3",      "me-south-1",     "sa-east-1",  "us-east-1",      "us-east-2",
        "us-gov-west-1",  "us-west-1",      "us-west-2",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct ses_region *region = ses_region_find(ses_str_of(names[i]));

        ASSERT_ROW(names[i], region != NULL);
        assert_string_equal(region->dkim_zone.ptr, "dkim.amazonses.com");
    }
}

static void test_region__does_not_know_others(void **state)
{
    static const char *const names[] = {"",           "us-east-3",  "US-EAST-1", "us-east-1 ",
                                        "cn-north-1", "us-east-1a", "us-east"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        ASSERT_ROW(names[i], ses_region_find(ses_str_of(names[i])) == NULL);
}

static void test_region__does_not_know_zones_made_up_by_pattern(void **state)
{
    static const char *const zones[] = {"", "dkim.us-east-1.amazonses.com", "amazonses.com",
                                        "dkim.amazonses.com.", "dkim.eu-south-2.amazonses.com"};

    (void)state;
    for (size_t i = 0; i < COUNT(zones); i++)
        ASSERT_ROW(zones[i], ses_region_of_dkim_zone(ses_str_of(zones[i])) == NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_region__has_the_dkim_zones_of_the_aws_table),
        cmocka_unit_test(test_region__has_the_common_zone_for_all_others),
        cmocka_unit_test(test_region__does_not_know_others),
        cmocka_unit_test(test_region__does_not_know_zones_made_up_by_pattern),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
