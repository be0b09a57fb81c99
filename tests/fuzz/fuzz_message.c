/* SPDX-License-Identifier: MIT */
/* DNS messages from anybody: what is read out of them lies inside the message, its names are
 * printable, and a status goes with what it promises. The input is an answer to the first type that
 * its first byte chooses; its question is put in front of it, so that more of it is read. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "verify/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Holds in every build: a fuzz target without asserts finds nothing. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#define MAX_INPUT 4096

static void check_name(struct ses_str name)
{
    CHECK(name.len <= 1024);
    for (size_t i = 0; i < name.len; i++)
        CHECK(name.ptr[i] > ' ' && name.ptr[i] <= '~');
}

static void check_rr(const struct ses_rr *rr, size_t len)
{
    check_name(rr->owner);
    check_name(rr->name);
    CHECK(rr->text.len <= len && rr->ttl <= INT32_MAX);
    CHECK(rr->type != SES_QTYPE_A || rr->address.version == 4);
    CHECK(rr->type != SES_QTYPE_AAAA || rr->address.version == 6);
    CHECK(strcmp(ses_qtype_name(rr->type), "TYPE") != 0);
}

static void check_answer(const struct ses_answer *answer, const struct ses_question *question,
                         size_t len)
{
    CHECK((answer->status == SES_ANSWER_DATA) == (answer->count > 0));
    CHECK(answer->chain_count <= SES_MAX_CHAIN);
    CHECK(question->type != SES_QTYPE_CNAME || answer->chain_count == 0);
    CHECK(answer->status != SES_ANSWER_MALFORMED || !answer->soa);
    for (size_t i = 0; i < answer->chain_count; i++) {
        check_rr(&answer->chain[i], len);
        CHECK(answer->chain[i].type == SES_QTYPE_CNAME);
    }
    for (size_t i = 0; i < answer->count; i++) {
        check_rr(&answer->rrs[i], len);
        CHECK(answer->rrs[i].type == question->type);
    }
    if (answer->soa)
        check_rr(answer->soa, len);
}

static void check_copy(const struct ses_answer *answer, struct ses_arena *arena)
{
    struct ses_answer copy;
    struct ses_str before;
    struct ses_str after;

    CHECK(ses_answer_copy(answer, arena, &copy) == 0);
    CHECK(copy.status == answer->status && copy.count == answer->count);
    for (size_t i = 0; i < answer->count; i++) {
        CHECK(ses_rr_format(&answer->rrs[i], arena, &before) == 0);
        CHECK(ses_rr_format(&copy.rrs[i], arena, &after) == 0);
        CHECK(ses_str_eq(before, after));
    }
}

static void check_message(struct ses_str message, const struct ses_question *question)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_message_head head;
    struct ses_answer answer;

    (void)ses_message_answers(message, question);
    CHECK(ses_message_read(message, question, &arena, &head, &answer) == 0);
    CHECK(head.extended_text.len == 0 ||
          (head.extended_text.ptr >= message.ptr &&
           head.extended_text.ptr + head.extended_text.len <= message.ptr + message.len));
    check_answer(&answer, question, message.len);
    check_copy(&answer, &arena);
}

/* The question of the message that we would have sent, and behind it what came. */
static size_t put_question(const struct ses_question *question, const uint8_t *bytes, size_t len,
                           unsigned char message[MAX_INPUT + SES_MAX_QUERY])
{
    size_t query = ses_message_write_query(0, question, 0, message);

    memcpy(message + 2, bytes, 10); /* flags and counts */
    message[4] = 0;
    message[5] = 1;
    memcpy(message + query, bytes + 10, len - 10);
    return query + len - 10;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const enum ses_qtype types[] = {SES_QTYPE_TXT, SES_QTYPE_CNAME, SES_QTYPE_MX,
                                           SES_QTYPE_A,   SES_QTYPE_AAAA,  SES_QTYPE_PTR,
                                           SES_QTYPE_SOA, SES_QTYPE_NS};
    struct ses_question question = {.name = {"a.example.edu", 13}};
    unsigned char message[MAX_INPUT + SES_MAX_QUERY];

    if (len == 0 || len > MAX_INPUT)
        return 0;
    question.type = types[bytes[0] % 8];
    check_message((struct ses_str){(const char *)bytes + 1, len - 1}, &question);
    if (len > 10) {
        len = put_question(&question, bytes + 1, len - 1, message);
        check_message((struct ses_str){(const char *)message, len}, &question);
    }
    return 0;
}
