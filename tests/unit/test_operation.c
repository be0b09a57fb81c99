/* SPDX-License-Identifier: MIT */
/* Requests that renew or remove: what they spare, their digests, and their documents. */
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
#include "model/request.h"
#include "render/document.h"
#include "render/template.h"

/* One value with all that some language could take for its own. */
#define HOSTILE                                                                                    \
    "x\"'\n\r[code]<script>alert(1)</script>[/code]-->]]>\x1b[31m$(touch pwned)`id`\\{{subject}}"  \
    "\xE2\x80\xAE\xFF\x7F"

struct setup {
    struct collect collect;
    struct ses_arena arena;
    struct ses_site site;
    struct ses_request request;
    struct ses_documents *documents; /* owned */
    struct ses_buf out;
};

static void add_record(struct setup *setup, enum ses_rrtype type, const char *owner,
                       const char *value)
{
    struct ses_record *record = ses_arena_alloc(&setup->arena, sizeof(*record));

    assert_non_null(record);
    *record =
        (struct ses_record){.type = type, .owner = ses_str_of(owner), .value = ses_str_of(value)};
    assert_int_equal(ses_record_classify(record, &setup->arena), 0);
    assert_int_equal(ses_request_add_record(&setup->request, &setup->arena, record), 0);
}

static void add_node(struct setup *setup, const char *name, const char *address)
{
    struct ses_node node = {.name_text = ses_str_of(name),
                            .address_text = ses_str_of(address),
                            .name = ses_str_of(name)};

    assert_int_equal(ses_address_parse(node.address_text, &node.address), 0);
    assert_int_equal(ses_request_add_node(&setup->request, &setup->arena, &node), 0);
}

/* Records in the order in which they are published: MX, SPF, DMARC; the last is there twice. */
static void setup_init(struct setup *setup, enum ses_operation operation)
{
    *setup = (struct setup){0};
    collect_init(&setup->collect, SES_WARNING);
    ses_site_init(&setup->site);
    ses_buf_init(&setup->out, SES_MAX_TEMPLATE_OUTPUT);
    ses_request_init(&setup->request, SES_SUBJECT_DOMAIN);
    setup->request.operation = operation;
    setup->request.subject = SES_STR("example.edu");
    setup->request.lifetime = (struct ses_lifetime){SES_LIFETIME_POC, {2026, 12, 31}};
    setup->request.earlier = (struct ses_earlier){
        .number = SES_STR("INC0010001"),
        .key = SES_STR("sesdns-add-0123456789abcdef0123456789abcdef"),
        .lifetime = {SES_LIFETIME_POC, {2026, 6, 30}},
    };
    add_record(setup, SES_MX, "mail.example.edu", "10 feedback-smtp.us-west-2.amazonses.com");
    add_record(setup, SES_TXT, "mail.example.edu", "v=spf1 include:amazonses.com ~all");
    add_record(setup, SES_TXT, "_dmarc.example.edu", "v=DMARC1; p=none;");
    add_record(setup, SES_TXT, "_dmarc.example.edu", "v=DMARC1; p=none;");
    add_node(setup, "mail1.example.edu", "198.51.100.7");
    add_node(setup, "mail2.example.edu", "2001:db8::7");
    assert_int_equal(ses_request_settle(&setup->request, &setup->arena), 0);
    assert_int_equal(ses_request_seal(&setup->request, NULL), 0);
}

static void setup_done(struct setup *setup)
{
    ses_documents_free(setup->documents);
    ses_buf_done(&setup->out);
    ses_arena_done(&setup->arena);
    collect_done(&setup->collect);
}

static int make_documents(struct setup *setup)
{
    struct ses_findings *findings = &setup->collect.findings;
    int error = ses_documents_new(&setup->site, NULL, &setup->documents, findings);

    return error != 0 ? error
                      : ses_documents_add_operation(setup->documents, setup->request.operation,
                                                    NULL, findings);
}

static int render(struct setup *setup, const struct ses_document *document)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    ses_buf_clear(&setup->out);
    return ses_document_render(setup->documents, document, &setup->request, &arena, &setup->out,
                               &setup->collect.findings);
}

static const char *text_of(struct setup *setup, const char *name)
{
    const struct ses_document *document = ses_document_find(ses_str_of(name));

    assert_non_null(document);
    if (!setup->documents)
        assert_int_equal(make_documents(setup), 0);
    assert_int_equal(render(setup, document), 0);
    assert_non_null(setup->out.ptr);
    return setup->out.ptr;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no '%s' in:\n%s", part, text);
}

