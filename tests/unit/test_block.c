/* SPDX-License-Identifier: MIT */
/* The last lines of a ticket's text, as an instance and people hand them back. */
#include "submit/block.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define LINES                                                                                      \
    "Subject: example.edu\nLifetime: poc\nExpires: 2026-03-31\nDigest: sha256:" DIGEST "\n"
#define BLOCK "sesdns-request: 1\n" LINES
#define KEY "sesdns-add-9a7b0ed86f2103a6252e1c540f0d93e3" /* as test_key.c has it */

static int parse(const char *text, struct ses_arena *arena, struct ses_block *block)
{
    return ses_block_parse(ses_str_of(text), arena, block);
}

static void assert_text(const char *row, struct ses_str text, const char *expected)
{
    if (!ses_str_eq(text, ses_str_of(expected)))
        fail_msg("'%s': '%.*s', not '%s'", row, SES_STR_ARG(text), expected);
}

static void test_block__reads_what_templates_write(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_block block;

    (void)state;
    assert_int_equal(parse("Opening.\n\nDomain: example.edu\nPurpose: course mail\nContact: "
                           "Mail Team <mail@example.edu>\nAWS account: 123456789012\nAWS Region: "
                           "us-west-2\n\nLabels are relative to the zone edu.\n\n"
                           "NETDB NODES TO ADD: 1\n"
                           "- mail1.example.edu. A 198.51.100.7 (eipalloc-1)\n"
                           "  Check: dig +short A mail1.example.edu.\n"
                           "- mail1.example.edu. AAAA 2001:db8::7\n\n"
                           "NOT IN THIS REQUEST\n- SPF of example.edu itself: no\n\n" BLOCK,
                           &arena, &block),
                     0);
    assert_false(block.is_group);
    assert_false(block.is_host);
    assert_int_equal(block.operation, SES_ADD);
    assert_text("subject", block.subject, "example.edu");
    assert_text("contact", block.contact, "Mail Team <mail@example.edu>");
    assert_text("purpose", block.purpose, "course mail");
    assert_text("account", block.account, "123456789012");
    assert_text("region", block.region, "us-west-2");
    assert_text("zone", block.zone, "edu");
    assert_int_equal(block.lifetime.kind, SES_LIFETIME_POC);
    assert_int_equal(block.lifetime.expires.month, 3);
    assert_string_equal(block.digest, DIGEST);
    assert_int_equal(block.node_count, 2);
    assert_text("node", block.nodes[0].name, "mail1.example.edu");
    assert_text("address", block.nodes[0].address, "198.51.100.7");
    assert_text("allocation", block.nodes[0].allocation, "eipalloc-1");
    assert_text("second address", block.nodes[1].address, "2001:db8::7");
    assert_text("no allocation", block.nodes[1].allocation, "");
}

/* What an instance, a mail program or a person may have done to it. */
static void test_block__reads_what_comes_back(void **state)
{
    static const char *const texts[] = {
        BLOCK,
        "sesdns-request: 1\r\nSubject: example.edu\r\nLifetime: poc\r\nExpires: 2026-03-31\r\n"
        "Digest: sha256:" DIGEST "\r\n",
        "sesdns-request: 1  \nSubject: example.edu \nLifetime: poc\nExpires: 2026-03-31\n"
        "Digest: sha256:" DIGEST,
        /* The last one counts, and ends with an empty line. */
        "sesdns-request: 1\nSubject: other.edu\nLifetime: production\nDigest: sha256:" DIGEST
        "\n\n" BLOCK "\nSubject: third.edu\n",
        "sesdns-request: 1\nOperation: add\nUnknown: line\n" LINES,
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct ses_block block;

        ASSERT_ROW(texts[i], parse(texts[i], &arena, &block) == 0);
        assert_text(texts[i], block.subject, "example.edu");
        ASSERT_ROW(texts[i], ses_block_agrees(&block, block.subject, SES_STR(KEY)));
    }
}

