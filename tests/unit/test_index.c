/* SPDX-License-Identifier: MIT */
/* The index of a run: what its two files hold, and that they are whole, old or not there. Every
 * test has a folder of its own. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <libxml/parser.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "base/file.h"
#include "collect.h"
#include "render/index.h"

/* Breaks out of markup, of strings, of an attribute and of a line; turns the direction of writing;
 * speaks to a terminal; is not UTF-8; is no character of XML. */
#define HOSTILE "</td><script>x</script>\"'&{{subject}}\n\xE2\x80\xAE\x1B[2J\xFF\xEF\xBF\xBE"

static const struct ses_code note = {.code = "some-note", .severity = SES_NOTE};
static const struct ses_code mistake = {.code = "some-error", .severity = SES_ERROR};

struct setup {
    char folder[32];
    struct ses_output output;
    struct collect collect;
    struct ses_arena arena; /* of what was read back */
};

static int setup_new(void **state)
{
    struct setup *setup = test_calloc(1, sizeof(*setup));

    snprintf(setup->folder, sizeof(setup->folder), P_tmpdir "/sesdns-test-XXXXXX");
    collect_init(&setup->collect, SES_NOTE);
    *state = setup;
    return mkdtemp(setup->folder) && chdir(setup->folder) == 0
               ? ses_output_open(&setup->output, "out", false, &setup->collect.findings)
               : -1;
}

static int setup_free(void **state)
{
    struct setup *setup = *state;
    char command[64];

    snprintf(command, sizeof(command), "rm -rf '%s'", setup->folder);
    ses_output_close(&setup->output);
    collect_done(&setup->collect);
    ses_arena_done(&setup->arena);
    test_free(setup);
    return chdir("/") == 0 ? system(command) : -1;
}

/* A request of each kind, and a row that is none. */
static const struct ses_request domain = {
    .kind = SES_SUBJECT_DOMAIN,
    .subject = {"news.example.edu", 16},
    .lifetime = {SES_LIFETIME_POC, {2026, 12, 31}},
    .contact = {"alex@example.edu", 16},
    .digest = "aaaa",
};
static const struct ses_request host = {
    .kind = SES_SUBJECT_HOST,
    .subject = {"mx_1.example.edu", 16},
    .lifetime = {SES_LIFETIME_PRODUCTION, {0, 0, 0}},
    .digest = "bbbb",
};
static const struct ses_index_file files[] = {{"ticket.txt", 3, "cccc"},
                                              {"records.csv", 5, "dddd"}};
static const struct ses_index_finding findings[] = {
    {.code = &note, .file = {"e.csv", 5}, .line = 2, .column = 7, .message = {"a note", 6}},
    {.code = &mistake,
     .file = {"m.csv", 5},
     .line = 4,
     .message = {"an error", 8},
     .value = {HOSTILE, sizeof(HOSTILE) - 1},
     .suggestion = {"better", 6}},
};
static const struct ses_index_entry entries[] = {
    {.request = &domain,
     .place = {.file = "m.csv", .line = 2},
     .state = SES_INDEX_RENDERED,
     .files = files,
     .file_count = COUNT(files),
     .findings = findings,
     .finding_count = 1,
     .counts = {[SES_NOTE] = 1}},
    {.request = &host, .state = SES_INDEX_NOT_WRITTEN, .files = files, .file_count = 1},
    {.subject = {HOSTILE, sizeof(HOSTILE) - 1},
     .place = {.file = HOSTILE, .line = 4},
     .state = SES_INDEX_REFUSED,
     .findings = findings,
     .finding_count = 2,
     .findings_left_out = 3,
     .counts = {[SES_NOTE] = 1, [SES_ERROR] = 4}},
};

static int write_entries(struct setup *setup, const char *templates, size_t count)
{
    struct ses_index *index SES_CLEANUP(ses_index_freep) = NULL;
    struct ses_findings *sink = &setup->collect.findings;
    int error = ses_index_new(&setup->output, templates, &index, sink);

    for (size_t i = 0; i < count && error == 0; i++)
        error = ses_index_add(index, &entries[i % COUNT(entries)], sink);
    return error != 0 ? error : ses_index_finish(index, sink);
}

static struct ses_str text_of(struct setup *setup, const char *path)
{
    struct ses_str text;

    assert_int_equal(ses_file_read(path, 100000000, &setup->arena, &text), 0);
    return text;
}

static void assert_has(struct ses_str text, const char *part)
{
    if (!ses_str_contains(text, ses_str_of(part)))
        fail_msg("no '%s' in: %.*s", part, SES_STR_ARG(text));
}

