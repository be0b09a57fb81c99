/* SPDX-License-Identifier: MIT */
#include "render/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"
#include "model/site.h"

#define HEADER "Type,Name,Value\n"
#define MAX_TEXT ((size_t)64 * 1024 * 1024)

/* Everything that rendering groups takes. */
struct bench {
    struct ses_arena arena;
    struct collect collect;
    struct ses_site site;
    struct ses_documents *documents;
    struct ses_requests requests;
    struct ses_groups groups;
};

static int bench_make(struct bench *bench, enum ses_group_key key)
{
    int error;

    *bench = (struct bench){0};
    collect_init(&bench->collect, SES_NOTE);
    ses_groups_init(&bench->groups, key);
    ses_site_init(&bench->site);
    error = ses_documents_new(&bench->site, NULL, &bench->documents, &bench->collect.findings);
    return error != 0 ? error
                      : ses_documents_add_groups(bench->documents, NULL, &bench->collect.findings);
}

static void bench_done(struct bench *bench)
{
    ses_groups_done(&bench->groups);
    ses_documents_free(bench->documents);
    collect_done(&bench->collect);
    ses_arena_done(&bench->arena);
}

/* A production request of `domain` with `records` records. */
static struct ses_request *add_request(struct bench *bench, const char *domain, size_t records)
{
    struct ses_request *request =
        ses_requests_add(&bench->requests, &bench->arena, SES_SUBJECT_DOMAIN);

    if (!request)
        return NULL;
    request->subject = ses_str_of(domain);
    request->lifetime.kind = SES_LIFETIME_PRODUCTION;
    for (size_t i = 0; i < records; i++) {
        struct ses_record *record = ses_arena_alloc(&bench->arena, sizeof(*record));

        if (!record)
            return NULL;
        record->type = SES_CNAME;
        if (ses_arena_printf(&bench->arena, &record->owner, "t%zu._domainkey.%s", i, domain) != 0 ||
            ses_arena_printf(&bench->arena, &record->value, "t%zu.dkim.amazonses.com", i) != 0 ||
            ses_record_classify(record, &bench->arena) != 0 ||
            ses_request_add_record(request, &bench->arena, record) != 0)
            return NULL;
    }
    if (ses_request_settle(request, &bench->arena) != 0 || ses_request_seal(request, NULL) != 0)
        return NULL;
    return request;
}

static int add_group(struct bench *bench, size_t from, size_t to, size_t step, size_t records)
{
    int error = 0;

    for (size_t i = from; i != to && error == 0; i += step) {
        struct ses_request *request;
        struct ses_str domain;

        error = ses_arena_printf(&bench->arena, &domain, "d%03zu.edu", i);
        request = error == 0 ? add_request(bench, domain.ptr, records) : NULL;
        error = request ? ses_groups_add(&bench->groups, request) : SES_ENOMEM;
    }
    return error != 0 ? error : ses_groups_seal(&bench->groups);
}

static int render(struct bench *bench, const char *name, struct ses_buf *out)
{
    for (size_t i = 0; i < ses_group_document_count; i++) {
        if (strcmp(ses_group_document_rows[i].name, name) == 0)
            return ses_group_render(bench->documents, &ses_group_document_rows[i],
                                    bench->groups.items[0], out, &bench->collect.findings);
    }
    return SES_EINVALID;
}

static void test_group__names_are_safe_and_different(void **state)
{
    static const struct {
        const char *value, *name;
    } rows[] = {
        {"", "none.production"},
        {"none", "_6eone.production"},
        {"nonesuch", "nonesuch.production"},
        {".", "_2e.production"},
        {"..", "_2e..production"},
        {"../x", "_2e._2fx.production"},
        {"-rf", "_2drf.production"},
        {"a-b.c", "a-b.c.production"},
        {"A b_\n", "_41_20b_5f_0a.production"},
        {"\xC3\xBC", "_c3_bc.production"},
    };
    const struct ses_lifetime production = {.kind = SES_LIFETIME_PRODUCTION};
    const struct ses_lifetime poc = {.kind = SES_LIFETIME_POC, .expires = {2026, 3, 31}};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str name;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(ses_group_name(SES_GROUP_CONTACT, ses_str_of(rows[i].value), &production,
                                        &arena, &name),
                         0);
        assert_string_equal(name.ptr, rows[i].name);
    }
    assert_int_equal(ses_group_name(SES_GROUP_ALL, SES_STR(""), &poc, &arena, &name), 0);
    assert_string_equal(name.ptr, "all.poc-2026-03-31");
}

static void test_group__long_names_are_cut_and_stay_different(void **state)
{
    const struct ses_lifetime production = {.kind = SES_LIFETIME_PRODUCTION};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str first, second;
    char value[1000];

    (void)state;
    memset(value, ' ', sizeof(value));
    for (size_t len = 1; len < sizeof(value); len++) {
        assert_int_equal(ses_group_name(SES_GROUP_CONTACT, (struct ses_str){value, len},
                                        &production, &arena, &first),
                         0);
        assert_int_equal(ses_group_name(SES_GROUP_CONTACT, (struct ses_str){value, len + 1},
                                        &production, &arena, &second),
                         0);
        assert_true(first.len <= SES_MAX_GROUP_NAME + strlen(".production"));
        assert_false(ses_str_eq(first, second));
    }
}

