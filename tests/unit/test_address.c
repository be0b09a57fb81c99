/* SPDX-License-Identifier: MIT */
#include "model/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"

static struct ses_address parse(const char *text)
{
    struct ses_address address = {0};

    ASSERT_ROW(text, ses_address_parse(ses_str_of(text), &address) == 0);
    return address;
}

static void test_address__prints_canonical_text(void **state)
{
    static const struct {
        const char *text, *canonical;
        int version;
    } rows[] = {
        {"198.51.100.7", "198.51.100.7", 4},
        {"0.0.0.0", "0.0.0.0", 4},
        {"255.255.255.255", "255.255.255.255", 4},
        {"2001:DB8::7", "2001:db8::7", 6},
        {"2001:0db8:0000:0000:0000:0000:0000:0007", "2001:db8::7", 6},
        /* RFC 5952 section 4.2: the longest run, the first of equals, never a single field. */
        {"2001:db8:0:0:1:0:0:0", "2001:db8:0:0:1::", 6},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", 6},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", 6},
        {"::", "::", 6},
        {"::1", "::1", 6},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1", 6},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_address address = parse(rows[i].text);

        assert_string_equal(address.text, rows[i].canonical);
        ASSERT_ROW(rows[i].text, address.version == rows[i].version);
    }
}

static void test_address__refuses_what_is_no_address(void **state)
{
    static const struct ses_str rows[] = {
        {"", 0},
        {"198.51.100", 10},
        {"198.51.100.256", 14},
        {"198.51.100.07", 13},
        {"198.51.100.7.", 13},
        {"198.51.100.7 ", 13},
        {" 198.51.100.7", 13},
        {"198.51.100.7/32", 15},
        {"3325256711", 10},
        {"0xC6.51.100.7", 13},
        {"198.51.100.7\0", 13},
        {"mail.example.edu", 16},
        {"2001:db8:::7", 12},
        {"2001:db8::7::8", 14},
        {"1:2:3:4:5:6:7:8:9", 17},
        {"12345::", 7},
        {"fe80::1%eth0", 12},
        {"[2001:db8::7]", 13},
        {"2001:0db8:0000:0000:0000:0000:0000:0007:extra-x", 47},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_address address;

        ASSERT_ROW(rows[i].ptr, ses_address_parse(rows[i], &address) == SES_EINVALID);
    }
}

static void test_address__compares_addresses_not_texts(void **state)
{
    struct ses_address a = parse("2001:DB8:0::7");
    struct ses_address b = parse("2001:db8::7");
    struct ses_address c = parse("2001:db8::8");
    struct ses_address zero = parse("0.0.0.0");
    struct ses_address none = parse("::");

    (void)state;
    assert_true(ses_address_eq(&a, &b));
    assert_false(ses_address_eq(&a, &c));
    assert_false(ses_address_eq(&zero, &none));
}

#define P SES_ADDRESS_PUBLIC
#define V SES_ADDRESS_PRIVATE
#define R SES_ADDRESS_RESERVED
#define D SES_ADDRESS_DOCUMENTATION

/* Each block of the table by its edges: the first and last address inside, and their neighbours
 * outside, with the scope of each. */
static void test_address__knows_the_edges_of_each_block(void **state)
{
    static const struct {
        const char *before, *first, *last, *behind;
        enum ses_address_scope outside_before, inside, outside_behind;
    } rows[] = {
        {NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0", P, R, P},
        {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", P, V, P},
        {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0", P, V, P},
        {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0", P, V, P},
        {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0", P, V, P},
        {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0", P, V, P},
        {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0", P, R, P},
        {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0", P, D, P},
        {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0", P, R, P},
        {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0", P, V, P},
        {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0", P, R, P},
        {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0", P, D, P},
        {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0", P, D, P},
        {"223.255.255.255", "224.0.0.0", "239.255.255.255", "240.0.0.0", P, R, R},
        {"239.255.255.255", "240.0.0.0", "255.255.255.255", NULL, R, R, P},
        {"1fff:ffff::", "2000::", "2000:ffff::", "2001:200::", R, P, P},
        {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::", P, R, P},
        {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::", P, D, P},
        {"2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::", P, R, P},
        {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::", P, D, P},
        {"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "fbff::", "fc00::", P, R, V},
        {"fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::", R, V, R},
        {"fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::", R, V, R},
        {"feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL, R, R, P},
        {NULL, "::", "::ffff:198.51.100.7", NULL, P, R, P},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct {
            const char *text;
            enum ses_address_scope scope;
        } edges[] = {{rows[i].before, rows[i].outside_before},
                     {rows[i].first, rows[i].inside},
                     {rows[i].last, rows[i].inside},
                     {rows[i].behind, rows[i].outside_behind}};

        for (size_t k = 0; k < COUNT(edges); k++) {
            struct ses_address address;
            const char *block;

            if (!edges[k].text)
                continue;
            address = parse(edges[k].text);
            ASSERT_ROW(edges[k].text, ses_address_scope(&address, &block) == edges[k].scope);
            ASSERT_ROW(edges[k].text, (block == NULL) == (edges[k].scope == P));
        }
    }
}

static void test_address__names_the_block(void **state)
{
    static const char *const rows[][2] = {
        {"10.1.2.3", "10.0.0.0/8 (RFC 1918)"},
        {"127.0.0.1", "127.0.0.0/8, loopback (RFC 1122)"},
        {"2001:db8::1", "2001:db8::/32 (RFC 3849)"},
        {"::1", "outside 2000::/3 (RFC 4291)"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_address address = parse(rows[i][0]);
        const char *block = NULL;

        assert_int_not_equal(ses_address_scope(&address, &block), SES_ADDRESS_PUBLIC);
        assert_string_equal(block, rows[i][1]);
    }
}

static void test_address__writes_reverse_names(void **state)
{
    static const char *const rows[][2] = {
        {"198.51.100.7", "7.100.51.198.in-addr.arpa"},
        {"0.0.0.255", "255.0.0.0.in-addr.arpa"},
        /* RFC 3596 section 2.5 */
        {"4321:0:1:2:3:4:567:89ab",
         "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_address address = parse(rows[i][0]);
        char reverse[SES_MAX_REVERSE_TEXT];

        ses_address_reverse(&address, reverse);
        assert_string_equal(reverse, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address__prints_canonical_text),
        cmocka_unit_test(test_address__refuses_what_is_no_address),
        cmocka_unit_test(test_address__compares_addresses_not_texts),
        cmocka_unit_test(test_address__knows_the_edges_of_each_block),
        cmocka_unit_test(test_address__names_the_block),
        cmocka_unit_test(test_address__writes_reverse_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
