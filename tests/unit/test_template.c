/* SPDX-License-Identifier: MIT */
/* What the program adds to Mustache: findings with a place, ceilings, texts chosen by data. The
 * language itself is tested by test_mustache_spec.c. */
#include <pthread.h>
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
#include "render/escape.h"
#include "render/template.h"

/* An object is a list of members that ends with one without a name; a list is an array of values.
 */
struct member {
    const char *name;
    struct ses_value value;
};

#define TEXT(literal)                                                                              \
    {                                                                                              \
        .kind = SES_VALUE_TEXT, .text = { "" literal, sizeof(literal) - 1 }                        \
    }
#define OBJECT(members)                                                                            \
    {                                                                                              \
        .kind = SES_VALUE_OBJECT, .node = (members)                                                \
    }
#define LIST(items)                                                                                \
    {                                                                                              \
        .kind = SES_VALUE_LIST, .node = (items), .count = sizeof(items) / sizeof((items)[0])       \
    }

static const struct member first_record[] = {{"owner", TEXT("a.example.")}, {NULL, {0}}};
static const struct member second_record[] = {{"owner", TEXT("b.example.")}, {NULL, {0}}};
static const struct ses_value records[] = {OBJECT(first_record), OBJECT(second_record)};
static const struct member loop[] = {{"x", TEXT("deep")}, {NULL, {0}}};
static const struct ses_value many[1000];
static const struct member data[] = {
    {"domain", TEXT("example.com")},
    {"hostile", TEXT("a\nb[code]<x>")},
    {"empty", TEXT("")},
    {"no", {.kind = SES_VALUE_FALSE}},
    {"yes", {.kind = SES_VALUE_TRUE}},
    {"records", LIST(records)},
    {"none", {.kind = SES_VALUE_LIST}},
    {"many", LIST(many)},
    {"loop", OBJECT(loop)},
    {"kind", TEXT("poc")},
    {"other-kind", TEXT("absent")},
    {NULL, {0}},
};
static const struct ses_value root = OBJECT(data);

static void find_member(const void *object, const struct ses_template_name *name,
                        struct ses_value *ret_value)
{
    const struct member *member = object;

    while (member->name && !ses_str_eq(ses_str_of(member->name), name->text))
        member++;
    *ret_value = member->value;
}

static void find_item(const void *list, size_t index, struct ses_value *ret_value)
{
    *ret_value = ((const struct ses_value *)list)[index];
}

static const struct ses_lookup lookup = {.member = find_member, .item = find_item};

/* Partials: a list of name and text that ends with NULL. */
struct partial {
    const char *name;
    const char *text;
};

static int load(void *ctx, struct ses_str name, struct ses_str *ret_text, const char **ret_file)
{
    const struct partial *partial = ctx;

    while (partial && partial->name && !ses_str_eq(ses_str_of(partial->name), name))
        partial++;
    if (!partial || !partial->name)
        return SES_EINVALID;
    *ret_text = ses_str_of(partial->text);
    *ret_file = partial->name;
    return 0;
}

/* A sink that writes each finding as a line: file:line:column: code 'value'. */
struct notes {
    struct ses_findings findings;
    struct ses_buf text;
};

static int note(struct ses_findings *findings, const struct ses_finding *finding)
{
    struct notes *notes = (struct notes *)findings;

    ses_buf_printf(&notes->text, "%s:%zu:%zu: %s '%.*s'\n", finding->place.file,
                   finding->place.line, ses_place_column(&finding->place), finding->code->code,
                   SES_STR_ARG(finding->value));
    return ses_buf_status(&notes->text);
}

static void notes_init(struct notes *notes)
{
    *notes = (struct notes){.findings = {.emit = note}};
    ses_buf_init(&notes->text, 65536);
}

static void notes_done(struct notes *notes)
{
    ses_buf_done(&notes->text);
}

/* What becomes of a template: its document and its findings. */
struct outcome {
    int error;
    struct ses_buf out;
    struct notes notes;
};

static void outcome_done(struct outcome *outcome)
{
    ses_buf_done(&outcome->out);
    notes_done(&outcome->notes);
}

