/* SPDX-License-Identifier: MIT */
#include "submit/mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

static void test_mask__hides_secrets_wherever_they_are(void **state)
{
    static const struct {
        const char *values[4];
        const char *text, *expected;
    } rows[] = {
        {{"geheim"}, "", ""},
        {{"geheim"}, "nothing", "nothing"},
        {{"geheim"}, "geheim", "***"},
        {{"geheim"}, "a geheim b geheimgeheim", "a *** b ***"},
        {{"geheim"}, "gehei m", "gehei m"},
        {{"p w"}, "password=p%20w&x", "password=***&x"},
        {{"p\"w\\"}, "{\"echo\":\"p\\\"w\\\\\"} p\"w\\", "{\"echo\":\"***\"} ***"},
        {{"p&w"}, "p%26w p&w P%26W", "*** *** P%26W"},
        /* Of two that overlap, nothing stays. */
        {{"abc", "cde"}, "xabcdey", "x***y"},
        {{"abc", "b"}, "abc b a", "*** *** a"},
        {{"aa"}, "aaa", "***"},
        {{NULL}, "https://ann:geheim@example.edu/x", "https://***@example.edu/x"},
        {{NULL}, "http://ann@[::1]:80", "http://***@[::1]:80"},
        {{NULL}, "\"https:\\/\\/ann:geheim@example.edu\"", "\"https:\\/\\/***@example.edu\""},
        {{NULL}, "https://a:b@c@example.edu", "https://***@example.edu"},
        {{NULL},
         "https://example.edu/a@b ann@example.edu",
         "https://example.edu/a@b ann@example.edu"},
        {{NULL}, "https://example.edu?a@b https://x#a@b", "https://example.edu?a@b https://x#a@b"},
        {{NULL}, "://@ ://", "://@ ://"},
        {{""}, "x", "x"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_mask mask SES_CLEANUP(ses_mask_done);
        struct ses_buf out SES_CLEANUP(ses_buf_done);

        ses_mask_init(&mask);
        ses_buf_init(&out, 10000);
        for (size_t k = 0; rows[i].values[k]; k++)
            ses_mask_add(&mask, ses_str_of(rows[i].values[k]));
        assert_int_equal(ses_mask_text(&mask, &out, ses_str_of(rows[i].text)), 0);
        if (strcmp(out.len > 0 ? out.ptr : "", rows[i].expected) != 0)
            fail_msg("'%s': '%s'", rows[i].text, out.ptr);
    }
}

static void test_mask__knows_every_kind_of_secret(void **state)
{
    struct ses_secrets secrets = {0};
    struct ses_mask mask SES_CLEANUP(ses_mask_done);
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    (void)state;
    for (size_t i = 0; i < ses_secret_count; i++)
        *ses_secret_slot(&secrets, &ses_secret_rows[i]) = strdup(ses_secret_rows[i].variable);
    ses_mask_init(&mask);
    ses_buf_init(&out, 10000);
    ses_mask_add_secrets(&mask, &secrets);
    ses_mask_add_secrets(&mask, NULL);
    for (size_t i = 0; i < ses_secret_count; i++)
        assert_int_equal(ses_mask_text(&mask, &out, ses_str_of(ses_secret_rows[i].variable)), 0);
    assert_int_equal(out.len, ses_secret_count * strlen(SES_MASK));
    ses_secrets_done(&secrets);
    assert_null(secrets.password);
}

static void test_mask__takes_a_url_apart(void **state)
{
    struct ses_mask mask SES_CLEANUP(ses_mask_done);
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_mask_init(&mask);
    ses_buf_init(&out, 10000);
    ses_mask_add_url(&mask, SES_STR("http://ann:geheim@proxy.example.edu:3128"));
    ses_mask_add_url(&mask, SES_STR("bob:versteckt@proxy.example.edu"));
    ses_mask_add_url(&mask, SES_STR("http://proxy.example.edu"));
    ses_mask_add_url(&mask, SES_STR(""));
    assert_int_equal(
        ses_mask_text(&mask, &out, SES_STR("ann:geheim geheim ann versteckt proxy.example.edu")),
        0);
    assert_string_equal(out.ptr, "*** *** ann *** proxy.example.edu");
}

static void test_mask__shows_nothing_where_it_does_not_fit(void **state)
{
    struct ses_mask mask SES_CLEANUP(ses_mask_done);
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_mask_init(&mask);
    ses_buf_init(&out, 3);
    assert_int_equal(ses_mask_text(&mask, &out, SES_STR("four")), SES_ELIMIT);
    assert_int_equal(out.len, 0);
}

static int mask_all(void *context)
{
    struct ses_mask mask SES_CLEANUP(ses_mask_done);
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    (void)context;
    ses_mask_init(&mask);
    ses_buf_init(&out, 100000);
    for (char c = 'a'; c < 'k'; c++)
        ses_mask_add(&mask, (struct ses_str){&c, 1});
    return ses_mask_text(&mask, &out, SES_STR("abcdefghijklmnop"));
}

static void test_mask__survives_running_out_of_memory(void **state)
{
    (void)state;
    alloc_fail_each(mask_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mask__hides_secrets_wherever_they_are),
        cmocka_unit_test(test_mask__knows_every_kind_of_secret),
        cmocka_unit_test(test_mask__takes_a_url_apart),
        cmocka_unit_test(test_mask__shows_nothing_where_it_does_not_fit),
        cmocka_unit_test(test_mask__survives_running_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