static json_t *load(struct setup *setup)
{
    struct ses_str text = text_of(setup, "out/index.json");
    json_t *json = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);

    assert_non_null(json);
    return json;
}

static void test_index__json_says_what_became_of_each(void **state)
{
    struct setup *setup = *state;
    const char *form, *first_state, *subject, *expires, *path, *digest, *last_state;
    int count, errors, line;
    json_t *json;

    assert_int_equal(write_entries(setup, NULL, 3), 0);
    json = load(setup);
    assert_int_equal(
        json_unpack(
            json, "{s:s, s:[{s:s,s:s,s:s,s:{s:i},s:[{},{s:s,s:s}]},{},{s:s}], s:{s:i,s:{s:i}}}",
            "sesdns", &form, "requests", "state", &first_state, "subject", &subject, "expires",
            &expires, "at", "line", &line, "files", "path", &path, "digest", &digest, "state",
            &last_state, "counts", "requests", &count, "findings", "errors", &errors),
        0);
    assert_string_equal(form, "request index 1");
    assert_string_equal(first_state, "rendered");
    assert_string_equal(subject, "news.example.edu");
    assert_string_equal(expires, "2026-12-31");
    assert_int_equal(line, 2);
    assert_string_equal(path, "news.example.edu/records.csv");
    assert_string_equal(digest, "sha256:dddd");
    assert_string_equal(last_state, "refused");
    assert_int_equal(count, 3);
    assert_int_equal(errors, 4);
    json_decref(json);
}

static void test_index__json_has_a_line_for_each(void **state)
{
    struct setup *setup = *state;
    struct ses_str rest, line;
    size_t lines = 0;

    assert_int_equal(write_entries(setup, NULL, 7), 0);
    rest = text_of(setup, "out/index.json");
    while (ses_str_split(&rest, '\n', &line))
        lines++;
    assert_int_equal(lines, 9);
}

static void test_index__page_says_what_became_of_each(void **state)
{
    static const char *const parts[] = {
        "<b>news.example.edu</b>",
        "href=\"news.example.edu/ticket.txt\"",
        "2026-12-31",
        "<summary>1 note</summary>",
        "some-note at e.csv:2:7",
        "<summary>4 errors, 1 note</summary>",
        "and 3 more",
        "3 requests: 1 rendered",
        "1 not written",
        "1 refused",
    };
    struct setup *setup = *state;
    struct ses_str page;

    assert_int_equal(write_entries(setup, NULL, 3), 0);
    page = text_of(setup, "out/index.html");
    for (size_t i = 0; i < COUNT(parts); i++)
        assert_has(page, parts[i]);
}

static void test_index__hostile_values_come_out_inert(void **state)
{
    static const char *const never[] = {"<script>x", "\xE2\x80\xAE", "\x1B",
                                        "\xFF",      "\xEF\xBF\xBE", "\"'&{"};
    static const char *const paths[] = {"out/index.html", "out/index.json"};
    struct setup *setup = *state;

    assert_int_equal(write_entries(setup, NULL, 3), 0);
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct ses_str text = text_of(setup, paths[i]);

        for (size_t j = 0; j < COUNT(never); j++) {
            /* Markup is nothing to JSON, and a backslash stands before its quotes. */
            if (i == 1 && (never[j][0] == '<' || never[j][0] == '"'))
                continue;
            ASSERT_ROW(never[j], !ses_str_contains(text, ses_str_of(never[j])));
        }
    }
}

static void test_index__is_well_formed_with_any_number_of_rows(void **state)
{
    static const size_t counts[] = {0, 1, 3, 100};
    struct setup *setup = *state;

    for (size_t i = 0; i < COUNT(counts); i++) {
        struct ses_str page;
        xmlDoc *xml;

        assert_int_equal(write_entries(setup, NULL, counts[i]), 0);
        json_decref(load(setup));
        page = text_of(setup, "out/index.html");
        xml = xmlReadMemory(page.ptr, (int)page.len, "index.html", NULL, XML_PARSE_NONET);
        assert_non_null(xml);
        xmlFreeDoc(xml);
    }
}

static void test_index__percent_encodes_links(void **state)
{
    struct ses_request odd = {.subject = SES_STR("a b\"<%.example.edu")};
    struct ses_index_entry entry = {.request = &odd, .files = files, .file_count = 1};
    struct setup *setup = *state;
    struct ses_index *index;

    assert_int_equal(ses_index_new(&setup->output, NULL, &index, &setup->collect.findings), 0);
    assert_int_equal(ses_index_add(index, &entry, &setup->collect.findings), 0);
    assert_int_equal(ses_index_finish(index, &setup->collect.findings), 0);
    ses_index_free(index);
    assert_has(text_of(setup, "out/index.html"), "href=\"a%20b%22%3C%25.example.edu/ticket.txt\"");
}