static void run_options(struct ses_str text, struct ses_template_options options, size_t max,
                        struct outcome *ret_outcome)
{
    struct ses_template *template SES_CLEANUP(ses_template_freep) = NULL;
    struct ses_findings *findings = &ret_outcome->notes.findings;

    ses_buf_init(&ret_outcome->out, max);
    notes_init(&ret_outcome->notes);
    ret_outcome->error = ses_template_new("t.txt", text, &options, &template, findings);
    if (ret_outcome->error == 0)
        ret_outcome->error = ses_template_expand(template, &root, &ret_outcome->out, findings);
}

static void run_partials(const char *text, const struct partial *partials,
                         struct outcome *ret_outcome)
{
    /* The cast: a loader's context is not const, this loader only reads it. */
    struct ses_template_options options = {
        .lookup = &lookup,
        .escape = ses_escape_text,
        .loader = {.load = load, .ctx = (struct partial *)partials}};

    run_options(ses_str_of(text), options, SIZE_MAX, ret_outcome);
}

static void assert_document(struct outcome *outcome, const char *expected)
{
    assert_string_equal(outcome->notes.text.ptr ? outcome->notes.text.ptr : "", "");
    assert_int_equal(outcome->error, 0);
    assert_string_equal(outcome->out.ptr ? outcome->out.ptr : "", expected);
}

static void assert_finding(struct outcome *outcome, int error, const char *expected)
{
    assert_string_equal(outcome->notes.text.ptr ? outcome->notes.text.ptr : "", expected);
    assert_int_equal(outcome->error, error);
}

struct expectation {
    const char *text;
    int error;
    const char *expected; /* the document, or the findings where `error` is not 0 */
};

static void check_all(const struct expectation *rows, size_t count, const struct partial *partials)
{
    for (size_t i = 0; i < count; i++) {
        struct outcome outcome SES_CLEANUP(outcome_done);

        run_partials(rows[i].text, partials, &outcome);
        if (rows[i].error == 0)
            assert_document(&outcome, rows[i].expected);
        else
            assert_finding(&outcome, rows[i].error, rows[i].expected);
    }
}

#define CHECK_ALL(rows, partials) check_all(rows, sizeof(rows) / sizeof((rows)[0]), partials)

static void test_template__reports_bad_syntax_with_its_place(void **state)
{
    static const struct expectation rows[] = {
        {"{{domain", SES_ESYNTAX, "t.txt:1:1: template-syntax ''\n"},
        {"ok\n  {{domain}", SES_ESYNTAX, "t.txt:2:3: template-syntax ''\n"},
        {"{{{domain}}", SES_ESYNTAX, "t.txt:1:1: template-syntax ''\n"},
        {"{{}}", SES_ESYNTAX, "t.txt:1:1: template-syntax ''\n"},
        {"{{#}}", SES_ESYNTAX, "t.txt:1:1: template-syntax ''\n"},
        {"{{a b}}", SES_ESYNTAX, "t.txt:1:1: template-syntax 'a b'\n"},
        {"{{a..b}}", SES_ESYNTAX, "t.txt:1:1: template-syntax 'a..b'\n"},
        {"{{.a}}", SES_ESYNTAX, "t.txt:1:1: template-syntax '.a'\n"},
        {"{{a.}}", SES_ESYNTAX, "t.txt:1:1: template-syntax 'a.'\n"},
        {"\r\n\r\n\xC3\xA4 {{/x}}", SES_ESYNTAX, "t.txt:3:3: template-syntax 'x'\n"},
        {"{{#yes}}\n{{#no}}\n{{/yes}}", SES_ESYNTAX, "t.txt:3:1: template-syntax 'yes'\n"},
        {"a\n {{#yes}}\nb", SES_ESYNTAX, "t.txt:2:2: template-syntax 'yes'\n"},
        {"{{=<% %>}}", SES_ESYNTAX, "t.txt:1:1: template-syntax ''\n"},
        {"{{=<%=}}", SES_ESYNTAX, "t.txt:1:1: template-syntax '<%'\n"},
        {"{{== %>=}}", SES_ESYNTAX, "t.txt:1:1: template-syntax '= %>'\n"},
        {"{{=a b c=}}", SES_ESYNTAX, "t.txt:1:1: template-syntax 'a b c'\n"},
        {"{{=12345678901234567 b=}}", SES_ESYNTAX,
         "t.txt:1:1: template-syntax '12345678901234567 b'\n"},
        {"{{>*}}", SES_ESYNTAX, "t.txt:1:1: template-syntax ''\n"},
    };

    (void)state;
    CHECK_ALL(rows, NULL);
}

