/* SPDX-License-Identifier: MIT */
#include "submit/instance.h"

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

static void test_instance__explains_every_setting(void **state)
{
    (void)state;
    for (int i = 0; i < SES_INSTANCE_SETTINGS; i++) {
        const struct ses_instance_row *row = &ses_instance_rows[i];

        assert_non_null(row->key);
        ASSERT_ROW(row->key, row->standard && strlen(row->help) > 10);
        ASSERT_ROW(row->key, row->help[strlen(row->help) - 1] == '.');
        ASSERT_ROW(row->key, (row->kind == SES_INSTANCE_ONE_OF) == (row->choices != NULL));
        ASSERT_ROW(row->key, (row->kind == SES_INSTANCE_COUNT) == (row->max > 0));
    }
}

static void test_instance__has_each_setting_once(void **state)
{
    (void)state;
    for (int i = 0; i < SES_INSTANCE_SETTINGS; i++) {
        for (int k = 0; k < i; k++)
            ASSERT_ROW(ses_instance_rows[i].key,
                       strcmp(ses_instance_rows[i].key, ses_instance_rows[k].key) != 0);
        for (size_t k = 0; k < ses_secret_count; k++)
            ASSERT_ROW(ses_instance_rows[i].key,
                       strcmp(ses_instance_rows[i].key, ses_secret_rows[k].key) != 0);
    }
}

static void test_instance__accepts_its_own_defaults(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_instance instance;

    (void)state;
    ses_instance_init(&instance);
    for (int i = 0; i < SES_INSTANCE_SETTINGS; i++) {
        const char *reason = NULL;

        ASSERT_ROW(ses_instance_rows[i].key,
                   ses_instance_set(&instance, &arena, ses_str_of(ses_instance_rows[i].key),
                                    ses_str_of(ses_instance_rows[i].standard), &reason) == 0);
    }
    assert_int_equal(ses_instance_number(&instance, SES_INSTANCE_CONNECT_SECONDS), 10);
    assert_int_equal(ses_instance_number(&instance, SES_INSTANCE_TRANSFER_SECONDS), 90);
    assert_int_equal(ses_instance_number(&instance, SES_INSTANCE_SETTLE_SECONDS), 65);
    assert_int_equal(ses_instance_number(&instance, SES_INSTANCE_BUDGET_SECONDS), 7200);
    assert_false(ses_instance_flag(&instance, SES_INSTANCE_SEND_SYS_ID));
    assert_string_equal(ses_instance_text(&instance, SES_INSTANCE_TABLE).ptr, "incident");
}

/* The names of the choices are those that the code knows. */
static void test_instance__offers_the_ways_that_there_are(void **state)
{
    struct ses_str rest = ses_str_of(ses_instance_rows[SES_INSTANCE_AUTH].choices);
    struct ses_str choice;
    enum ses_auth_kind kind;
    int count = 0;

    (void)state;
    for (; ses_str_split(&rest, ' ', &choice); count++)
        assert_true(ses_auth_parse(choice, &kind));
    assert_int_equal(count, SES_AUTH_KINDS);
}

#define ID "0123456789abcdef0123456789ABCDEF"

