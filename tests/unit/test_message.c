/* SPDX-License-Identifier: MIT */
/* DNS messages: what is read out of them, and that no byte is trusted. */
#include "verify/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"

/* Parts of messages, each a literal: id 0x1234, then flags and counts, then the question. */
#define HEAD(flags, answers, authorities, additionals)                                             \
    "\x12\x34" flags "\x00\x01\x00" answers "\x00" authorities "\x00" additionals
#define QUESTION(type)                                                                             \
    "\x01"                                                                                         \
    "a\x07"                                                                                        \
    "example\x03"                                                                                  \
    "edu\x00\x00" type "\x00\x01"
#define OWNER "\xC0\x0C" /* points to the name in the question */
#define RR(owner, type, len, data) owner "\x00" type "\x00\x01\x00\x00\x01\x2C\x00" len data
#define TXT "\x10"
#define CNAME "\x05"
#define ANSWER "\x84\x00"
#define MESSAGE(literal)                                                                           \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static const struct ses_question txt = {{"a.example.edu", 13}, SES_QTYPE_TXT};

static int read_message(struct ses_str message, const struct ses_question *question,
                        struct ses_arena *arena, struct ses_message_head *head,
                        struct ses_answer *answer)
{
    return ses_message_read(message, question, arena, head, answer);
}

static void test_message__writes_a_query(void **state)
{
    unsigned char bytes[SES_MAX_QUERY];
    size_t len = ses_message_write_query(0x1234, &txt, SES_QUERY_EDNS, bytes);
    static const char expected[] = "\x12\x34\x01\x20\x00\x01\x00\x00\x00\x00\x00\x01" QUESTION(
        TXT) "\x00\x00\x29\x04\xD0\x00\x00\x00\x00\x00\x00";

    (void)state;
    assert_int_equal(len, sizeof(expected) - 1);
    assert_memory_equal(bytes, expected, len);
    len = ses_message_write_query(0x1234, &txt, SES_QUERY_CHECKING, bytes);
    assert_int_equal(len, 12 + sizeof(QUESTION(TXT)) - 1);
    assert_int_equal(bytes[3], 0x30);
    assert_int_equal(bytes[11], 0);
}