static void test_template__reports_unknown_names_with_their_place(void **state)
{
    static const struct expectation rows[] = {
        {"{{nothing}}", SES_EINVALID, "t.txt:1:1: template-unknown-name 'nothing'\n"},
        {"a\nb {{ nothing }}", SES_EINVALID, "t.txt:2:3: template-unknown-name 'nothing'\n"},
        {"{{#nothing}}{{/nothing}}", SES_EINVALID, "t.txt:1:1: template-unknown-name 'nothing'\n"},
        {"{{^nothing}}{{/nothing}}", SES_EINVALID, "t.txt:1:1: template-unknown-name 'nothing'\n"},
        {"{{loop.y}}", SES_EINVALID, "t.txt:1:1: template-unknown-name 'loop.y'\n"},
        {"{{loop.y.z}}", SES_EINVALID, "t.txt:1:1: template-unknown-name 'loop.y'\n"},
        {"{{loop.x.z}}", SES_EINVALID, "t.txt:1:1: template-unknown-name 'loop.x.z'\n"},
        {"{{no.z}}", SES_EINVALID, "t.txt:1:1: template-unknown-name 'no.z'\n"},
        {"{{#records}}\n\t{{ownr}}\n{{/records}}", SES_EINVALID,
         "t.txt:2:2: template-unknown-name 'ownr'\n"},
        {"{{#no}}{{nothing}}{{/no}}", 0, ""},
    };

    (void)state;
    CHECK_ALL(rows, NULL);
}

static void test_template__prints_text_only(void **state)
{
    static const struct expectation rows[] = {
        {"{{domain}} {{loop.x}}", 0, "example.com deep"},
        {"[{{no}}{{empty}}{{none}}]", 0, "[]"},
        {"{{yes}}", SES_EINVALID, "t.txt:1:1: template-not-text 'yes'\n"},
        {"{{records}}", SES_EINVALID, "t.txt:1:1: template-not-text 'records'\n"},
        {"{{loop}}", SES_EINVALID, "t.txt:1:1: template-not-text 'loop'\n"},
        {"{{>*loop}}", SES_EINVALID, "t.txt:1:1: template-not-text 'loop'\n"},
    };

    (void)state;
    CHECK_ALL(rows, NULL);
}

static void test_template__takes_empty_and_absent_as_false(void **state)
{
    static const struct expectation rows[] = {
        {"{{#empty}}a{{/empty}}{{^empty}}b{{/empty}}", 0, "b"},
        {"{{#no}}a{{/no}}{{^no}}b{{/no}}", 0, "b"},
        {"{{#none}}a{{/none}}{{^none}}b{{/none}}", 0, "b"},
        {"{{#yes}}{{domain}}{{/yes}}{{^yes}}b{{/yes}}", 0, "example.com"},
        {"{{#domain}}{{.}}{{/domain}}", 0, "example.com"},
        {"{{#records}}\n- {{owner}} of {{domain}}\n{{/records}}", 0,
         "- a.example. of example.com\n- b.example. of example.com\n"},
    };

    (void)state;
    CHECK_ALL(rows, NULL);
}

static void test_template__escapes_every_value(void **state)
{
    static const struct expectation rows[] = {
        {"{{hostile}}", 0, "a\\nb[ code]<x>"},
        {"{{{hostile}}}", SES_EINVALID, "t.txt:1:1: template-unescaped 'hostile'\n"},
        {"\n{{&hostile}}", SES_EINVALID, "t.txt:2:1: template-unescaped 'hostile'\n"},
    };

    (void)state;
    CHECK_ALL(rows, NULL);
}