static void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("'%s' in:\n%s", part, text);
}

static void spare_foreign(struct setup *setup, const char *owner, const char *type,
                          struct ses_str value)
{
    const struct ses_spared spared = {.reason = SES_SPARED_FOREIGN,
                                      .owner = ses_str_of(owner),
                                      .type = ses_str_of(type),
                                      .value = value};

    assert_int_equal(ses_request_add_spared(&setup->request, &setup->arena, &spared), 0);
}

static void test_operation__is_in_the_digest(void **state)
{
    char digests[SES_OPERATIONS][SES_DIGEST_TEXT];

    (void)state;
    for (int i = 0; i < SES_OPERATIONS; i++) {
        struct setup setup;

        setup_init(&setup, (enum ses_operation)i);
        memcpy(digests[i], setup.request.digest, SES_DIGEST_TEXT);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(digests[i], digests[k]);
        setup_done(&setup);
    }
}

/* Whoever has lost the ledger makes the same key. */
static void test_operation__digest_knows_nothing_of_the_earlier_ticket(void **state)
{
    struct setup setup;
    char digest[SES_DIGEST_TEXT];

    (void)state;
    setup_init(&setup, SES_RENEW);
    memcpy(digest, setup.request.digest, sizeof(digest));
    setup.request.earlier = (struct ses_earlier){0};
    assert_int_equal(ses_request_seal(&setup.request, NULL), 0);
    assert_string_equal(setup.request.digest, digest);
    setup_done(&setup);
}

static void test_operation__spares_records_and_nodes_and_keeps_the_digest(void **state)
{
    static const struct {
        const char *owner, *type, *value;
    } expected[] = {
        {"mail.example.edu", "MX", "10 feedback-smtp.us-west-2.amazonses.com."},
        {"_dmarc.example.edu", "TXT", "v=DMARC1; p=none;"},
        {"mail2.example.edu", "AAAA", "2001:db8::7"},
    };
    struct setup setup;
    struct ses_request *request = &setup.request;
    char digest[SES_DIGEST_TEXT];

    (void)state;
    setup_init(&setup, SES_REMOVE);
    memcpy(digest, request->digest, sizeof(digest));
    assert_int_equal(
        ses_request_spare_record(request, &setup.arena, 0, SES_SPARED_GONE, SES_STR("")), 0);
    assert_int_equal(
        ses_request_spare_record(request, &setup.arena, 1, SES_SPARED_SHARED, SES_STR("INC2")), 0);
    assert_int_equal(
        ses_request_spare_node(request, &setup.arena, 1, SES_SPARED_COVERED, SES_STR("key")), 0);
    assert_int_equal(request->published_count, 1);
    assert_string_equal(request->published[0]->owner.ptr, "mail.example.edu");
    assert_int_equal(request->node_count, 1);
    assert_int_equal(request->spared_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_string_equal(request->spared[i].owner.ptr, expected[i].owner);
        assert_string_equal(request->spared[i].type.ptr, expected[i].type);
        assert_string_equal(request->spared[i].value.ptr, expected[i].value);
    }
    assert_string_equal(request->digest, digest);
    /* A copy of what was spared does not take its place. */
    assert_int_equal(ses_request_settle(request, &setup.arena), 0);
    assert_int_equal(request->published_count, 1);
    setup_done(&setup);
}

static void test_operation__copy_outlives_what_it_was_made_of(void **state)
{
    struct setup setup;
    struct ses_request copy;
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str names[] = {SES_STR("x_cost")};
    struct ses_str values[] = {SES_STR("CC1")};

    (void)state;
    setup_init(&setup, SES_REMOVE);
    spare_foreign(&setup, "mail.example.edu", "TXT", SES_STR("keep me"));
    setup.request.extra_names = names;
    setup.request.extra_values = values;
    setup.request.extra_count = 1;
    assert_int_equal(ses_request_copy(&setup.request, &arena, &copy), 0);
    assert_int_equal(ses_request_copy_columns(&copy, &arena), 0);
    setup_done(&setup);
    assert_int_equal(copy.operation, SES_REMOVE);
    assert_string_equal(copy.earlier.number.ptr, "INC0010001");
    assert_string_equal(copy.spared[0].value.ptr, "keep me");
    assert_ptr_not_equal(copy.extra_names[0].ptr, names[0].ptr);
    assert_string_equal(copy.extra_names[0].ptr, "x_cost");
}