static void test_instance__takes_or_refuses_values(void **state)
{
    static char long_text[SES_MAX_INSTANCE_TEXT + 2];
    static char long_name[SES_MAX_FIELD_NAME + 2];
    static const struct {
        enum ses_instance_setting setting;
        const char *value;
        bool good;
    } rows[] = {
        {SES_INSTANCE_ORIGIN, "https://example.service-now.com", true},
        {SES_INSTANCE_ORIGIN, "http://127.0.0.1:8080", true},
        {SES_INSTANCE_ORIGIN, "http://example.service-now.com", false},
        {SES_INSTANCE_ORIGIN, "https://example.service-now.com/", false},
        {SES_INSTANCE_ORIGIN, "example.service-now.com", false},
        {SES_INSTANCE_ORIGIN, "", true},
        {SES_INSTANCE_ROUTE, "import", true},
        {SES_INSTANCE_ROUTE, "Table", false},
        {SES_INSTANCE_ROUTE, "table change", false},
        {SES_INSTANCE_ROUTE, "", false},
        {SES_INSTANCE_TABLE, "u_dns_request", true},
        {SES_INSTANCE_TABLE, "", false},
        {SES_INSTANCE_TABLE, "incident/x", false},
        {SES_INSTANCE_TABLE, "incident?x", false},
        {SES_INSTANCE_TABLE, "../x", false},
        {SES_INSTANCE_TABLE, "in cident", false},
        {SES_INSTANCE_TABLE, "incid\xC3\xA9nt", false},
        {SES_INSTANCE_TABLE, long_name, false},
        {SES_INSTANCE_TABLE, long_name + 1, true},
        {SES_INSTANCE_STAGING, "", true},
        {SES_INSTANCE_KEY_FIELD, "u_key^active", false},
        {SES_INSTANCE_KEY_FIELD, "", false},
        {SES_INSTANCE_LABEL_FIELD, "", true},
        {SES_INSTANCE_ITEM, ID, true},
        {SES_INSTANCE_ITEM, ID "0", false},
        {SES_INSTANCE_ITEM, "123456789abcdef0123456789ABCDEF", false},
        {SES_INSTANCE_ITEM, "g123456789abcdef0123456789ABCDEF", false},
        {SES_INSTANCE_ITEM, "", true},
        {SES_INSTANCE_CHANGE, "normal", true},
        {SES_INSTANCE_CHANGE, "emergency", true},
        {SES_INSTANCE_CHANGE, "standard/" ID, true},
        {SES_INSTANCE_CHANGE, "standard", false},
        {SES_INSTANCE_CHANGE, "standard/", false},
        {SES_INSTANCE_CHANGE, "standard/x", false},
        {SES_INSTANCE_CHANGE, "normal/" ID, false},
        {SES_INSTANCE_CHANGE, "", true},
        {SES_INSTANCE_SEND_SYS_ID, "yes", true},
        {SES_INSTANCE_SEND_SYS_ID, "true", false},
        {SES_INSTANCE_SEND_SYS_ID, "", false},
        {SES_INSTANCE_AUTH, "certificate", true},
        {SES_INSTANCE_AUTH, "digest", false},
        {SES_INSTANCE_USER, "svc.sesdns@example.edu", true},
        {SES_INSTANCE_USER, "ann:secret", false},
        {SES_INSTANCE_USER, "", true},
        {SES_INSTANCE_CLIENT_ID, long_text, false},
        {SES_INSTANCE_CLIENT_ID, long_text + 1, true},
        {SES_INSTANCE_API_KEY_HEADER, "Authorization", true},
        {SES_INSTANCE_API_KEY_HEADER, "X-Key:", false},
        {SES_INSTANCE_API_KEY_HEADER, "X Key", false},
        {SES_INSTANCE_API_KEY_HEADER, "", false},
        {SES_INSTANCE_API_KEY_PREFIX, "Bearer", true},
        {SES_INSTANCE_API_KEY_PREFIX, "a\r\nb", false},
        {SES_INSTANCE_API_KEY_PREFIX, "", true},
        {SES_INSTANCE_TOKEN_PATH, "/api/token", true},
        {SES_INSTANCE_TOKEN_PATH, "token", false},
        {SES_INSTANCE_TOKEN_PATH, "/token?client_secret=x", false},
        {SES_INSTANCE_TOKEN_PATH, "//evil.example.com",
         true}, /* a path, never a host: origin + path */
        {SES_INSTANCE_TOKEN_PATH, "", false},
        {SES_INSTANCE_CA_FILE, "~/my ca.pem", true},
        {SES_INSTANCE_CA_FILE, "a\nb", false},
        {SES_INSTANCE_NETRC, "", true},
        {SES_INSTANCE_PASSWORD_COMMAND, "pass show servicenow | head -n 1; true", true},
        {SES_INSTANCE_PROXY, "http://proxy.example.edu:3128", true},
        {SES_INSTANCE_PROXY, "http://ann:p%40ss@proxy.example.edu:3128", true},
        {SES_INSTANCE_PROXY, "socks5h://[2001:db8::1]:1080", true},
        {SES_INSTANCE_PROXY, "proxy.example.edu:3128", false},
        {SES_INSTANCE_PROXY, "ftp://proxy.example.edu", false},
        {SES_INSTANCE_PROXY, "http://", false},
        {SES_INSTANCE_PROXY, "http://proxy/path", false},
        {SES_INSTANCE_PROXY, "", true},
        {SES_INSTANCE_CONNECT_SECONDS, "1", true},
        {SES_INSTANCE_CONNECT_SECONDS, "0", false},
        {SES_INSTANCE_CONNECT_SECONDS, "301", false},
        {SES_INSTANCE_TRANSFER_SECONDS, "3600", true},
        {SES_INSTANCE_TRANSFER_SECONDS, "90s", false},
        {SES_INSTANCE_SETTLE_SECONDS, "0", true},
        {SES_INSTANCE_SETTLE_SECONDS, "", false},
        {SES_INSTANCE_SETTLE_SECONDS, "-1", false},
        {SES_INSTANCE_BUDGET_SECONDS, "604800", true},
        {SES_INSTANCE_BUDGET_SECONDS, "604801", false},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    memset(long_text, 'x', sizeof(long_text) - 1);
    memset(long_name, 'x', sizeof(long_name) - 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ses_instance_row *row = &ses_instance_rows[rows[i].setting];
        const char *reason = NULL;
        struct ses_instance instance;

        ses_instance_init(&instance);
        ASSERT_ROW(rows[i].value, ses_instance_set(&instance, &arena, ses_str_of(row->key),
                                                   ses_str_of(rows[i].value),
                                                   &reason) == (rows[i].good ? 0 : SES_EINVALID));
        ASSERT_ROW(rows[i].value, (reason == NULL) == rows[i].good);
        assert_string_equal(ses_instance_text(&instance, rows[i].setting).ptr,
                            rows[i].good ? rows[i].value : row->standard);
    }
}

static void test_instance__does_not_know_other_settings(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_instance instance;
    const char *reason;

    (void)state;
    ses_instance_init(&instance);
    assert_int_equal(ses_instance_set(&instance, &arena, SES_STR("Instance"), SES_STR(""), &reason),
                     SES_ECONFLICT);
    assert_int_equal(
        ses_instance_set(&instance, &arena, SES_STR("password"), SES_STR("x"), &reason),
        SES_ECONFLICT);
}

static int set_field(struct ses_instance *instance, struct ses_arena *arena, const char *name,
                     const char *template)
{
    const char *reason;

    return ses_instance_set_field(instance, arena, ses_str_of(name), ses_str_of(template), &reason);
}

/* "name=template ..." */
static void assert_fields(const struct ses_instance *instance, const char *expected)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);

    ses_buf_init(&text, 10000);
    for (size_t i = 0; i < instance->field_count; i++)
        ses_buf_printf(&text, "%.*s=%.*s ", SES_STR_ARG(instance->fields[i].name),
                       SES_STR_ARG(instance->fields[i].template));
    assert_string_equal(text.len > 0 ? text.ptr : "", expected);
}