static void test_template__reports_unknown_partials_once_each(void **state)
{
    static const struct partial partials[] = {{"inner", "\n {{>gone}}{{>lost}}"}, {NULL, NULL}};
    static const struct expectation rows[] = {
        {"{{>gone}}", SES_EINVALID, "t.txt:1:1: template-unknown-partial 'gone'\n"},
        {"{{>gone}}{{>gone}}\n{{<lost}}{{/lost}}", SES_EINVALID,
         "t.txt:1:1: template-unknown-partial 'gone'\n"
         "t.txt:2:1: template-unknown-partial 'lost'\n"},
        {"{{>gone}}{{>inner}}", SES_EINVALID,
         "t.txt:1:1: template-unknown-partial 'gone'\n"
         "inner:2:11: template-unknown-partial 'lost'\n"},
    };

    (void)state;
    CHECK_ALL(rows, partials);
}

static void test_template__places_findings_in_the_partial(void **state)
{
    static const struct partial partials[] = {
        {"names", "one\ntwo {{nothing}}"}, {"bad", "\n{{#yes}}"}, {NULL, NULL}};
    static const struct expectation rows[] = {
        {"{{>names}}", SES_EINVALID, "names:2:5: template-unknown-name 'nothing'\n"},
        {"{{>bad}}{{", SES_ESYNTAX,
         "t.txt:1:9: template-syntax ''\nbad:2:1: template-syntax 'yes'\n"},
    };

    (void)state;
    CHECK_ALL(rows, partials);
}

static void test_template__indents_partials_but_not_empty_lines(void **state)
{
    static const struct partial partials[] = {{"p", "a\n\n{{domain}}\r\n\r\n{{>q}}\nb"},
                                              {"q", "c {{hostile}}\n"},
                                              {"r", "{{>q}}rest"},
                                              {NULL, NULL}};
    static const struct expectation rows[] = {
        {"  {{>p}}\n|", 0, "  a\n\n  example.com\r\n\r\n  c a\\nb[ code]<x>\n  b|"},
        {"  {{>r}}\n", 0, "  c a\\nb[ code]<x>\nrest"},
        {"- {{>r}}\n", 0, "- c a\\nb[ code]<x>\nrest\n"},
    };

    (void)state;
    CHECK_ALL(rows, partials);
}

static void test_template__fills_blocks_of_a_parent(void **state)
{
    static const struct partial partials[] = {
        {"layout", "<\n  {{$body}}\n    default\n  {{/body}}\n>\n"}, {NULL, NULL}};
    static const struct expectation rows[] = {
        {"{{<layout}}{{/layout}}", 0, "<\n    default\n>\n"},
        {"{{<layout}}\nnothing {{nothing}}\n{{$body}}\none\n\n  two\n{{/body}}\n{{/layout}}\n.", 0,
         "<\n    one\n\n      two\n>\n."},
        {"  {{<layout}}{{$body}}{{domain}}{{/body}}{{/layout}}\n", 0, "  <\n      example.com>\n"},
    };

    (void)state;
    CHECK_ALL(rows, partials);
}

static void test_template__lets_data_choose_among_preloaded_texts(void **state)
{
    static const struct partial partials[] = {
        {"poc", "until {{domain}}"}, {"secret", "x"}, {NULL, NULL}};
    static const struct ses_str names[] = {{"poc", 3}, {"production", 10}};
    struct ses_template_options options = {
        .lookup = &lookup,
        .escape = ses_escape_text,
        .loader = {.load = load, .ctx = (struct partial *)partials},
        .preload = names,
        .preload_count = 2};
    struct outcome outcome SES_CLEANUP(outcome_done);

    (void)state;
    run_options(SES_STR("{{>*kind}}{{>*no}}{{>*empty}}"), options, SIZE_MAX, &outcome);
    assert_document(&outcome, "until example.com");
}

