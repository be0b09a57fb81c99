/* SPDX-License-Identifier: MIT */
/* Templates and escapers. The first byte of the input chooses the options; the rest, split at NUL,
 * is the template and its partials, which are called a, b, c and so on. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "render/escape.h"
#include "render/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Holds in every build: a fuzz target without asserts finds nothing. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#define MAX_OUTPUT 65536 /* so that one input is quick */

struct member {
    const char *name;
    struct ses_value value;
};

#define TEXT(literal)                                                                              \
    {                                                                                              \
        .kind = SES_VALUE_TEXT, .text = { "" literal, sizeof(literal) - 1 }                        \
    }

static const struct member inner[] = {{"x", TEXT("inner")}, {NULL, {0}}};
static const struct ses_value items[] = {
    TEXT("one\n"), {.kind = SES_VALUE_OBJECT, .node = inner}, {.kind = SES_VALUE_TRUE}};
static const struct member data[] = {
    {"x", TEXT("a<\"\n\x1b\xFF[code]")},
    {"n", TEXT("a")},
    {"m", TEXT("b")},
    {"e", TEXT("")},
    {"f", {.kind = SES_VALUE_FALSE}},
    {"t", {.kind = SES_VALUE_TRUE}},
    {"o", {.kind = SES_VALUE_OBJECT, .node = inner}},
    {"l", {.kind = SES_VALUE_LIST, .node = items, .count = sizeof(items) / sizeof(items[0])}},
    {NULL, {0}},
};

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
    CHECK(index < sizeof(items) / sizeof(items[0]));
    *ret_value = ((const struct ses_value *)list)[index];
}

/* The part of the input that a partial's name stands for. */
static int load(void *ctx, struct ses_str name, struct ses_str *ret_text, const char **ret_file)
{
    struct ses_str rest = *(struct ses_str *)ctx;
    int wanted = name.len == 1 ? name.ptr[0] - 'a' : -1;

    for (int i = 0; i <= wanted && ses_str_split(&rest, '\0', ret_text); i++) {
        *ret_file = "partial";
        if (i == wanted)
            return 0;
    }
    return SES_EINVALID;
}

static int check_finding(struct ses_findings *findings, const struct ses_finding *finding)
{
    (void)findings;
    CHECK(finding->place.file && finding->sentence);
    CHECK(finding->place.offset <= finding->place.text.len);
    CHECK(memchr(finding->place.text.len > 0 ? finding->place.text.ptr : "", '\n',
                 finding->place.text.len) == NULL);
    return 0;
}

static void check_template(struct ses_str text, const struct ses_template_options *options)
{
    static const struct ses_value root = {.kind = SES_VALUE_OBJECT, .node = data};
    struct ses_template *template SES_CLEANUP(ses_template_freep) = NULL;
    struct ses_buf out[2];
    int errors[2];
    struct ses_findings findings = {.emit = check_finding};
    int error = ses_template_new("root", text, options, &template, &findings);

    CHECK((error == 0) == (findings.counts[SES_ERROR] == 0));
    CHECK((error == 0) == (template != NULL));
    if (error != 0)
        return;
    for (int i = 0; i < 2; i++) {
        findings.counts[SES_ERROR] = 0;
        ses_buf_init(&out[i], MAX_OUTPUT);
        errors[i] = ses_template_expand(template, &root, &out[i], &findings);
        CHECK(findings.counts[SES_ERROR] == (errors[i] != 0));
        CHECK(errors[i] == 0 || errors[i] == SES_EINVALID || errors[i] == SES_ELIMIT);
        CHECK(!options->lenient || errors[i] != SES_EINVALID);
    }
    CHECK(errors[0] == errors[1]);
    CHECK(ses_str_eq(ses_buf_str(&out[0]), ses_buf_str(&out[1])));
    ses_buf_done(&out[0]);
    ses_buf_done(&out[1]);
}

static bool is_one_line(struct ses_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7F)
            return false;
    }
    return true;
}

static void check_escapers(struct ses_str text)
{
    static const struct {
        ses_escape_fn *escape;
        bool lines; /* line breaks may stay */
    } rows[] = {
        {ses_escape_terminal, false}, {ses_escape_text, false}, {ses_escape_html, true},
        {ses_escape_json, false},     {ses_escape_csv, true},   {ses_escape_shell, false},
        {ses_escape_zone, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ses_buf out SES_CLEANUP(ses_buf_done);

        ses_buf_init(&out, text.len * 16 + 16);
        rows[i].escape(&out, text);
        CHECK(ses_buf_status(&out) == 0);
        CHECK(ses_str_is_utf8(ses_buf_str(&out)));
        CHECK(rows[i].lines || is_one_line(ses_buf_str(&out)));
        CHECK(rows[i].escape != ses_escape_text ||
              (!ses_str_contains_nocase(ses_buf_str(&out), SES_STR("[code")) &&
               !ses_str_contains_nocase(ses_buf_str(&out), SES_STR("[/code"))));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct ses_lookup lookup = {.member = find_member, .item = find_item};
    static const struct ses_str names[] = {{"a", 1}, {"b", 1}, {"z", 1}};
    struct ses_template_options options = {.lookup = &lookup, .preload = names};
    struct ses_str text;
    struct ses_str partials;

    if (len == 0)
        return 0;
    partials = (struct ses_str){(const char *)bytes + 1, len - 1};
    check_escapers(partials);
    options.lenient = bytes[0] & 1;
    options.raw = bytes[0] & 2;
    options.preload_count = bytes[0] & 4 ? 3 : 0;
    options.escape = bytes[0] & 8 ? ses_escape_html : ses_escape_text;
    options.loader = (struct ses_template_loader){.load = load, .ctx = &partials};
    if (!ses_str_split(&partials, '\0', &text))
        text = SES_STR("");
    check_template(text, &options);
    return 0;
}
