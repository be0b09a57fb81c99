/* SPDX-License-Identifier: MIT */
#include "cli/netrc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

#define HERE "https://a.example.edu"

static const struct {
    const char *text, *origin, *user;
    const char *login, *password; /* NULL: none is found */
} rows[] = {
    {"", HERE, "", NULL, NULL},
    {"machine a.example.edu login ann password geheim", HERE, "", "ann", "geheim"},
    {"machine a.example.edu\n\tlogin ann\r\n\tpassword geheim\r\n", HERE, "", "ann", "geheim"},
    {"machine A.Example.EDU login ann password geheim", HERE, "", "ann", "geheim"},
    {"machine a.example.edu login ann password geheim", HERE ":8443", "", "ann", "geheim"},
    {"machine ::1 login ann password geheim", "http://[::1]:80", "", "ann", "geheim"},
    {"machine b.example.edu login ann password geheim", HERE, "", NULL, NULL},
    {"machine a.example.edu.org login ann password geheim", HERE, "", NULL, NULL},
    {"machine b.example.edu login bob password x machine a.example.edu login ann password geheim",
     HERE, "", "ann", "geheim"},
    /* The first that does. */
    {"machine a.example.edu login ann password one machine a.example.edu login ann password two",
     HERE, "", "ann", "one"},
    {"machine a.example.edu login ann machine a.example.edu login bob password two", HERE, "",
     "bob", "two"},
    /* Of the user that the config names. */
    {"machine a.example.edu login ann password one machine a.example.edu login bob password two",
     HERE, "bob", "bob", "two"},
    {"machine a.example.edu login ann password one", HERE, "bob", NULL, NULL},
    {"machine a.example.edu password one", HERE, "bob", NULL, "one"},
    {"machine a.example.edu password one login ann account x", HERE, "", "ann", "one"},
    /* For any host, where it stands last. */
    {"default login ann password one", HERE, "", "ann", "one"},
    {"machine b.example.edu login x password y default login ann password one", HERE, "", "ann",
     "one"},
    {"machine a.example.edu login bob password two default login ann password one", HERE, "", "bob",
     "two"},
    {"default login ann password one machine a.example.edu login bob password two", HERE, "", "ann",
     "one"},
    /* What belongs to one entry is not another's. */
    {"machine b.example.edu password x machine a.example.edu login ann", HERE, "", NULL, NULL},
    /* Macros. */
    {"machine b.example.edu login x password y\nmacdef init\nmachine a.example.edu password no\n\n"
     "machine a.example.edu login ann password geheim",
     HERE, "", "ann", "geheim"},
    {"macdef init\r\nmachine a.example.edu password no\r\n\r\nmachine a.example.edu password yes",
     HERE, "", NULL, "yes"},
    {"macdef init\nmachine a.example.edu password no", HERE, "", NULL, NULL},
    /* Quotes, as curl has them. */
    {"machine a.example.edu login \"ann b\" password \"ge \\\"he\\\\im\"", HERE, "", "ann b",
     "ge \"he\\im"},
    {"machine a.example.edu password a\"b", HERE, "", NULL, "a\"b"},
    {"machine a.example.edu password \"open end", HERE, "", NULL, "open end"},
    {"machine a.example.edu password \"\"", HERE, "", NULL, ""},
    /* Cut short. */
    {"machine", HERE, "", NULL, NULL},
    {"machine a.example.edu login ann password", HERE, "", NULL, NULL},
    {"machine a.example.edu login ann password geheim login", HERE, "", "ann", "geheim"},
    {"password geheim", HERE, "", NULL, NULL},
};

static bool is_same(const char *got, const char *expected)
{
    return got && expected ? strcmp(got, expected) == 0 : got == expected;
}

static void test_cli_netrc__finds_the_entry_of_a_host(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct cli_netrc_entry entry SES_CLEANUP(cli_netrc_entry_done) = {0};

        assert_int_equal(
            cli_netrc_find(ses_str_of(rows[i].text), rows[i].origin, rows[i].user, &entry), 0);
        ASSERT_ROW(rows[i].text, is_same(entry.login, rows[i].login));
        ASSERT_ROW(rows[i].text, is_same(entry.password, rows[i].password));
    }
}

/* Every prefix of a file that was cut short is read to its end. */
static void test_cli_netrc__reads_what_was_cut_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t len = 0; len <= strlen(rows[i].text); len++) {
            struct cli_netrc_entry entry SES_CLEANUP(cli_netrc_entry_done) = {0};

            assert_int_equal(cli_netrc_find((struct ses_str){rows[i].text, len}, rows[i].origin,
                                            rows[i].user, &entry),
                             0);
        }
    }
}

static int find_one(void *context)
{
    struct cli_netrc_entry entry SES_CLEANUP(cli_netrc_entry_done) = {0};

    (void)context;
    return cli_netrc_find(SES_STR("machine b login x password y machine a.example.edu login ann "
                                  "password geheim"),
                          HERE, "", &entry);
}

static void test_cli_netrc__survives_running_out_of_memory(void **state)
{
    (void)state;
    alloc_fail_each(find_one, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cli_netrc__finds_the_entry_of_a_host),
        cmocka_unit_test(test_cli_netrc__reads_what_was_cut_short),
        cmocka_unit_test(test_cli_netrc__survives_running_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