static void test_message__tells_an_answer_from_others(void **state)
{
    static const struct {
        const char *name;
        struct ses_str message;
        bool expected;
    } rows[] = {
        {"answer", MESSAGE(HEAD(ANSWER, "\x00", "\x00", "\x00") QUESTION(TXT)), true},
        {"a query", MESSAGE(HEAD("\x01\x00", "\x00", "\x00", "\x00") QUESTION(TXT)), false},
        {"another opcode", MESSAGE(HEAD("\xA0\x00", "\x00", "\x00", "\x00") QUESTION(TXT)), false},
        {"another type", MESSAGE(HEAD(ANSWER, "\x00", "\x00", "\x00") QUESTION("\x01")), false},
        {"another name",
         MESSAGE(HEAD(ANSWER, "\x00", "\x00", "\x00") "\x01"
                                                      "b\x07"
                                                      "example\x03"
                                                      "edu\x00\x00\x10\x00\x01"),
         false},
        {"another case",
         MESSAGE(HEAD(ANSWER, "\x00", "\x00", "\x00") "\x01"
                                                      "A\x07"
                                                      "exAMple\x03"
                                                      "edu\x00\x00\x10\x00\x01"),
         true},
        {"refusal without a question", MESSAGE("\x12\x34\x80\x05\x00\x00\x00\x00\x00\x00\x00\x00"),
         true},
        {"answer without a question", MESSAGE("\x12\x34\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
         false},
        {"half a header", MESSAGE("\x12\x34\x84\x00"), false},
        {"nothing", {NULL, 0}, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        ASSERT_ROW(rows[i].name, ses_message_answers(rows[i].message, &txt) == rows[i].expected);
}

/* What an answer means: its status, the first CNAME and the first record. */
static void test_message__tells_what_an_answer_means(void **state)
{
    static const struct {
        const char *name;
        struct ses_str message;
        enum ses_answer_status status;
        const char *chain; /* NULL for none */
        const char *data;
    } rows[] = {
        {"two strings are one text",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR(OWNER, TXT, "\x06",
                                                                       "\x02"
                                                                       "ab\x02"
                                                                       "cd")),
         SES_ANSWER_DATA, NULL, "abcd"},
        {"an empty text",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR(OWNER, TXT, "\x01", "\x00")),
         SES_ANSWER_DATA, NULL, ""},
        {"the record before its CNAME",
         MESSAGE(HEAD(ANSWER, "\x02", "\x00", "\x00") QUESTION(TXT) RR("\x01"
                                                                       "B\xC0\x0E",
                                                                       TXT, "\x03",
                                                                       "\x02"
                                                                       "ok")
                     RR(OWNER, CNAME, "\x04",
                        "\x01"
                        "b\xC0\x0E")),
         SES_ANSWER_DATA, "b.example.edu", "ok"},
        {"a CNAME that leads elsewhere",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR(OWNER, CNAME, "\x05",
                                                                       "\x03"
                                                                       "org\x00")),
         SES_ANSWER_ELSEWHERE, "org", NULL},
        {"the same, refused",
         MESSAGE(HEAD("\x84\x05", "\x01", "\x00", "\x00") QUESTION(TXT) RR(OWNER, CNAME, "\x05",
                                                                           "\x03"
                                                                           "org\x00")),
         SES_ANSWER_ELSEWHERE, "org", NULL},
        {"the same, by a server that asks others",
         MESSAGE(HEAD("\x80\x80", "\x01", "\x00", "\x00") QUESTION(TXT) RR(OWNER, CNAME, "\x05",
                                                                           "\x03"
                                                                           "org\x00")),
         SES_ANSWER_NODATA, "org", NULL},
        {"a CNAME to itself",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT)
                     RR(OWNER, CNAME, "\x02", OWNER)),
         SES_ANSWER_LOOP, "a.example.edu", NULL},
        {"no such name", MESSAGE(HEAD("\x84\x03", "\x00", "\x00", "\x00") QUESTION(TXT)),
         SES_ANSWER_NXDOMAIN, NULL, NULL},
        {"no such record, of a server that has the zone",
         MESSAGE(HEAD(ANSWER, "\x00", "\x00", "\x00") QUESTION(TXT)), SES_ANSWER_NODATA, NULL,
         NULL},
        {"nothing, of one that has it not",
         MESSAGE(HEAD("\x80\x00", "\x00", "\x00", "\x00") QUESTION(TXT)), SES_ANSWER_LAME, NULL,
         NULL},
        {"a referral",
         MESSAGE(HEAD("\x80\x00", "\x00", "\x01", "\x00") QUESTION(TXT)
                     RR("\xC0\x0E", "\x02", "\x02", OWNER)),
         SES_ANSWER_LAME, NULL, NULL},
        {"refused", MESSAGE(HEAD("\x80\x05", "\x00", "\x00", "\x00") QUESTION(TXT)),
         SES_ANSWER_REFUSED, NULL, NULL},
        {"failed", MESSAGE(HEAD("\x80\x02", "\x00", "\x00", "\x00") QUESTION(TXT)),
         SES_ANSWER_SERVFAIL, NULL, NULL},
        {"not implemented", MESSAGE(HEAD("\x80\x04", "\x00", "\x00", "\x00") QUESTION(TXT)),
         SES_ANSWER_RCODE, NULL, NULL},
        {"a record of another name",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR("\xC0\x0E", TXT, "\x03",
                                                                       "\x02"
                                                                       "no")),
         SES_ANSWER_NODATA, NULL, NULL},
        {"a pointer forward",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR("\xC0\x40", TXT, "\x03",
                                                                       "\x02"
                                                                       "no")),
         SES_ANSWER_MALFORMED, NULL, NULL},
        {"a pointer to itself",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR("\xC0\x1F", TXT, "\x03",
                                                                       "\x02"
                                                                       "no")),
         SES_ANSWER_MALFORMED, NULL, NULL},
        {"a label of 64",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR("\x40"
                                                                       "aa",
                                                                       TXT, "\x01", "\x00")),
         SES_ANSWER_MALFORMED, NULL, NULL},
        {"a string longer than its record",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR(OWNER, TXT, "\x03",
                                                                       "\x09"
                                                                       "ab")),
         SES_ANSWER_MALFORMED, NULL, NULL},
        {"a record longer than the message",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR(OWNER, TXT, "\x63",
                                                                       "\x02"
                                                                       "ab")),
         SES_ANSWER_MALFORMED, NULL, NULL},
        {"bytes behind the message",
         MESSAGE(HEAD(ANSWER, "\x00", "\x00", "\x00") QUESTION(TXT) "\x00"), SES_ANSWER_MALFORMED,
         NULL, NULL},
        {"fewer records than it says",
         MESSAGE(HEAD(ANSWER, "\x02", "\x00", "\x00") QUESTION(TXT) RR(OWNER, TXT, "\x03",
                                                                       "\x02"
                                                                       "ab")),
         SES_ANSWER_MALFORMED, NULL, NULL},
        {"a target longer than its record",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR(OWNER, CNAME, "\x02",
                                                                       "\x03"
                                                                       "org\x00")),
         SES_ANSWER_MALFORMED, NULL, NULL},
        {"bytes of a name that mean something to people",
         MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION(TXT) RR(OWNER, CNAME, "\x07",
                                                                       "\x05"
                                                                       ".\x1B\\ z\x00")),
         SES_ANSWER_ELSEWHERE, "\\.\\027\\\\\\032z", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
        struct ses_message_head head;
        struct ses_answer answer;

        assert_int_equal(read_message(rows[i].message, &txt, &arena, &head, &answer), 0);
        ASSERT_ROW(rows[i].name, answer.status == rows[i].status);
        ASSERT_ROW(rows[i].name, answer.status == SES_ANSWER_MALFORMED ||
                                     (answer.chain_count > 0) == (rows[i].chain != NULL));
        ASSERT_ROW(rows[i].name,
                   !rows[i].chain || ses_str_eq(answer.chain[0].name, ses_str_of(rows[i].chain)));
        ASSERT_ROW(rows[i].name, (answer.count > 0) == (rows[i].data != NULL));
        ASSERT_ROW(rows[i].name,
                   !rows[i].data || ses_str_eq(answer.rrs[0].text, ses_str_of(rows[i].data)));
    }
}