static void test_instance__maps_fields(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_instance instance;
    char name[16];

    (void)state;
    ses_instance_init(&instance);
    assert_fields(&instance, "short_description={{summary}} description={{ticket}} ");
    assert_int_equal(set_field(&instance, &arena, "u_expiry", "{{expires}}"), 0);
    assert_int_equal(set_field(&instance, &arena, "short_description", "DNS: {{subject}}"), 0);
    assert_fields(&instance, "short_description=DNS: {{subject}} description={{ticket}} "
                             "u_expiry={{expires}} ");
    assert_int_equal(set_field(&instance, &arena, "short_description", ""), 0);
    assert_int_equal(set_field(&instance, &arena, "not_there", ""), 0);
    assert_fields(&instance, "description={{ticket}} u_expiry={{expires}} ");
    assert_int_equal(set_field(&instance, &arena, "u_expiry", ""), 0);
    assert_int_equal(set_field(&instance, &arena, "description", ""), 0);
    assert_fields(&instance, "");

    assert_int_equal(set_field(&instance, &arena, "", "x"), SES_EINVALID);
    assert_int_equal(set_field(&instance, &arena, "a b", "x"), SES_EINVALID);
    assert_int_equal(set_field(&instance, &arena, "a=b", "x"), SES_EINVALID);
    assert_int_equal(set_field(&instance, &arena, "a", "x\ny"), SES_EINVALID);
    assert_int_equal(set_field(&instance, &arena, "a", "\xFF"), SES_EINVALID);
    for (int i = 0; i < SES_MAX_FIELDS; i++) {
        snprintf(name, sizeof(name), "u_%d", i);
        assert_int_equal(set_field(&instance, &arena, name, "x"), 0);
    }
    assert_int_equal(set_field(&instance, &arena, "one_more", "x"), SES_EINVALID);
    assert_int_equal(set_field(&instance, &arena, "u_63", "y"), 0);
}

static int set_all(void *context)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_instance instance;
    const char *reason;
    int error;

    (void)context;
    ses_instance_init(&instance);
    error = ses_instance_set(&instance, &arena, SES_STR("user"), SES_STR("ann"), &reason);
    ses_arena_done(&arena);
    return error != 0 ? error : set_field(&instance, &arena, "u_x", "{{subject}}");
}

static void test_instance__survives_running_out_of_memory(void **state)
{
    (void)state;
    alloc_fail_each(set_all, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instance__explains_every_setting),
        cmocka_unit_test(test_instance__has_each_setting_once),
        cmocka_unit_test(test_instance__accepts_its_own_defaults),
        cmocka_unit_test(test_instance__offers_the_ways_that_there_are),
        cmocka_unit_test(test_instance__takes_or_refuses_values),
        cmocka_unit_test(test_instance__does_not_know_other_settings),
        cmocka_unit_test(test_instance__maps_fields),
        cmocka_unit_test(test_instance__survives_running_out_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
