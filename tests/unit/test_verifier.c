/* SPDX-License-Identifier: MIT */
/* Many requests at once: in their order, with a bound on what is asked and kept. */
#include "verify/verifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"
#include "scripted.h"

#define REQUESTS 700 /* more than are asked for at a time */

static const struct scripted_row nothing[] = {{NULL, 0, NULL, 0, NULL}};

struct log {
    size_t done;
    size_t wrong;
    int error; /* what `done` is to return, after `after` */
    size_t after;
    struct ses_verification kept; /* the first */
};

static int note(void *context, struct ses_verification *verification)
{
    struct log *log = context;
    char expected[64];

    snprintf(expected, sizeof(expected), "unit%zu.example.edu", log->done);
    log->wrong += !ses_str_eq(verification->subject, ses_str_of(expected));
    log->wrong += verification->live != SES_LIVE_NONE;
    if (log->done == 0) {
        ses_verification_done(&log->kept);
        log->kept = *verification;
        *verification = (struct ses_verification){0};
    }
    return ++log->done > log->after ? log->error : 0;
}

/* A request with one record, which lives as long as the call. */
static int add(struct ses_verifier *verifier, size_t number)
{
    char subject[64];
    char owner[80];
    struct ses_record record = {.type = SES_TXT, .kind = SES_RECORD_VERIFICATION};
    struct ses_record *records[] = {&record};
    struct ses_request request = {
        .kind = SES_SUBJECT_DOMAIN, .published = records, .published_count = 1};

    snprintf(subject, sizeof(subject), "unit%zu.example.edu", number);
    snprintf(owner, sizeof(owner), "_amazonses.%s", subject);
    request.subject = request.subject_unicode = ses_str_of(subject);
    record.owner = ses_str_of(owner);
    record.value = SES_STR("a token of some length");
    return ses_verifier_add(verifier, &request);
}

static int run(struct log *log, size_t count, size_t limit)
{
    struct scripted scripted = {
        .resolver = {scripted_ask, scripted_wait, NULL}, .rows = nothing, .limit = limit};
    struct ses_verifier verifier = {.resolver = &scripted.resolver, .done = note, .context = log};
    int error = ses_verifier_init(&verifier);

    for (size_t i = 0; i < count && error == 0; i++)
        error = add(&verifier, i);
    if (error == 0)
        error = ses_verifier_finish(&verifier);
    ses_verifier_done(&verifier);
    return error;
}

static void test_verifier__keeps_the_order(void **state)
{
    static const size_t limits[] = {1, 7, 64};

    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct log log = {0};

        assert_int_equal(run(&log, REQUESTS, limits[i]), 0);
        assert_int_equal(log.done, REQUESTS);
        assert_int_equal(log.wrong, 0);
        ses_verification_done(&log.kept);
    }
}

static void test_verifier__passes_an_error_up(void **state)
{
    struct log log = {.error = SES_EIO, .after = 300};

    (void)state;
    assert_int_equal(run(&log, REQUESTS, 64), SES_EIO);
    assert_int_equal(log.done, 301);
    ses_verification_done(&log.kept);
}

/* What was kept comes back and is asked for again. */
static void test_verifier__asks_again(void **state)
{
    struct log log = {0};
    struct log again = {0};
    struct scripted scripted = {
        .resolver = {scripted_ask, scripted_wait, NULL}, .rows = nothing, .limit = 64};
    struct ses_verifier verifier = {
        .resolver = &scripted.resolver, .done = note, .context = &again};

    (void)state;
    assert_int_equal(run(&log, 1, 64), 0);
    assert_int_equal(ses_verifier_init(&verifier), 0);
    assert_int_equal(ses_verifier_add_again(&verifier, &log.kept), 0);
    assert_null(log.kept.subject.ptr);
    assert_int_equal(ses_verifier_finish(&verifier), 0);
    assert_int_equal(again.done, 1);
    assert_true(scripted.asked > 0);
    assert_int_equal(again.wrong, 0);
    ses_verifier_done(&verifier);
    ses_verification_done(&again.kept);
}

static int try(void *context)
{
    struct log log = {0};
    int error = run(&log, 2, 64);

    (void)context;
    ses_verification_done(&log.kept);
    return error;
}

static void test_verifier__survives_want_of_memory(void **state)
{
    (void)state;
    alloc_fail_each(try, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verifier__keeps_the_order),
        cmocka_unit_test(test_verifier__passes_an_error_up),
        cmocka_unit_test(test_verifier__asks_again),
        cmocka_unit_test(test_verifier__survives_want_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
