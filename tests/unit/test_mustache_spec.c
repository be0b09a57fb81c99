/* SPDX-License-Identifier: MIT */
/* The Mustache specification's own tests (github.com/mustache/spec, folder specs/, the JSON form),
 * read from $SESDNS_SPEC_DIR or else SES_SPEC_DIR. Where that folder is not there the test is
 * skipped, with exit status 77. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/error.h"
#include "render/escape.h"
#include "render/template.h"

#define SKIPPED 77 /* SKIP_RETURN_CODE of ctest */

#define CORE_CASES 136 /* what release 1.4 has */
#define MAX_PRELOAD 16

static const char *spec_dir(void)
{
    const char *dir = getenv("SESDNS_SPEC_DIR");

#ifdef SES_SPEC_DIR
    if (!dir)
        dir = SES_SPEC_DIR;
#endif
    return dir;
}

static struct ses_value value_of(const json_t *node)
{
    struct ses_value value = {.node = node};

    if (json_is_string(node)) {
        value.kind = SES_VALUE_TEXT;
        value.text = (struct ses_str){json_string_value(node), json_string_length(node)};
    } else if (json_is_array(node)) {
        value.kind = SES_VALUE_LIST;
        value.count = json_array_size(node);
    } else if (json_is_object(node)) {
        value.kind = SES_VALUE_OBJECT;
    } else if (json_is_true(node)) {
        value.kind = SES_VALUE_TRUE;
    } else if (node) {
        value.kind = SES_VALUE_FALSE;
    }
    return value;
}

static void find_member(const void *object, const struct ses_template_name *name,
                        struct ses_value *ret_value)
{
    char key[64];

    assert_in_range(name->text.len, 0, sizeof(key) - 1);
    snprintf(key, sizeof(key), "%.*s", SES_STR_ARG(name->text));
    *ret_value = value_of(json_object_get(object, key));
}

static void find_item(const void *list, size_t index, struct ses_value *ret_value)
{
    *ret_value = value_of(json_array_get(list, index));
}

/* A copy of `node` in which numbers are texts: values of templates are texts only. */
static json_t *without_numbers(json_t *node)
{
    json_t *copy;
    const char *key;
    json_t *child;
    size_t index;
    char number[32];

    if (json_is_number(node)) {
        snprintf(number, sizeof(number), "%.15g", json_number_value(node));
        return json_string(number);
    }
    if (json_is_object(node)) {
        copy = json_object();
        json_object_foreach(node, key, child)
        {
            assert_int_equal(json_object_set_new(copy, key, without_numbers(child)), 0);
        }
        return copy;
    }
    if (json_is_array(node)) {
        copy = json_array();
        json_array_foreach(node, index, child)
        {
            assert_int_equal(json_array_append_new(copy, without_numbers(child)), 0);
        }
        return copy;
    }
    return json_deep_copy(node);
}

static int load(void *ctx, struct ses_str name, struct ses_str *ret_text, const char **ret_file)
{
    struct ses_value partial;

    if (!ctx)
        return SES_EINVALID;
    find_member(ctx, &(struct ses_template_name){.text = name}, &partial);
    if (partial.kind != SES_VALUE_TEXT)
        return SES_EINVALID;
    *ret_text = partial.text;
    *ret_file = "partial";
    return 0;
}

static int print_finding(struct ses_findings *findings, const struct ses_finding *finding)
{
    (void)findings;
    print_error("%s:%zu: %s\n", finding->place.file, finding->place.line, finding->sentence);
    return 0;
}

static size_t list_names(json_t *partials, struct ses_str *names)
{
    size_t count = 0;
    const char *name;
    json_t *text;

    json_object_foreach(partials, name, text)
    {
        assert_true(count < MAX_PRELOAD);
        names[count++] = ses_str_of(name);
    }
    return count;
}