static void test_message__reads_soa_and_mx_and_addresses(void **state)
{
    static const struct ses_str negative = MESSAGE(
        HEAD("\x84\x03", "\x00", "\x01", "\x00") QUESTION(TXT)
            RR("\xC0\x0E", "\x06", "\x25",
               "\x02"
               "ns\xC0\x0E"
               "\x09"
               "host.mail\xC0\x0E"
               "\x00\x00\x00\x07\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x3C"));
    static const struct ses_question mx = {{"a.example.edu", 13}, SES_QTYPE_MX};
    static const struct ses_str mxs = MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION("\x0F")
                                                  RR(OWNER, "\x0F", "\x04", "\x00\x0A" OWNER));
    static const struct ses_question a = {{"a.example.edu", 13}, SES_QTYPE_A};
    static const struct ses_str as = MESSAGE(HEAD(ANSWER, "\x01", "\x00", "\x00") QUESTION("\x01")
                                                 RR(OWNER, "\x01", "\x04", "\xC0\x00\x02\x01"));
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_message_head head;
    struct ses_answer answer;
    struct ses_str text;

    (void)state;
    assert_int_equal(read_message(negative, &txt, &arena, &head, &answer), 0);
    assert_int_equal(answer.status, SES_ANSWER_NXDOMAIN);
    assert_non_null(answer.soa);
    assert_true(ses_str_eq(answer.soa->owner, SES_STR("example.edu")));
    assert_true(ses_str_eq(answer.soa->name, SES_STR("ns.example.edu")));
    assert_true(ses_str_eq(answer.soa->contact, SES_STR("host.mail@example.edu")));
    assert_int_equal(answer.soa->serial, 7);
    assert_int_equal(answer.ttl, 60);
    assert_int_equal(read_message(mxs, &mx, &arena, &head, &answer), 0);
    assert_int_equal(ses_rr_format(&answer.rrs[0], &arena, &text), 0);
    assert_true(ses_str_eq(text, SES_STR("10 a.example.edu")));
    assert_int_equal(read_message(as, &a, &arena, &head, &answer), 0);
    assert_int_equal(ses_rr_format(&answer.rrs[0], &arena, &text), 0);
    assert_true(ses_str_eq(text, SES_STR("192.0.2.1")));
}

static void test_message__reads_an_extended_error(void **state)
{
    static const struct ses_str message = MESSAGE(HEAD("\x81\x82", "\x00", "\x00", "\x01") QUESTION(
        TXT) "\x00\x00\x29\x04\xD0\x00\x00\x00\x00\x00\x0A\x00\x0F\x00\x06\x00\x07"
             "late");
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_message_head head;
    struct ses_answer answer;

    (void)state;
    assert_int_equal(read_message(message, &txt, &arena, &head, &answer), 0);
    assert_int_equal(answer.status, SES_ANSWER_SERVFAIL);
    assert_int_equal(head.extended, 7);
    assert_string_equal(ses_message_extended_name(head.extended), "signature expired");
    assert_true(ses_message_is_dnssec_error(head.extended));
    assert_true(ses_str_eq(head.extended_text, SES_STR("late")));
    assert_null(ses_message_extended_name(9999));
    assert_false(ses_message_is_dnssec_error(22));
}

static int try(void *context)
{
    static const struct ses_str message =
        MESSAGE(HEAD(ANSWER, "\x02", "\x00", "\x00") QUESTION(TXT) RR(OWNER, CNAME, "\x04",
                                                                      "\x01"
                                                                      "b\xC0\x0E") RR("\x01"
                                                                                      "b\xC0\x0E",
                                                                                      TXT, "\x03",
                                                                                      "\x02"
                                                                                      "ok"));
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_message_head head;
    struct ses_answer answer;

    (void)context;
    return ses_message_read(message, &txt, &arena, &head, &answer);
}

static void test_message__survives_want_of_memory(void **state)
{
    (void)state;
    alloc_fail_each(try, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message__writes_a_query),
        cmocka_unit_test(test_message__tells_an_answer_from_others),
        cmocka_unit_test(test_message__tells_what_an_answer_means),
        cmocka_unit_test(test_message__reads_soa_and_mx_and_addresses),
        cmocka_unit_test(test_message__reads_an_extended_error),
        cmocka_unit_test(test_message__survives_want_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
