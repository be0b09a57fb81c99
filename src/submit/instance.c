/* SPDX-License-Identifier: MIT */
#include "submit/instance.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "submit/http.h"

#define ROW(key, kind, standard, help)                                                             \
    {                                                                                              \
        key, kind, standard, NULL, help, 0, 0                                                      \
    }

const struct ses_instance_row ses_instance_rows[SES_INSTANCE_SETTINGS] = {
    [SES_INSTANCE_ORIGIN] = ROW("instance", SES_INSTANCE_URL, "",
                                "Where the instance is: https:// and its name, nothing behind."),
    [SES_INSTANCE_ROUTE] = {"route", SES_INSTANCE_ONE_OF, "table",
                            "table change catalog producer import",
                            "The API by which tickets go in.", 0, 0},
    [SES_INSTANCE_TABLE] =
        ROW("table", SES_INSTANCE_NAME, "incident",
            "The table of the tickets; with route producer or import the one that it writes."),
    [SES_INSTANCE_ITEM] = ROW("item", SES_INSTANCE_ID, "",
                              "sys_id of the catalog item or record producer, for these routes."),
    [SES_INSTANCE_CHANGE] =
        ROW("change", SES_INSTANCE_CHANGE_KIND, "",
            "For route change: normal, emergency, or standard/ and the sys_id of a template."),
    [SES_INSTANCE_STAGING] =
        ROW("staging", SES_INSTANCE_NAME, "", "The table of the import set, for route import."),
    [SES_INSTANCE_KEY_FIELD] =
        ROW("key_field", SES_INSTANCE_FIELD, "correlation_id",
            "The field that holds the key of a ticket, 100 characters wide, which the user may "
            "write and query; with route catalog, a variable of the item; VARIABLE -> FIELD where "
            "it arrives in a field of another name."),
    [SES_INSTANCE_LABEL_FIELD] =
        ROW("label_field", SES_INSTANCE_FIELD, "correlation_display",
            "The field by which earlier tickets of a domain are found; empty does without."),
    [SES_INSTANCE_SEND_SYS_ID] =
        ROW("send_sys_id", SES_INSTANCE_FLAG, "no",
            "Choose the sys_id of a ticket, so that the database itself keeps it from being there "
            "twice."),
    [SES_INSTANCE_AUTH] = {"auth", SES_INSTANCE_ONE_OF, "basic",
                           "basic client_credentials password refresh_token api_key certificate",
                           "How to say who we are.", 0, 0},
    [SES_INSTANCE_USER] =
        ROW("user", SES_INSTANCE_USER_NAME, "", "The user, for basic and password."),
    [SES_INSTANCE_CLIENT_ID] = ROW("client_id", SES_INSTANCE_TEXT, "",
                                   "The OAuth client, for the three ways that get a token."),
    [SES_INSTANCE_API_KEY_HEADER] = ROW("api_key_header", SES_INSTANCE_HEADER, "x-sn-apikey",
                                        "The header of the key, for api_key."),
    [SES_INSTANCE_API_KEY_PREFIX] =
        ROW("api_key_prefix", SES_INSTANCE_TEXT, "",
            "A word that stands before the key, with a blank between them."),
    [SES_INSTANCE_TOKEN_PATH] =
        ROW("token_path", SES_INSTANCE_PATH, "/oauth_token.do", "Where tokens are got."),
    [SES_INSTANCE_CERTIFICATE] = ROW("certificate", SES_INSTANCE_FILE, "",
                                     "PEM file with the certificate of the client (mutual TLS)."),
    [SES_INSTANCE_CERTIFICATE_KEY] =
        ROW("certificate_key", SES_INSTANCE_FILE, "",
            "PEM file with its key, where that is not in the same file."),
    [SES_INSTANCE_CA_FILE] = ROW("ca_file", SES_INSTANCE_FILE, "",
                                 "PEM file with the authorities to trust instead of the system's."),
    [SES_INSTANCE_PROXY] =
        ROW("proxy", SES_INSTANCE_PROXY_URL, "",
            "The proxy, as a URL; a password in it makes this file one that only its owner may "
            "read."),
    [SES_INSTANCE_SECRETS_FILE] =
        ROW("secrets_file", SES_INSTANCE_FILE, "",
            "INI file with a section [servicenow] for the secrets, which only its owner can read."),
    [SES_INSTANCE_NETRC] =
        ROW("netrc", SES_INSTANCE_FILE, "~/.netrc",
            "A netrc file, whose entry for the host of the instance has user and password."),
    [SES_INSTANCE_PASSWORD_COMMAND] =
        ROW("password_command", SES_INSTANCE_TEXT, "",
            "A shell command; the first line that it prints is the secret."),
    [SES_INSTANCE_CONNECT_SECONDS] = {"connect_timeout", SES_INSTANCE_COUNT, "10", NULL,
                                      "Seconds until a connection must stand.", 1, 300},
    [SES_INSTANCE_TRANSFER_SECONDS] =
        {"timeout", SES_INSTANCE_COUNT, "90", NULL,
         "Seconds until a reply must be there: more than the 60 that an instance gives a "
         "transaction.",
         1, 3600},
    [SES_INSTANCE_SETTLE_SECONDS] =
        {"settle", SES_INSTANCE_COUNT, "65", NULL,
         "Seconds after which an instance no longer carries out a request whose reply was lost: "
         "its transaction quota and a margin.",
         0, 3600},
    [SES_INSTANCE_BUDGET_SECONDS] = {"budget", SES_INSTANCE_COUNT, "7200", NULL,
                                     "Seconds that a run may spend on waiting in all.", 0, 604800},
};

