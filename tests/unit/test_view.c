/* SPDX-License-Identifier: MIT */
/* What templates can name, and what the names stand for. */
#include <limits.h>
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
#include "model/name.h"
#include "render/data.h"
#include "render/template.h"
#include "render/view.h"

/* A request of its own, and the site it is for. */
struct setup {
    struct ses_arena arena;
    struct ses_site site;
    struct ses_request request;
};

static void setup_init(struct setup *setup, enum ses_subject_kind kind, const char *subject)
{
    ses_arena_init(&setup->arena, 0);
    ses_site_init(&setup->site);
    ses_request_init(&setup->request, kind);
    setup->request.subject = ses_str_of(subject);
    setup->request.subject_unicode = setup->request.subject;
    setup->request.lifetime = (struct ses_lifetime){SES_LIFETIME_POC, {2027, 3, 9}};
}

static void add_record(struct setup *setup, enum ses_rrtype type, const char *owner,
                       const char *value)
{
    struct ses_record *record = ses_arena_alloc(&setup->arena, sizeof(*record));

    assert_non_null(record);
    record->type = type;
    record->owner = ses_str_of(owner);
    record->value = ses_str_of(value);
    assert_int_equal(ses_record_classify(record, &setup->arena), 0);
    assert_int_equal(ses_request_add_record(&setup->request, &setup->arena, record), 0);
}

static void add_node(struct setup *setup, const char *name, const char *address,
                     const char *allocation)
{
    struct ses_node node = {
        .name_text = ses_str_of(name),
        .address_text = ses_str_of(address),
        .name = ses_str_of(name),
        .allocation = ses_str_of(allocation),
    };

    assert_int_equal(ses_address_parse(node.address_text, &node.address), 0);
    assert_int_equal(ses_request_add_node(&setup->request, &setup->arena, &node), 0);
}

static int refuse(struct ses_findings *findings, const struct ses_finding *finding)
{
    (void)findings;
    (void)finding;
    return SES_EINVALID;
}

static void copy(struct ses_buf *out, struct ses_str value)
{
    ses_buf_add(out, value);
}

static int expand(struct setup *setup, const char *text, enum ses_view_size size,
                  struct ses_buf *out)
{
    struct ses_template *template SES_CLEANUP(ses_template_freep) = NULL;
    struct ses_template_options language = {.lookup = &ses_data_lookup, .escape = copy};
    struct ses_view_options options = {.site = &setup->site, .size = size};
    struct ses_findings findings = {.emit = refuse};
    struct ses_view *view = NULL;
    int error = ses_view_new(&setup->request, &options, &setup->arena, &view);

    if (error == 0)
        error = ses_template_new("t", ses_str_of(text), &language, &template, &findings);
    if (error == 0)
        error = ses_template_expand(template, ses_view_root(view), out, &findings);
    return error;
}

/* Settles the request and asserts what `text` becomes. */
static void assert_text(struct setup *setup, const char *text, const char *want)
{
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    ses_buf_init(&out, 1024 * 1024);
    assert_int_equal(ses_request_settle(&setup->request, &setup->arena), 0);
    assert_int_equal(ses_request_seal(&setup->request, NULL), 0);
    assert_int_equal(expand(setup, text, SES_VIEW_FULL, &out), 0);
    assert_string_equal(out.len > 0 ? out.ptr : "", want);
}