static void test_template__keeps_data_from_loading_texts(void **state)
{
    static const struct partial partials[] = {{"poc", "x"}, {NULL, NULL}};
    static const struct expectation rows[] = {
        {"{{>*kind}}", SES_EINVALID, "t.txt:1:1: template-unknown-partial 'poc'\n"},
        {"{{#no}}{{>poc}}{{/no}}{{>*kind}}", 0, "x"},
    };

    (void)state;
    CHECK_ALL(rows, partials);
}

static void test_template__reports_a_preloaded_text_that_is_missing(void **state)
{
    static const struct ses_str names[] = {{"gone", 4}};
    struct ses_template_options options = {
        .lookup = &lookup, .escape = ses_escape_text, .preload = names, .preload_count = 1};
    struct outcome outcome SES_CLEANUP(outcome_done);

    (void)state;
    run_options(SES_STR("{{>gone}}"), options, SIZE_MAX, &outcome);
    assert_finding(&outcome, SES_EINVALID, "t.txt:1:1: template-unknown-partial 'gone'\n");
}

static void test_template__refuses_recursion_without_end(void **state)
{
    static const struct partial partials[] = {
        {"self", "{{>self}}"},
        {"ping", "{{#loop}}{{>pong}}{{/loop}}"},
        {"pong", "\n {{#many}}{{>ping}}{{/many}}"},
        {"block", "{{$a}}{{<block}}{{$a}}{{>block}}{{/a}}{{/block}}{{/a}}"},
        {NULL, NULL}};
    static const char *const texts[] = {"{{>self}}", "{{>ping}}", "{{>block}}"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct outcome outcome SES_CLEANUP(outcome_done);

        run_partials(texts[i], partials, &outcome);
        assert_int_equal(outcome.error, SES_ELIMIT);
        assert_int_equal(outcome.notes.findings.counts[SES_ERROR], 1);
        assert_non_null(strstr(outcome.notes.text.ptr, "template-too-deep"));
    }
}

static void repeat(struct ses_buf *buf, const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ses_buf_add(buf, ses_str_of(text));
}

static void check_nesting(size_t depth, int error, const char *expected)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct outcome outcome SES_CLEANUP(outcome_done);

    ses_buf_init(&text, 1 << 20);
    repeat(&text, "{{#loop}}", depth);
    ses_buf_add(&text, SES_STR("{{x}}"));
    repeat(&text, "{{/loop}}", depth);
    run_partials(text.ptr, NULL, &outcome);
    if (error == 0)
        assert_document(&outcome, expected);
    else
        assert_finding(&outcome, error, expected);
}

static void test_template__nests_up_to_the_ceiling(void **state)
{
    (void)state;
    check_nesting(SES_MAX_TEMPLATE_DEPTH, 0, "deep");
    check_nesting(SES_MAX_TEMPLATE_DEPTH + 1, SES_ELIMIT,
                  "t.txt:1:577: template-too-deep 'loop'\n");
}

/* Sixty partials, each of which calls the next one twice. */
static int load_doubling(void *ctx, struct ses_str name, struct ses_str *ret_text,
                         const char **ret_file)
{
    static char text[32];
    unsigned number = (unsigned)atoi(name.ptr);

    (void)ctx;
    snprintf(text, sizeof(text), "{{>%u}}{{>%u}}", number + 1, number + 1);
    *ret_text = number < 60 ? ses_str_of(text) : SES_STR("");
    *ret_file = "doubling";
    return 0;
}

static void test_template__stops_exponential_work(void **state)
{
    struct ses_template_options options = {
        .lookup = &lookup, .escape = ses_escape_text, .loader = {.load = load_doubling}};
    struct outcome outcome SES_CLEANUP(outcome_done);

    (void)state;
    run_options(SES_STR("{{>1}}"), options, SIZE_MAX, &outcome);
    assert_int_equal(outcome.error, SES_ELIMIT);
    assert_non_null(strstr(outcome.notes.text.ptr, "template-too-slow"));
}