void ses_instance_init(struct ses_instance *instance)
{
    for (int i = 0; i < SES_INSTANCE_SETTINGS; i++)
        instance->values[i] = instance->stored[i] = ses_str_of(ses_instance_rows[i].standard);
    instance->fields[0] = (struct ses_field_template){
        SES_STR("short_description"), SES_STR("short_description"), SES_STR("{{summary}}")};
    instance->fields[1] = (struct ses_field_template){
        SES_STR("description"), SES_STR("description"), SES_STR("{{ticket}}")};
    instance->field_count = 2;
}

static bool is_text(struct ses_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7F)
            return false;
    }
    return ses_str_is_utf8(value);
}

/* True where all of `value` is letters, digits and what stands in `others`. */
static bool consists_of(struct ses_str value, const char *others)
{
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              (c && strchr(others, c))))
            return false;
    }
    return true;
}

static bool is_name(struct ses_str value)
{
    return consists_of(value, "_.") && value.len <= SES_MAX_FIELD_NAME;
}

/* "variable -> field", or one name for both. */
static void split_names(struct ses_str value, struct ses_str *ret_name, struct ses_str *ret_stored)
{
    const char *arrow = value.len > 0 ? memmem(value.ptr, value.len, "->", 2) : NULL;
    size_t at = arrow ? (size_t)(arrow - value.ptr) : value.len;

    *ret_name = ses_str_trim(ses_str_slice(value, 0, at));
    *ret_stored = arrow ? ses_str_trim(ses_str_slice(value, at + 2, value.len)) : *ret_name;
}

static bool are_names(struct ses_str value)
{
    struct ses_str name;
    struct ses_str stored;

    split_names(value, &name, &stored);
    return name.len > 0 && is_name(name) && stored.len > 0 && is_name(stored);
}

static bool is_id(struct ses_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (!value.ptr[i] || !strchr("0123456789abcdefABCDEF", value.ptr[i]))
            return false;
    }
    return value.len == 32;
}

static bool is_change(struct ses_str value)
{
    struct ses_str standard = SES_STR("standard/");

    return ses_str_eq(value, SES_STR("normal")) || ses_str_eq(value, SES_STR("emergency")) ||
           (ses_str_starts(value, standard) &&
            is_id(ses_str_slice(value, standard.len, value.len)));
}

static bool is_one_of(const char *choices, struct ses_str value)
{
    struct ses_str rest = ses_str_of(choices);
    struct ses_str choice;

    while (ses_str_split(&rest, ' ', &choice)) {
        if (ses_str_eq(choice, value))
            return true;
    }
    return false;
}

static bool is_proxy(struct ses_str value)
{
    static const char schemes[] = "http https socks4 socks4a socks5 socks5h";
    const char *colon = memmem(value.ptr, value.len, "://", 3);
    size_t end = colon ? (size_t)(colon - value.ptr) : value.len;
    struct ses_str rest = ses_str_slice(value, end + 3, value.len);

    return is_one_of(schemes, ses_str_slice(value, 0, end)) && rest.len > 0 &&
           consists_of(rest, "!$%&'()*+,-.:;=@[]_~");
}

static bool is_count(const struct ses_instance_row *row, struct ses_str value)
{
    uint32_t number;

    return ses_str_to_number(value, row->max, &number) && number >= row->min;
}

/* NULL, or why `value`, which is not empty and a line of text, does not do. */
static const char *refusal_of_kind(const struct ses_instance_row *row, struct ses_str value)
{
    switch (row->kind) {
    case SES_INSTANCE_FLAG:
        return is_one_of("yes no", value) ? NULL : "neither yes nor no";
    case SES_INSTANCE_ONE_OF:
        return is_one_of(row->choices, value) ? NULL : "none of the values that it can have";
    case SES_INSTANCE_URL:
        return ses_http_is_origin(value) ? NULL : "want https://, a host, and nothing behind it";
    case SES_INSTANCE_PROXY_URL:
        return is_proxy(value) ? NULL : "want http://HOST:PORT, or another scheme of a proxy";
    case SES_INSTANCE_NAME:
        return is_name(value) ? NULL : "not the name of a table";
    case SES_INSTANCE_FIELD:
        return are_names(value) ? NULL : "not the name of a field, or of two: VARIABLE -> FIELD";
    case SES_INSTANCE_ID:
        return is_id(value) ? NULL : "not a sys_id of 32 hexadecimal digits";
    case SES_INSTANCE_CHANGE_KIND:
        return is_change(value) ? NULL : "want normal, emergency or standard/SYS_ID";
    case SES_INSTANCE_USER_NAME:
        return ses_str_find(value, ':') == value.len ? NULL : "a user cannot have a colon";
    case SES_INSTANCE_HEADER:
        return consists_of(value, "!#$%&'*+-.^_`|~") ? NULL : "not the name of a header";
    case SES_INSTANCE_PATH:
        return value.ptr[0] == '/' && consists_of(value, "/_.-~") ? NULL : "not a path";
    default:
        return NULL;
    }
}

