/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/digest.h"

/* FIPS 180-4, the examples of NIST with no bytes, three and fifty-six. */
static const struct {
    struct ses_str text;
    const char *digest;
} examples[] = {
    {{NULL, 0}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {{"abc", 3}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56},
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

#define COUNT (sizeof(examples) / sizeof(examples[0]))

static void test_digest__is_sha256(void **state)
{
    char text[SES_DIGEST_TEXT];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(ses_digest_of(examples[i].text, text), 0);
        assert_string_equal(text, examples[i].digest);
        assert_int_equal(ses_digester_take(NULL, examples[i].text, text), 0);
        assert_string_equal(text, examples[i].digest);
    }
}

static void test_digest__of_a_text_owes_nothing_to_the_one_before(void **state)
{
    struct ses_digester digester SES_CLEANUP(ses_digester_done) = {0};
    char text[SES_DIGEST_TEXT];

    (void)state;
    for (size_t i = 0; i < COUNT * COUNT; i++) {
        size_t which = (i + i / COUNT) % COUNT;

        assert_int_equal(ses_digester_take(&digester, examples[which].text, text), 0);
        assert_string_equal(text, examples[which].digest);
    }
}

static void test_digest__digester_can_be_used_again_when_it_is_done(void **state)
{
    struct ses_digester digester = {0};
    char text[SES_DIGEST_TEXT];

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ses_digester_take(&digester, examples[1].text, text), 0);
        assert_string_equal(text, examples[1].digest);
        ses_digester_done(&digester);
    }
    ses_digester_done(&digester);
    ses_digester_done(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digest__is_sha256),
        cmocka_unit_test(test_digest__of_a_text_owes_nothing_to_the_one_before),
        cmocka_unit_test(test_digest__digester_can_be_used_again_when_it_is_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