/* Expands one case. Returns 0 or what failed. */
static int expand_case(const json_t *test, struct ses_buf *out)
{
    static const struct ses_lookup lookup = {.member = find_member, .item = find_item};
    struct ses_template *template SES_CLEANUP(ses_template_freep) = NULL;
    struct ses_findings findings = {.emit = print_finding};
    struct ses_str names[MAX_PRELOAD];
    json_t *partials = json_object_get(test, "partials");
    json_t *data = without_numbers(json_object_get(test, "data"));
    struct ses_template_options options = {.lookup = &lookup,
                                           .escape = ses_escape_html,
                                           .loader = {.load = load, .ctx = partials},
                                           .preload = names,
                                           .preload_count = list_names(partials, names),
                                           .lenient = true,
                                           .raw = true};
    struct ses_value root = value_of(data);
    int error;

    error =
        ses_template_new("case", ses_str_of(json_string_value(json_object_get(test, "template"))),
                         &options, &template, &findings);
    if (error == 0)
        error = ses_template_expand(template, &root, out, &findings);
    json_decref(data);
    return error;
}

static bool passes(const char *file, const json_t *test)
{
    struct ses_buf out SES_CLEANUP(ses_buf_done);
    const char *expected = json_string_value(json_object_get(test, "expected"));
    int error;

    ses_buf_init(&out, 65536);
    error = expand_case(test, &out);
    if (error == 0 && ses_str_eq(ses_buf_str(&out), ses_str_of(expected)))
        return true;
    print_error("%s: %s: error %d\n  template: '%s'\n  expected: '%s'\n  got:      '%.*s'\n", file,
                json_string_value(json_object_get(test, "name")), error,
                json_string_value(json_object_get(test, "template")), expected,
                SES_STR_ARG(ses_buf_str(&out)));
    return false;
}

/* Runs one file of the specification; returns how many cases it has and adds those that fail. */
static size_t run_file(const char *file, size_t *failures)
{
    char path[PATH_MAX];
    json_error_t error;
    json_t *spec;
    json_t *test;
    size_t index;
    size_t count;

    snprintf(path, sizeof(path), "%s/%s.json", spec_dir(), file);
    spec = json_load_file(path, 0, &error);
    if (!spec)
        fail_msg("%s: %s", path, error.text);
    count = json_array_size(json_object_get(spec, "tests"));
    json_array_foreach(json_object_get(spec, "tests"), index, test)
    {
        *failures += !passes(file, test);
    }
    json_decref(spec);
    return count;
}

static bool missing(void)
{
    return !spec_dir() || access(spec_dir(), R_OK) != 0;
}

static void skip_if_missing(void)
{
    if (!missing())
        return;
    print_message(
        "skipped: no folder %s with the specification's JSON files; set SESDNS_SPEC_DIR\n",
        spec_dir() ? spec_dir() : "given");
    skip();
}

static void test_template__passes_the_core_specification(void **state)
{
    static const char *const files[] = {"comments", "delimiters", "interpolation",
                                        "inverted", "partials",   "sections"};
    size_t failures = 0;
    size_t count = 0;

    (void)state;
    skip_if_missing();
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        count += run_file(files[i], &failures);
    print_message("core: %zu cases, %zu failed\n", count, failures);
    assert_int_equal(failures, 0);
    assert_true(count >= CORE_CASES);
}

static void test_template__passes_inheritance_and_dynamic_names(void **state)
{
    static const char *const files[] = {"~inheritance", "~dynamic-names"};
    size_t failures = 0;
    size_t count = 0;

    (void)state;
    skip_if_missing();
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        count += run_file(files[i], &failures);
    print_message("optional: %zu cases, %zu failed\n", count, failures);
    assert_int_equal(failures, 0);
    assert_true(count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_template__passes_the_core_specification),
        cmocka_unit_test(test_template__passes_inheritance_and_dynamic_names),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    return failed == 0 && missing() ? SKIPPED : failed;
}