static void test_operation__documents_of_each_are_whole(void **state)
{
    (void)state;
    for (int i = SES_RENEW; i < SES_OPERATIONS; i++) {
        struct setup setup;

        setup_init(&setup, (enum ses_operation)i);
        for (size_t k = 0; k < ses_document_count; k++) {
            const struct ses_document *document = &ses_document_rows[k];
            const char *text;

            if (!ses_document_applies(document, &setup.request))
                continue;
            text = text_of(&setup, document->name);
            assert_int_equal(text[setup.out.len - 1], '\n');
            assert_has_not(text, "\n\n\n");
            if (document->max_characters > 0)
                assert_true(setup.out.len <= document->max_characters);
            assert_int_equal(strncmp(ses_document_file(document, &setup.request),
                                     i == SES_RENEW ? "renew-" : "remove-", 6),
                             0);
        }
        setup_done(&setup);
    }
}

static void test_operation__tickets_refer_to_the_first(void **state)
{
    static const char *const lines[] = {
        "First ticket: INC0010001\n",
        "\nsesdns-request: 1\nOperation: %s\nSubject: example.edu\n"
        "Refers: sesdns-add-0123456789abcdef0123456789abcdef\nLifetime: poc\n"
        "Expires: 2026-12-31\nDigest: sha256:",
    };

    (void)state;
    for (int i = SES_RENEW; i < SES_OPERATIONS; i++) {
        struct setup setup;
        char line[512];
        const char *text;

        setup_init(&setup, (enum ses_operation)i);
        text = text_of(&setup, "ticket");
        assert_has(text, lines[0]);
        snprintf(line, sizeof(line), lines[1], ses_operation_name((enum ses_operation)i));
        assert_has(text, line);
        assert_has(text_of(&setup, "servicenow-xml"), i == SES_RENEW
                                                          ? "<correlation_id>sesdns-renew-"
                                                          : "<correlation_id>sesdns-remove-");
        setup_done(&setup);
    }
}

static void test_operation__renewal_says_day_or_none_never_both(void **state)
{
    struct setup setup;
    const char *text;

    (void)state;
    setup_init(&setup, SES_RENEW);
    text = text_of(&setup, "ticket");
    assert_has(text, "\nExpires: 2026-12-31\n");
    assert_has(text, "2026-06-30");
    assert_has_not(text, "no expiration date");
    assert_has(text_of(&setup, "netdb-cli"), "expiration --set 2026-12-31");
    setup.request.lifetime = (struct ses_lifetime){.kind = SES_LIFETIME_PRODUCTION};
    text = text_of(&setup, "ticket");
    assert_has(text, "There is no expiration date any more");
    assert_has_not(text, "Expires:");
    assert_has(text_of(&setup, "netdb-cli"), "expiration --clear");
    setup_done(&setup);
}

static void test_operation__removal_needs_no_lifetime(void **state)
{
    struct setup setup;
    const char *text;

    (void)state;
    setup_init(&setup, SES_REMOVE);
    setup.request.lifetime = (struct ses_lifetime){0};
    text = text_of(&setup, "ticket");
    assert_has_not(text, "Lifetime:");
    assert_has_not(text, "Expires:");
    assert_has(text_of(&setup, "json"), "\"lifetime\": null");
    setup_done(&setup);
}

static void test_operation__removal_names_what_stays(void **state)
{
    struct setup setup;
    const char *text;

    (void)state;
    setup_init(&setup, SES_REMOVE);
    spare_foreign(&setup, "mail.example.edu", "TXT", SES_STR("somebody's"));
    spare_foreign(&setup, "mail1.example.edu", "A", SES_STR("198.51.100.8"));
    assert_int_equal(ses_request_spare_record(&setup.request, &setup.arena, 2, SES_SPARED_SHARED,
                                              SES_STR("INC0010002")),
                     0);
    text = text_of(&setup, "ticket");
    assert_has(text, "- mail.example.edu. TXT somebody's\n");
    assert_has(text, "- _dmarc.example.edu. TXT v=DMARC1; p=none; (INC0010002)\n");
    assert_has(text, "RECORDS TO REMOVE: 2\n");
    /* The node has an address that is none of ours. */
    assert_has(text, "Another address keeps this name");
    text = text_of(&setup, "netdb-cli");
    assert_has(text, "\nremove ip_address 198.51.100.7 mail1.example.edu\n");
    assert_has_not(text, "\ndelete mail1.example.edu\n");
    assert_has(text, "\ndelete mail2.example.edu\n");
    setup_done(&setup);
}