static ino_t inode_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_ino;
}

static void test_index__the_same_run_touches_nothing(void **state)
{
    struct setup *setup = *state;
    ino_t page, json;

    assert_int_equal(write_entries(setup, NULL, 3), 0);
    page = inode_of("out/index.html");
    json = inode_of("out/index.json");
    assert_int_equal(write_entries(setup, NULL, 3), 0);
    assert_true(page == inode_of("out/index.html") && json == inode_of("out/index.json"));
    assert_int_equal(write_entries(setup, NULL, 2), 0);
    assert_false(page == inode_of("out/index.html") || json == inode_of("out/index.json"));
}

static void test_index__without_finish_leaves_no_trace(void **state)
{
    struct setup *setup = *state;
    struct ses_index *index;

    assert_int_equal(ses_index_new(&setup->output, NULL, &index, &setup->collect.findings), 0);
    assert_int_equal(ses_index_add(index, &entries[0], &setup->collect.findings), 0);
    ses_index_free(index);
    ses_output_close(&setup->output);
    assert_int_equal(rmdir("out"), 0);
}

/* A disk that is full halfway through: the limit on the size of a file acts the same. */
static void test_index__keeps_the_old_one_when_the_disk_is_full(void **state)
{
    struct setup *setup = *state;
    struct rlimit old, tight;
    struct ses_str before;
    int error;

    assert_int_equal(write_entries(setup, NULL, 3), 0);
    before = text_of(setup, "out/index.html");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    tight = old;
    tight.rlim_cur = 100000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    error = write_entries(setup, NULL, 1000);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(error, SES_EIO);
    assert_string_equal(collect_codes(&setup->collect), "output-failed");
    assert_string_equal(text_of(setup, "out/index.html").ptr, before.ptr);
}

static void test_index__page_ends_where_browsers_do(void **state)
{
    struct setup *setup = *state;
    struct ses_str page;

    assert_int_equal(write_entries(setup, NULL, SES_MAX_INDEX_ROWS + 2), 0);
    page = text_of(setup, "out/index.html");
    assert_has(ses_str_slice(page, page.len - 8000, page.len),
               "room for the first 100000; the other 2 are in index.json");
}

static void put(const char *path, const char *text)
{
    FILE *file SES_CLEANUP(ses_file_closep) = fopen(path, "wb");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
}

static void test_index__a_folder_overrides_its_templates(void **state)
{
    struct setup *setup = *state;

    assert_int_equal(mkdir("mine", 0777), 0);
    put("mine/index-head.html", "[");
    put("mine/index-row.html", "({{number}} {{subject}} {{state}})");
    put("mine/index-foot.html", "] {{requests}}");
    assert_int_equal(write_entries(setup, "mine", 2), 0);
    assert_string_equal(text_of(setup, "out/index.html").ptr,
                        "[(1 news.example.edu rendered)(2 mx_1.example.edu not written)] 2");
    put("mine/index-row.html", "{{no_such_name}}");
    assert_int_equal(write_entries(setup, "mine", 2), SES_EINVALID);
    assert_string_equal(collect_codes(&setup->collect), "template-unknown-name");
}

static int write_three(void *ctx)
{
    return write_entries(ctx, NULL, 3);
}

static void test_index__survives_every_failed_allocation(void **state)
{
    alloc_fail_each(write_three, *state);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, setup_new, setup_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_index__json_says_what_became_of_each),
        IN_FOLDER(test_index__json_has_a_line_for_each),
        IN_FOLDER(test_index__page_says_what_became_of_each),
        IN_FOLDER(test_index__hostile_values_come_out_inert),
        IN_FOLDER(test_index__is_well_formed_with_any_number_of_rows),
        IN_FOLDER(test_index__percent_encodes_links),
        IN_FOLDER(test_index__the_same_run_touches_nothing),
        IN_FOLDER(test_index__without_finish_leaves_no_trace),
        IN_FOLDER(test_index__keeps_the_old_one_when_the_disk_is_full),
        IN_FOLDER(test_index__page_ends_where_browsers_do),
        IN_FOLDER(test_index__a_folder_overrides_its_templates),
        IN_FOLDER(test_index__survives_every_failed_allocation),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    xmlCleanupParser();
    return failed;
}