static void test_template__stops_at_the_output_ceiling(void **state)
{
    static const struct expectation rows[] = {
        {"{{#many}}{{#many}}{{domain}} and more\n{{/many}}{{/many}}", SES_ELIMIT,
         "t.txt:1:19: template-too-long ''\n"},
    };

    (void)state;
    CHECK_ALL(rows, NULL);
}

static void test_template__stops_at_the_ceiling_of_the_buffer(void **state)
{
    struct ses_template_options options = {.lookup = &lookup, .escape = ses_escape_text};
    struct outcome outcome SES_CLEANUP(outcome_done);

    (void)state;
    run_options(SES_STR("12345\n {{domain}}"), options, 10, &outcome);
    assert_finding(&outcome, SES_ELIMIT, "t.txt:2:2: template-too-long ''\n");
}

static void test_template__refuses_too_much_text(void **state)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct outcome outcome SES_CLEANUP(outcome_done);

    (void)state;
    ses_buf_init(&text, SIZE_MAX);
    repeat(&text, "sixteen letters.", SES_MAX_TEMPLATE_BYTES / 16);
    ses_buf_add(&text, SES_STR("!"));
    run_partials(text.ptr, NULL, &outcome);
    assert_finding(&outcome, SES_ELIMIT, "t.txt:0:0: template-too-large ''\n");
}

static void test_template__refuses_too_many_partials(void **state)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct outcome outcome SES_CLEANUP(outcome_done);
    struct ses_template_options options = {
        .lookup = &lookup, .escape = ses_escape_text, .loader = {.load = load_doubling}};

    (void)state;
    ses_buf_init(&text, SIZE_MAX);
    for (unsigned i = 0; i <= SES_MAX_TEMPLATE_TEXTS; i++)
        ses_buf_printf(&text, "{{>%u}}\n", i + 60);
    run_options(ses_buf_str(&text), options, SIZE_MAX, &outcome);
    assert_finding(&outcome, SES_ELIMIT, "t.txt:257:1: template-too-large '316'\n");
}

static int load_failing(void *ctx, struct ses_str name, struct ses_str *ret_text,
                        const char **ret_file)
{
    (void)ctx;
    (void)name;
    (void)ret_text;
    (void)ret_file;
    return SES_EIO;
}

static void test_template__passes_up_what_the_loader_returns(void **state)
{
    struct ses_template_options options = {
        .lookup = &lookup, .escape = ses_escape_text, .loader = {.load = load_failing}};
    struct outcome outcome SES_CLEANUP(outcome_done);

    (void)state;
    run_options(SES_STR("{{>a}}"), options, SIZE_MAX, &outcome);
    assert_finding(&outcome, SES_EIO, "");
}

static void test_template__skips_a_byte_order_mark(void **state)
{
    static const struct expectation rows[] = {
        {"\xEF\xBB\xBFx", 0, "x"},
        {"\xEF\xBB\xBF{{nothing}}", SES_EINVALID, "t.txt:1:1: template-unknown-name 'nothing'\n"},
    };

    (void)state;
    CHECK_ALL(rows, NULL);
}

static void test_template__explains_every_code(void **state)
{
    (void)state;
    assert_int_equal(ses_template_code_count, 9);
    for (size_t i = 0; i < ses_template_code_count; i++) {
        const struct ses_code *code = &ses_template_codes[i];

        assert_true(ses_str_starts(ses_str_of(code->code), SES_STR("template-")));
        assert_int_equal(code->severity, SES_ERROR);
        assert_true(strlen(code->what) > 20 && strlen(code->why) > 20);
        assert_true(strlen(code->remedy) > 20 && strlen(code->source) > 20);
    }
}

/* Uses every kind of operation. */
static const struct partial all_partials[] = {
    {"layout", "<\n  {{$body}}\n    default\n  {{/body}}\n>\n"},
    {"poc", "until {{domain}}\n"},
    {NULL, NULL}};
#define ALL_KINDS                                                                                  \
    "{{! all }}{{domain}}\n{{#records}}\n- {{owner}} {{loop.x}}\n{{/records}}\n{{^no}}\n"          \
    "  {{>poc}}\n{{>*kind}}{{/no}}\n{{<layout}}{{$body}}\none\n  {{$deeper}}\n  two\n"             \
    "  {{/deeper}}\n{{/body}}{{/layout}}\n{{=| |=}}|empty|"