static void test_view__labels_count_from_the_zone(void **state)
{
    static const struct {
        const char *zone, *owner, *want;
    } cases[] = {
        {"example.edu", "_dmarc.news.example.edu", "_dmarc.news"},
        {"news.example.edu", "news.example.edu", "@"},
        {"", "_dmarc.news.example.edu", "_dmarc"},
        {"other.example", "_dmarc.news.example.edu", "outside"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct setup setup;

        setup_init(&setup, SES_SUBJECT_DOMAIN, "news.example.edu");
        setup.request.zone = ses_str_of(cases[i].zone);
        add_record(&setup, SES_TXT, cases[i].owner, "v=DMARC1; p=none");
        assert_text(&setup, "{{#records}}{{label}}{{^label}}outside{{/label}}{{/records}}",
                    cases[i].want);
        ses_arena_done(&setup.arena);
    }
}

static void test_view__values_are_what_to_type_in(void **state)
{
    static const struct {
        enum ses_rrtype type;
        const char *value, *want;
    } cases[] = {
        {SES_CNAME, "a.dkim.amazonses.com", "a.dkim.amazonses.com."},
        {SES_MX, "10 feedback-smtp.us-west-2.amazonses.com",
         "10 feedback-smtp.us-west-2.amazonses.com."},
        {SES_MX, "feedback-smtp.us-west-2.amazonses.com",
         "feedback-smtp.us-west-2.amazonses.com (as given)"},
        {SES_CNAME, "not a name", "not a name (as given)"},
        {SES_TXT, "v=spf1 include:amazonses.com ~all", "v=spf1 include:amazonses.com ~all"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct setup setup;

        setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
        add_record(&setup, cases[i].type, "x.example.edu", cases[i].value);
        assert_text(&setup,
                    "{{#records}}{{value}}{{^is_valid}} (as given){{/is_valid}}{{/records}}",
                    cases[i].want);
        ses_arena_done(&setup.arena);
    }
}

static void test_view__splits_long_txt_in_strings_of_255(void **state)
{
    static const struct {
        size_t length;
        const char *want;
    } cases[] = {
        {254, "254 1 "},     {255, "255 1 "},     {256, "256 2 long"},
        {510, "510 2 long"}, {511, "511 3 long"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct setup setup;
        char value[1024];

        setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
        memset(value, 'A', cases[i].length);
        value[cases[i].length] = '\0';
        add_record(&setup, SES_TXT, "s._domainkey.example.edu", value);
        assert_text(&setup,
                    "{{#records}}{{length}} {{string_count}} {{#is_long}}long{{/is_long}}"
                    "{{/records}}",
                    cases[i].want);
        ses_arena_done(&setup.arena);
    }
}

static void test_view__keeps_apart_what_is_not_to_be_published(void **state)
{
    struct setup setup;

    (void)state;
    setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
    add_record(&setup, SES_TXT, "_amazonses.example.edu",
               "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU=");
    add_record(&setup, SES_TXT, "example.edu",
               "amazonses:MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU=");
    add_record(&setup, SES_TXT, "_amazonses.example.edu",
               "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU=");
    assert_text(&setup,
                "{{#records}}{{owner}} {{/records}}| {{#left_out}}{{owner}}"
                "{{#is_duplicate}} duplicate{{/is_duplicate}}"
                "{{#is_alternative}} alternative{{/is_alternative}}; {{/left_out}}",
                "_amazonses.example.edu | example.edu alternative; _amazonses.example.edu "
                "duplicate; ");
    ses_arena_done(&setup.arena);
}

static void test_view__groups_what_netdb_keeps_under_one_name(void **state)
{
    struct setup setup;

    (void)state;
    setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
    add_record(&setup, SES_CNAME, "a._domainkey.example.edu", "t.dkim.amazonses.com");
    add_record(&setup, SES_CNAME, "b._domainkey.example.edu", "t.dkim.amazonses.com");
    add_record(&setup, SES_TXT, "m.example.edu", "v=spf1 -all");
    add_record(&setup, SES_MX, "m.example.edu", "10 f.amazonses.com");
    add_node(&setup, "mail.example.edu", "198.51.100.7", "");
    add_node(&setup, "mail.example.edu", "2001:db8::7", "");
    assert_text(&setup,
                "{{#cname_targets}}{{name}}:{{#aliases}} {{owner}}{{/aliases}}\n{{/cname_targets}}"
                "{{#mx_targets}}{{name}}:{{#aliases}} {{owner}}:{{preference}}{{/aliases}}\n"
                "{{/mx_targets}}"
                "{{#txt_owners}}{{name}}:{{#values}} {{value}}{{/values}}\n{{/txt_owners}}"
                "{{#nodes}}{{name}}:{{#addresses}} {{rrtype}} {{address}}{{/addresses}}\n{{/nodes}}"
                "{{node_words}}",
                "t.dkim.amazonses.com: a._domainkey.example.edu b._domainkey.example.edu\n"
                "f.amazonses.com: m.example.edu:10\n"
                "m.example.edu: v=spf1 -all\n"
                "mail.example.edu: A 198.51.100.7 AAAA 2001:db8::7\n"
                "1 NetDB node");
    ses_arena_done(&setup.arena);
}

static void test_view__netdb_comment_is_one_line_of_ascii(void **state)
{
    static const struct {
        const char *contact, *want;
    } cases[] = {
        {"a@example.edu", "Amazon EC2 mail host h.example.edu; eipalloc-1; contact a@example.edu"},
        {"Zo\xC3\xAB", "Amazon EC2 mail host h.example.edu; eipalloc-1"},
        {"a\nb", "Amazon EC2 mail host h.example.edu; eipalloc-1"},
        {"", "Amazon EC2 mail host h.example.edu; eipalloc-1"},
    };
    char long_contact[SES_MAX_NETDB_COMMENT + 1];
    struct setup setup;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        setup_init(&setup, SES_SUBJECT_HOST, "h.example.edu");
        setup.request.contact = ses_str_of(cases[i].contact);
        add_node(&setup, "h.example.edu", "203.0.113.9", "eipalloc-1");
        assert_text(&setup, "{{#nodes}}{{comment}}{{/nodes}}", cases[i].want);
        ses_arena_done(&setup.arena);
    }
    memset(long_contact, 'x', sizeof(long_contact) - 1);
    long_contact[sizeof(long_contact) - 1] = '\0';
    setup_init(&setup, SES_SUBJECT_HOST, "h.example.edu");
    setup.request.contact = ses_str_of(long_contact);
    add_node(&setup, "h.example.edu", "203.0.113.9", "eipalloc-1");
    assert_text(&setup, "{{#nodes}}{{comment}}{{/nodes}}", cases[3].want);
    ses_arena_done(&setup.arena);
}

static void test_view__writes_dates_as_netdb_wants_them(void **state)
{
    static const struct {
        const char *format, *want;
    } cases[] = {
        {"%Y-%m-%d", "2027-03-09"}, {"%m/%d/%y", "03/09/27"}, {"%e %b %Y", " 9 Mar 2027"},
        {"%B %d", "March 09"},      {"day %j", "day 068"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct setup setup;
        const char *reason;

        setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
        assert_int_equal(ses_site_set(&setup.site, &setup.arena, SES_STR("netdb"),
                                      SES_STR("date_format"), ses_str_of(cases[i].format), &reason),
                         0);
        assert_text(&setup, "{{expires_netdb}}", cases[i].want);
        ses_arena_done(&setup.arena);
    }
}

static void test_view__words_for_commands_hold_nothing_else(void **state)
{
    static const char *const hostile[] = {"a b", "$(id)", "-rf", "a;b", "a'b", "a\nb"};

    (void)state;
    for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
        struct setup setup;

        setup_init(&setup, SES_SUBJECT_HOST, "h.example.edu");
        setup.request.region = ses_str_of(hostile[i]);
        add_node(&setup, "h.example.edu", "203.0.113.9", hostile[i]);
        assert_text(&setup,
                    "{{region_word}}{{#nodes}}{{#addresses}}{{allocation_word}}{{/addresses}}"
                    "{{/nodes}}",
                    "");
        ses_arena_done(&setup.arena);
    }
}

static void test_view__settings_have_the_names_of_the_config(void **state)
{
    struct setup setup;

    (void)state;
    setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
    for (int i = 0; i < SES_SETTINGS; i++) {
        const struct ses_setting_row *row = &ses_settings[i];
        char name[128];

        if (row->kind == SES_SETTING_TEMPLATE)
            continue;
        snprintf(name, sizeof(name), "{{%s.%s}}", row->section, row->key);
        assert_text(&setup, name, row->standard);
    }
    ses_arena_done(&setup.arena);
}

static void test_view__cuts_free_text_only_where_there_is_little_room(void **state)
{
    struct ses_buf out SES_CLEANUP(ses_buf_done);
    struct setup setup;
    char purpose[5000];

    (void)state;
    ses_buf_init(&out, 1024 * 1024);
    setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
    memset(purpose, '\x1b', sizeof(purpose));
    setup.request.purpose = (struct ses_str){purpose, sizeof(purpose)};
    assert_int_equal(expand(&setup, "{{purpose}}", SES_VIEW_FULL, &out), 0);
    assert_int_equal(out.len, sizeof(purpose));
    ses_buf_clear(&out);
    assert_int_equal(expand(&setup, "{{purpose}}", SES_VIEW_BRIEF, &out), 0);
    /* Each byte becomes four when it is escaped. */
    assert_int_equal(out.len, 600 / 4 + strlen("... (shortened)"));
    ses_buf_clear(&out);
    assert_int_equal(expand(&setup, "{{purpose}}", SES_VIEW_TIGHT, &out), 0);
    assert_int_equal(out.len, 300 / 4 + strlen("... (shortened)"));
    assert_true(ses_str_ends(ses_buf_str(&out), SES_STR("... (shortened)")));
    ses_arena_done(&setup.arena);
}

static void test_view__breaks_wordings_at_blanks(void **state)
{
    static const char text[] =
        "one two three four five six seven eight nine ten eleven twelve thirteen four fifteen "
        "https://example.edu/a/very/long/address/that/no/line/of/seventy-eight/characters/holds/at/"
        "all and more";
    struct ses_template *template SES_CLEANUP(ses_template_freep) = NULL;
    struct ses_buf out SES_CLEANUP(ses_buf_done);
    struct ses_template_options language = {.lookup = &ses_data_lookup, .escape = copy};
    struct ses_findings findings = {.emit = refuse};
    struct ses_view *view = NULL;
    struct setup setup;

    (void)state;
    ses_buf_init(&out, 4096);
    setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
    assert_int_equal(ses_view_new(&setup.request, &(struct ses_view_options){.site = &setup.site},
                                  &setup.arena, &view),
                     0);
    assert_int_equal(ses_view_set_wordings(view, ses_str_of(text), SES_STR("")), 0);
    assert_int_equal(ses_template_new("t", SES_STR("{{#opening_lines}}[{{.}}]{{/opening_lines}}"),
                                      &language, &template, &findings),
                     0);
    assert_int_equal(ses_template_expand(template, ses_view_root(view), &out, &findings), 0);
    assert_string_equal(
        out.ptr,
        "[one two three four five six seven eight nine ten eleven twelve thirteen four]"
        "[fifteen]"
        "[https://example.edu/a/very/long/address/that/no/line/of/seventy-eight/characters/holds/"
        "at/all]"
        "[and more]");
    ses_arena_done(&setup.arena);
}

/* What a name stands for is made when it is looked at: this looks at all that takes memory. */
static const char thorough[] =
    "{{subject_absolute}}{{digest}}{{key}}{{expires}}{{expires_netdb}}{{purpose}}{{record_words}}"
    "{{#records}}{{number}}{{owner_absolute}}{{value}}{{#strings}}{{.}}{{/strings}}{{/records}}"
    "{{#nodes}}{{name_absolute}}{{comment}}{{#addresses}}{{reverse}}{{/addresses}}{{/nodes}}"
    "{{#cname_targets}}{{name_absolute}}{{#aliases}}{{owner}}{{/aliases}}{{/cname_targets}}"
    "{{#txt_owners}}{{/txt_owners}}{{target_comment}}{{node_words}}{{#dns}}{{ttl}}{{/dns}}";

static int make_view(void *ctx)
{
    struct setup *setup = ctx;
    struct ses_template *template SES_CLEANUP(ses_template_freep) = NULL;
    struct ses_template_options language = {.lookup = &ses_data_lookup, .escape = copy};
    struct ses_view_options options = {.site = &setup->site, .size = SES_VIEW_TIGHT};
    struct ses_findings findings = {.emit = refuse};
    struct ses_buf out SES_CLEANUP(ses_buf_done);
    struct ses_view *view;
    struct ses_arena arena;
    int error;

    ses_arena_init(&arena, 0);
    ses_buf_init(&out, 1024 * 1024);
    error = ses_view_new(&setup->request, &options, &arena, &view);
    if (error == 0)
        error = ses_template_new("t", ses_str_of(thorough), &language, &template, &findings);
    if (error == 0)
        error = ses_view_expand(view, template, &out, &findings);
    ses_arena_done(&arena);
    return error;
}

static void test_view__survives_every_failed_allocation(void **state)
{
    struct setup setup;

    (void)state;
    setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
    setup.request.purpose = SES_STR("a purpose");
    for (int i = 0; i < 60; i++)
        add_record(&setup, SES_CNAME, "a._domainkey.example.edu", "t.dkim.amazonses.com");
    add_node(&setup, "mail.example.edu", "198.51.100.7", "");
    assert_int_equal(ses_request_settle(&setup.request, &setup.arena), 0);
    assert_int_equal(ses_request_seal(&setup.request, NULL), 0);
    alloc_fail_each(make_view, &setup);
    ses_arena_done(&setup.arena);
}

/* A template keeps the number of a member in a byte (data.c). */
static void test_view__numbers_fit_and_names_stand_once(void **state)
{
    static const struct ses_members *const tables[] = {
        &ses_view_members,       &ses_record_members,        &ses_node_members,
        &ses_address_members,    &ses_target_members,        &ses_owner_members,
        &ses_attachment_members, &ses_index_row_members,     &ses_index_file_members,
        &ses_index_foot_members, &ses_index_finding_members,
    };

    (void)state;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        const char *names[UCHAR_MAX];
        size_t count = 0;

        for (const struct ses_members *members = tables[i]; members; members = members->next) {
            assert_in_range(count + members->count, 1, UCHAR_MAX);
            for (size_t k = 0; k < members->count; k++) {
                for (size_t n = 0; n < count; n++)
                    assert_string_not_equal(names[n], members->rows[k].name);
                names[count++] = members->rows[k].name;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_view__labels_count_from_the_zone),
        cmocka_unit_test(test_view__values_are_what_to_type_in),
        cmocka_unit_test(test_view__splits_long_txt_in_strings_of_255),
        cmocka_unit_test(test_view__keeps_apart_what_is_not_to_be_published),
        cmocka_unit_test(test_view__groups_what_netdb_keeps_under_one_name),
        cmocka_unit_test(test_view__netdb_comment_is_one_line_of_ascii),
        cmocka_unit_test(test_view__writes_dates_as_netdb_wants_them),
        cmocka_unit_test(test_view__words_for_commands_hold_nothing_else),
        cmocka_unit_test(test_view__settings_have_the_names_of_the_config),
        cmocka_unit_test(test_view__cuts_free_text_only_where_there_is_little_room),
        cmocka_unit_test(test_view__breaks_wordings_at_blanks),
        cmocka_unit_test(test_view__survives_every_failed_allocation),
        cmocka_unit_test(test_view__numbers_fit_and_names_stand_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