/* What a route or a connection cannot do without has no empty value. */
static bool may_be_empty(const struct ses_instance_row *row)
{
    return row->kind == SES_INSTANCE_TEXT || row->kind == SES_INSTANCE_FILE || !*row->standard ||
           row == &ses_instance_rows[SES_INSTANCE_LABEL_FIELD];
}

static const char *refusal(const struct ses_instance_row *row, struct ses_str value)
{
    if (row->kind == SES_INSTANCE_COUNT)
        return is_count(row, value) ? NULL : "not a number in the range that is allowed";
    if (value.len == 0)
        return may_be_empty(row) ? NULL : "cannot be empty";
    if (value.len > SES_MAX_INSTANCE_TEXT)
        return "too long";
    return is_text(value) ? refusal_of_kind(row, value) : "not a line of UTF-8 text";
}

static int copy_names(struct ses_arena *arena, struct ses_str value, struct ses_str *ret_name,
                      struct ses_str *ret_stored)
{
    struct ses_str name;
    struct ses_str stored;
    int error;

    split_names(value, &name, &stored);
    error = ses_arena_copy(arena, name, ret_name);
    return error != 0 ? error : ses_arena_copy(arena, stored, ret_stored);
}

int ses_instance_set(struct ses_instance *instance, struct ses_arena *arena, struct ses_str key,
                     struct ses_str value, const char **ret_reason)
{
    for (int i = 0; i < SES_INSTANCE_SETTINGS; i++) {
        if (!ses_str_eq(key, ses_str_of(ses_instance_rows[i].key)))
            continue;
        *ret_reason = refusal(&ses_instance_rows[i], value);
        if (*ret_reason)
            return SES_EINVALID;
        return ses_instance_rows[i].kind == SES_INSTANCE_FIELD
                   ? copy_names(arena, value, &instance->values[i], &instance->stored[i])
                   : ses_arena_copy(arena, value, &instance->values[i]);
    }
    return SES_ECONFLICT;
}

static void remove_field(struct ses_instance *instance, size_t at)
{
    instance->field_count--;
    memmove(&instance->fields[at], &instance->fields[at + 1],
            (instance->field_count - at) * sizeof(instance->fields[0]));
}

int ses_instance_set_field(struct ses_instance *instance, struct ses_arena *arena,
                           struct ses_str name, struct ses_str template, const char **ret_reason)
{
    struct ses_field_template field = {0};
    struct ses_str whole = name;
    size_t at = 0;
    int error;

    split_names(whole, &name, &field.stored);
    while (at < instance->field_count && !ses_str_eq(name, instance->fields[at].name))
        at++;
    *ret_reason = !are_names(whole)      ? "not the name of a field"
                  : !is_text(template)   ? "not a line of UTF-8 text"
                  : at == SES_MAX_FIELDS ? "too many fields"
                                         : NULL;
    if (*ret_reason)
        return SES_EINVALID;
    if (template.len == 0) {
        if (at < instance->field_count)
            remove_field(instance, at);
        return 0;
    }
    error = copy_names(arena, whole, &field.name, &field.stored);
    if (error == 0)
        error = ses_arena_copy(arena, template, &field.template);
    if (error != 0)
        return error;
    instance->fields[at] = field;
    instance->field_count += at == instance->field_count;
    return 0;
}

struct ses_str ses_instance_text(const struct ses_instance *instance,
                                 enum ses_instance_setting setting)
{
    return instance->values[setting];
}

struct ses_str ses_instance_stored(const struct ses_instance *instance,
                                   enum ses_instance_setting setting)
{
    return instance->stored[setting];
}

unsigned ses_instance_number(const struct ses_instance *instance, enum ses_instance_setting setting)
{
    uint32_t number = 0;

    /* The value passed `refusal`, or is a default. */
    return ses_str_to_number(instance->values[setting], UINT32_MAX, &number) ? number : 0;
}

bool ses_instance_flag(const struct ses_instance *instance, enum ses_instance_setting setting)
{
    return ses_str_eq(instance->values[setting], SES_STR("yes"));
}