#define ALL_KINDS_TEXT                                                                             \
    "example.com\n- a.example. deep\n- b.example. deep\n  until example.com\nuntil "               \
    "example.com\n\n<\n"                                                                           \
    "    one\n      two\n>\n"

static int expand_all_kinds(void *ctx)
{
    struct outcome outcome SES_CLEANUP(outcome_done);

    (void)ctx;
    run_partials(ALL_KINDS, all_partials, &outcome);
    if (outcome.error == 0)
        assert_document(&outcome, ALL_KINDS_TEXT);
    return outcome.error;
}

static void test_template__survives_each_failing_allocation(void **state)
{
    (void)state;
    alloc_fail_each(expand_all_kinds, NULL);
}

static void *expand_often(void *ctx)
{
    const struct ses_template *template = ctx;
    struct ses_buf out SES_CLEANUP(ses_buf_done);
    struct notes notes SES_CLEANUP(notes_done);
    uintptr_t failures = 0;

    ses_buf_init(&out, 65536);
    notes_init(&notes);
    for (int i = 0; i < 2000; i++) {
        ses_buf_clear(&out);
        failures += ses_template_expand(template, &root, &out, &notes.findings) != 0;
        failures += !ses_str_eq(ses_buf_str(&out), SES_STR(ALL_KINDS_TEXT));
    }
    return (void *)failures;
}

static void test_template__expands_in_two_threads_at_once(void **state)
{
    struct ses_template *template SES_CLEANUP(ses_template_freep) = NULL;
    struct ses_template_options options = {
        .lookup = &lookup,
        .escape = ses_escape_text,
        .loader = {.load = load, .ctx = (struct partial *)all_partials}};
    struct notes notes SES_CLEANUP(notes_done);
    pthread_t thread;
    void *failures;

    (void)state;
    notes_init(&notes);
    assert_int_equal(
        ses_template_new("t.txt", SES_STR(ALL_KINDS), &options, &template, &notes.findings), 0);
    assert_int_equal(pthread_create(&thread, NULL, expand_often, template), 0);
    assert_null(expand_often(template));
    assert_int_equal(pthread_join(thread, &failures), 0);
    assert_null(failures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_template__reports_bad_syntax_with_its_place),
        cmocka_unit_test(test_template__reports_unknown_names_with_their_place),
        cmocka_unit_test(test_template__prints_text_only),
        cmocka_unit_test(test_template__takes_empty_and_absent_as_false),
        cmocka_unit_test(test_template__escapes_every_value),
        cmocka_unit_test(test_template__reports_unknown_partials_once_each),
        cmocka_unit_test(test_template__places_findings_in_the_partial),
        cmocka_unit_test(test_template__indents_partials_but_not_empty_lines),
        cmocka_unit_test(test_template__fills_blocks_of_a_parent),
        cmocka_unit_test(test_template__lets_data_choose_among_preloaded_texts),
        cmocka_unit_test(test_template__keeps_data_from_loading_texts),
        cmocka_unit_test(test_template__reports_a_preloaded_text_that_is_missing),
        cmocka_unit_test(test_template__refuses_recursion_without_end),
        cmocka_unit_test(test_template__nests_up_to_the_ceiling),
        cmocka_unit_test(test_template__stops_exponential_work),
        cmocka_unit_test(test_template__stops_at_the_output_ceiling),
        cmocka_unit_test(test_template__stops_at_the_ceiling_of_the_buffer),
        cmocka_unit_test(test_template__refuses_too_much_text),
        cmocka_unit_test(test_template__refuses_too_many_partials),
        cmocka_unit_test(test_template__passes_up_what_the_loader_returns),
        cmocka_unit_test(test_template__skips_a_byte_order_mark),
        cmocka_unit_test(test_template__explains_every_code),
        cmocka_unit_test(test_template__survives_each_failing_allocation),
        cmocka_unit_test(test_template__expands_in_two_threads_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