static void test_group__is_the_same_for_any_order_of_the_input(void **state)
{
    static const char *const names[] = {"summary", "ticket", "records", "zone", "json"};
    struct bench forwards SES_CLEANUP(bench_done), backwards SES_CLEANUP(bench_done);

    (void)state;
    assert_int_equal(bench_make(&forwards, SES_GROUP_ALL), 0);
    assert_int_equal(bench_make(&backwards, SES_GROUP_ALL), 0);
    assert_int_equal(add_group(&forwards, 1, 6, 1, 3), 0);
    assert_int_equal(add_group(&backwards, 5, 0, (size_t)-1, 3), 0);
    assert_string_equal(forwards.groups.items[0]->digest, backwards.groups.items[0]->digest);
    for (size_t i = 0; i < COUNT(names); i++) {
        struct ses_buf one SES_CLEANUP(ses_buf_done), two SES_CLEANUP(ses_buf_done);

        ses_buf_init(&one, MAX_TEXT);
        ses_buf_init(&two, MAX_TEXT);
        ASSERT_ROW(names[i], render(&forwards, names[i], &one) == 0);
        ASSERT_ROW(names[i], render(&backwards, names[i], &two) == 0);
        ASSERT_ROW(names[i], one.len > 0 && ses_str_eq(ses_buf_str(&one), ses_buf_str(&two)));
    }
}

static void test_group__one_member_has_another_digest_than_its_request(void **state)
{
    struct bench bench SES_CLEANUP(bench_done);

    (void)state;
    assert_int_equal(bench_make(&bench, SES_GROUP_ALL), 0);
    assert_int_equal(add_group(&bench, 1, 2, 1, 3), 0);
    assert_string_not_equal(bench.groups.items[0]->digest, bench.requests.items[0]->digest);
}

static void test_group__lifetimes_and_values_keep_tickets_apart(void **state)
{
    struct bench bench SES_CLEANUP(bench_done);

    (void)state;
    assert_int_equal(bench_make(&bench, SES_GROUP_CONTACT), 0);
    for (int i = 0; i < 8; i++) {
        struct ses_request *request = add_request(&bench, "a.edu", 1);

        assert_non_null(request);
        request->contact = i % 2 ? SES_STR("us") : SES_STR("them");
        if (i / 2 % 2)
            request->lifetime = (struct ses_lifetime){SES_LIFETIME_POC, {2026, 3, 1 + i / 4}};
        assert_int_equal(ses_groups_add(&bench.groups, request), 0);
    }
    assert_int_equal(ses_groups_seal(&bench.groups), 0);
    assert_int_equal(bench.groups.count, 6);
    assert_string_equal(bench.groups.items[0]->name.ptr, "them.poc-2026-03-01");
    assert_string_equal(bench.groups.items[2]->name.ptr, "them.production");
    assert_int_equal(bench.groups.items[2]->count, 2);
}

/* Whatever the size of the group, the ticket and its summary fit their fields. */
static void test_group__ticket_fits_for_any_number_of_domains(void **state)
{
    static const size_t counts[] = {1, 2, 3, 5, 10, 40, 100, 199, 200, 201, 500};

    (void)state;
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct bench bench SES_CLEANUP(bench_done);
        struct ses_buf ticket SES_CLEANUP(ses_buf_done), summary SES_CLEANUP(ses_buf_done);

        ses_buf_init(&ticket, MAX_TEXT);
        ses_buf_init(&summary, MAX_TEXT);
        assert_int_equal(bench_make(&bench, SES_GROUP_ALL), 0);
        assert_int_equal(add_group(&bench, 0, counts[i], 1, 3), 0);
        assert_int_equal(render(&bench, "ticket", &ticket), 0);
        assert_int_equal(render(&bench, "summary", &summary), 0);
        assert_true(ticket.len <= SES_MAX_TICKET_CHARACTERS);
        assert_true(summary.len <= SES_MAX_SUMMARY_CHARACTERS);
        assert_true(
            ses_str_contains(ses_buf_str(&ticket), ses_str_of(bench.groups.items[0]->digest)));
        assert_int_equal(ses_str_contains(ses_buf_str(&ticket), SES_STR("records.zone")),
                         ses_str_eq(ses_str_of(collect_codes(&bench.collect)),
                                    SES_STR("document-records-attached")));
        assert_true(counts[i] < 40 || bench.collect.codes.len > 0);
    }
}

static int render_all(void *ctx)
{
    struct bench bench SES_CLEANUP(bench_done);
    int error = bench_make(&bench, SES_GROUP_ALL);

    if (error == 0)
        error = add_group(&bench, 0, *(size_t *)ctx, 1, 1);
    for (size_t i = 0; i < ses_group_document_count && error == 0; i++) {
        struct ses_buf out SES_CLEANUP(ses_buf_done);

        ses_buf_init(&out, MAX_TEXT);
        error = render(&bench, ses_group_document_rows[i].name, &out);
    }
    return error;
}

static void test_group__survives_each_failing_allocation(void **state)
{
    size_t count = 2;

    (void)state;
    alloc_fail_each(render_all, &count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_group__names_are_safe_and_different),
        cmocka_unit_test(test_group__long_names_are_cut_and_stay_different),
        cmocka_unit_test(test_group__is_the_same_for_any_order_of_the_input),
        cmocka_unit_test(test_group__one_member_has_another_digest_than_its_request),
        cmocka_unit_test(test_group__lifetimes_and_values_keep_tickets_apart),
        cmocka_unit_test(test_group__ticket_fits_for_any_number_of_domains),
        cmocka_unit_test(test_group__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