static void test_block__refuses_what_is_none(void **state)
{
    static const char *const texts[] = {
        "",
        "Please publish this.\n",
        LINES,
        " sesdns-request: 1\n" LINES,
        "sesdns-request: 2\n" LINES,
        "sesdns-request: 1\n\n" LINES,
        "sesdns-request: 1\nLifetime: poc\nExpires: 2026-03-31\nDigest: sha256:" DIGEST "\n",
        "sesdns-request: 1\nOperation: eat\n" LINES,
        "sesdns-request: 1\nRefers: x^y\n" LINES,
        "sesdns-request: 1\nSubject: Example.edu\nLifetime: production\nDigest: sha256:" DIGEST,
        "sesdns-request: 1\nSubject: a b\nLifetime: production\nDigest: sha256:" DIGEST,
        "sesdns-request: 1\nSubject: example.edu\nLifetime: poc\nDigest: sha256:" DIGEST,
        "sesdns-request: 1\nSubject: example.edu\nLifetime: poc\nExpires: 2026-02-30\n"
        "Digest: sha256:" DIGEST,
        "sesdns-request: 1\nSubject: example.edu\nLifetime: production\nExpires: 2026-03-31\n"
        "Digest: sha256:" DIGEST,
        "sesdns-request: 1\nSubject: example.edu\nDigest: sha256:" DIGEST,
        "sesdns-request: 1\nSubject: example.edu\nLifetime: production\nDigest: sha256:ba78",
        "sesdns-request: 1\nSubject: example.edu\nLifetime: production\nDigest: " DIGEST,
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct ses_block block;

        ASSERT_ROW(texts[i], parse(texts[i], &arena, &block) == SES_EINVALID);
    }
}

static void test_block__reads_what_goes_on(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_block block;

    (void)state;
    assert_int_equal(
        parse("sesdns-request: 1\nOperation: remove\nSubject: example.edu\nRefers: " KEY
              "\nDigest: sha256:" DIGEST "\n",
              &arena, &block),
        0);
    assert_int_equal(block.operation, SES_REMOVE);
    assert_int_equal(block.lifetime.kind, SES_LIFETIME_NONE);
    assert_text("refers", block.refers, KEY);
    assert_int_equal(parse("sesdns-group: 1\nGroup: contact a@example.edu\nMembers: 3\n"
                           "Lifetime: production\nDigest: sha256:" DIGEST "\n",
                           &arena, &block),
                     0);
    assert_true(block.is_group);
    assert_int_equal(block.subject.len, 0);
}

/* Anybody may edit a text; the key is made of what it said. */
static void test_block__agrees_with_its_key_only(void **state)
{
    static const char *const texts[] = {
        "sesdns-request: 1\nSubject: other.edu\nLifetime: poc\nExpires: 2026-03-31\n"
        "Digest: sha256:" DIGEST "\n",
        "sesdns-request: 1\nOperation: remove\n" LINES,
        "sesdns-request: 1\nSubject: example.edu\nLifetime: poc\nExpires: 2026-03-31\n"
        "Digest: sha256:aa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct ses_block block;

        ASSERT_ROW(texts[i], parse(texts[i], &arena, &block) == 0);
        ASSERT_ROW(texts[i], !ses_block_agrees(&block, block.subject, SES_STR(KEY)));
    }
}

static void test_block__takes_nothing_that_was_shortened(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_block block;

    (void)state;
    assert_int_equal(parse("Contact: x... (shortened)\nPurpose: p\n\n" BLOCK, &arena, &block), 0);
    assert_text("contact", block.contact, "");
    assert_text("purpose", block.purpose, "p");
}

static int parse_once(void *ctx)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_block block;

    return parse(ctx, &arena, &block);
}

static void test_block__survives_every_failed_allocation(void **state)
{
    (void)state;
    alloc_fail_each(parse_once, (void *)BLOCK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_block__reads_what_templates_write),
        cmocka_unit_test(test_block__reads_what_comes_back),
        cmocka_unit_test(test_block__refuses_what_is_none),
        cmocka_unit_test(test_block__reads_what_goes_on),
        cmocka_unit_test(test_block__agrees_with_its_key_only),
        cmocka_unit_test(test_block__takes_nothing_that_was_shortened),
        cmocka_unit_test(test_block__survives_every_failed_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