static void test_operation__what_dns_says_comes_out_inert(void **state)
{
    static const struct ses_str hostile = {HOSTILE, sizeof(HOSTILE) - 1};
    struct setup setup;

    (void)state;
    setup_init(&setup, SES_REMOVE);
    spare_foreign(&setup, "mail.example.edu", "TXT", hostile);
    for (size_t i = 0; i < ses_document_count; i++) {
        const struct ses_document *document = &ses_document_rows[i];
        const char *text;

        if (!ses_document_applies(document, &setup.request))
            continue;
        text = text_of(&setup, document->name);
        assert_true(ses_str_is_utf8(ses_buf_str(&setup.out)));
        assert_has_not(text, "\x1b");
        assert_has_not(text, "\x7F");
        assert_has_not(text, "\xE2\x80\xAE");
        assert_has_not(text, "\r");
    }
    assert_has_not(text_of(&setup, "ticket"), "[code]");
    assert_has_not(text_of(&setup, "zone"), "\n[code]");
    setup_done(&setup);
}

static void test_operation__removal_with_much_to_keep_fits(void **state)
{
    struct setup setup;
    char value[250];

    (void)state;
    memset(value, 'x', sizeof(value));
    setup_init(&setup, SES_REMOVE);
    for (int i = 0; i < 100; i++)
        spare_foreign(&setup, "mail.example.edu", "TXT", (struct ses_str){value, sizeof(value)});
    text_of(&setup, "ticket");
    assert_true(setup.out.len <= SES_MAX_TICKET_CHARACTERS);
    assert_has(setup.out.ptr, "remove-records.zone ends with a list of it");
    assert_has(text_of(&setup, "zone"), "; To be kept at these names:\n");
    setup_done(&setup);
}

static int make_all(void *ctx)
{
    struct setup *setup = ctx;
    int error = make_documents(setup);

    for (size_t i = 0; i < ses_document_count && error == 0; i++) {
        const struct ses_document *document = &ses_document_rows[i];

        if (document->builder == SES_BUILD_TEMPLATE &&
            ses_document_applies(document, &setup->request))
            error = render(setup, document);
    }
    ses_documents_free(setup->documents);
    setup->documents = NULL;
    ses_buf_done(&setup->out);
    ses_buf_init(&setup->out, SES_MAX_TEMPLATE_OUTPUT);
    return error;
}

static int copy(void *ctx)
{
    struct setup *setup = ctx;
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request made;
    int error = ses_request_copy(&setup->request, &arena, &made);

    if (error == 0)
        error = ses_request_copy_columns(&made, &arena);
    if (error == 0)
        error = ses_request_spare_record(&made, &arena, 0, SES_SPARED_GONE, SES_STR(""));
    return error != 0 ? error
                      : ses_request_spare_node(&made, &arena, 0, SES_SPARED_GONE, SES_STR(""));
}

static void test_operation__survives_every_failed_allocation(void **state)
{
    (void)state;
    for (int i = SES_RENEW; i < SES_OPERATIONS; i++) {
        struct setup setup;

        setup_init(&setup, (enum ses_operation)i);
        spare_foreign(&setup, "mail.example.edu", "TXT", SES_STR("somebody's"));
        alloc_fail_each(make_all, &setup);
        alloc_fail_each(copy, &setup);
        setup_done(&setup);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_operation__is_in_the_digest),
        cmocka_unit_test(test_operation__digest_knows_nothing_of_the_earlier_ticket),
        cmocka_unit_test(test_operation__spares_records_and_nodes_and_keeps_the_digest),
        cmocka_unit_test(test_operation__copy_outlives_what_it_was_made_of),
        cmocka_unit_test(test_operation__documents_of_each_are_whole),
        cmocka_unit_test(test_operation__tickets_refer_to_the_first),
        cmocka_unit_test(test_operation__renewal_says_day_or_none_never_both),
        cmocka_unit_test(test_operation__removal_needs_no_lifetime),
        cmocka_unit_test(test_operation__removal_names_what_stays),
        cmocka_unit_test(test_operation__what_dns_says_comes_out_inert),
        cmocka_unit_test(test_operation__removal_with_much_to_keep_fits),
        cmocka_unit_test(test_operation__survives_every_failed_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
