/* SPDX-License-Identifier: MIT */
/* What people type on the command line and in the config. The first byte of the input says what the
 * rest is: d a date, a an address, l a lifetime, n a node, s a setting. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "ingest/node.h"
#include "model/address.h"
#include "model/lifetime.h"
#include "model/name.h"
#include "model/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Holds in every build: a fuzz target without asserts finds nothing. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static int check_finding(struct ses_findings *findings, const struct ses_finding *finding)
{
    (void)findings;
    CHECK(finding->code && finding->sentence);
    CHECK(strlen(finding->sentence) < SES_MAX_SENTENCE);
    return 0;
}

static void check_date(struct ses_str text)
{
    char printed[SES_DATE_TEXT];
    struct ses_date date;
    struct ses_date again;
    int error = ses_date_parse(text, &date);

    CHECK(error == 0 || error == SES_ESYNTAX || error == SES_EINVALID);
    if (error != 0)
        return;
    ses_date_format(date, printed);
    CHECK(ses_str_eq(ses_str_of(printed), text));
    again = ses_date_from_days(ses_date_to_days(date));
    CHECK(again.year == date.year && again.month == date.month && again.day == date.day);
}

static void check_reverse(const struct ses_address *address)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    char reverse[SES_MAX_REVERSE_TEXT];
    struct ses_name_flaw flaw;
    struct ses_name name;

    ses_address_reverse(address, reverse);
    CHECK(ses_name_parse(ses_str_of(reverse), &arena, &name, &flaw) == 0);
    CHECK(ses_str_eq(name.text, ses_str_of(reverse)));
    CHECK(ses_name_label_count(name.text) == (address->version == 4 ? 6 : 34));
}

static void check_address(struct ses_str text)
{
    struct ses_address address;
    struct ses_address again;
    const char *block;
    int error = ses_address_parse(text, &address);

    CHECK(error == 0 || error == SES_EINVALID);
    if (error != 0)
        return;
    CHECK(address.version == 4 || address.version == 6);
    CHECK(ses_address_parse(ses_str_of(address.text), &again) == 0);
    CHECK(ses_address_eq(&address, &again) && strcmp(address.text, again.text) == 0);
    CHECK((ses_address_scope(&address, &block) == SES_ADDRESS_PUBLIC) == (block == NULL));
    check_reverse(&address);
}

/* The first two bytes are flags and the day of the clock, the rest is --expires. */
static void check_lifetime(struct ses_str text)
{
    struct ses_findings findings = {.emit = check_finding};
    unsigned flags = text.len > 0 ? (unsigned char)text.ptr[0] : 0;
    unsigned day = text.len > 1 ? (unsigned char)text.ptr[1] : 0;
    struct ses_date today = ses_date_from_days(20454 + (int64_t)day);
    unsigned horizon = flags & 8 ? SES_MAX_HORIZON_DAYS : SES_DEFAULT_HORIZON_DAYS;
    struct ses_lifetime_words words = {.poc = flags & 1,
                                       .production = flags & 2,
                                       .required = flags & 4,
                                       .expires = ses_str_slice(text, 2, text.len)};
    struct ses_lifetime lifetime = {0};
    int error = ses_lifetime_parse(&words, today, horizon, &lifetime, &findings);
    int64_t days = ses_date_to_days(lifetime.expires) - ses_date_to_days(today);

    CHECK(error == 0 || error == SES_EINVALID);
    CHECK(findings.counts[SES_ERROR] == (error != 0));
    CHECK(error == 0 || lifetime.kind == SES_LIFETIME_NONE);
    CHECK(lifetime.kind != SES_LIFETIME_POC || (words.poc && days > 0 && days <= (int64_t)horizon));
    CHECK(lifetime.kind != SES_LIFETIME_PRODUCTION || (words.production && !words.poc));
    CHECK(error != 0 || !words.required || lifetime.kind != SES_LIFETIME_NONE);
}

static void check_node(struct ses_str text)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_findings findings = {.emit = check_finding};
    struct ses_name_flaw flaw;
    struct ses_name name;
    struct ses_node node;
    int error = ses_node_parse(text, (struct ses_place){.file = "-"}, &arena, &node, &findings);

    CHECK(error == 0 || error == SES_EINVALID);
    CHECK(findings.counts[SES_ERROR] == (error != 0));
    if (error != 0)
        return;
    CHECK(node.name_text.len > 0 && node.address_text.len > 0);
    CHECK(node.address.version == 0 || node.address.text[0] != '\0');
    CHECK(node.name.len == 0 || (ses_name_parse(node.name, &arena, &name, &flaw) == 0 &&
                                 ses_str_eq(name.text, node.name)));
}

/* The first byte chooses the setting. */
static void check_setting(struct ses_str text)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    enum ses_setting setting =
        text.len > 0 ? (enum ses_setting)((unsigned char)text.ptr[0] % SES_SETTINGS) : 0;
    const struct ses_setting_row *row = &ses_settings[setting];
    struct ses_str value = ses_str_slice(text, 1, text.len);
    const char *reason = NULL;
    struct ses_site site;
    int error;

    ses_site_init(&site);
    error =
        ses_site_set(&site, &arena, ses_str_of(row->section), ses_str_of(row->key), value, &reason);
    CHECK(error == 0 || error == SES_EINVALID);
    CHECK((error == 0) == (reason == NULL));
    CHECK(
        ses_str_eq(ses_site_text(&site, setting), error == 0 ? value : ses_str_of(row->standard)));
    CHECK(error != 0 || ses_str_is_utf8(value));
    CHECK(error != 0 || ses_str_find(value, '\n') == value.len);
    CHECK(row->kind != SES_SETTING_NUMBER || (ses_site_number(&site, setting) >= row->min &&
                                              ses_site_number(&site, setting) <= row->max));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct {
        char letter;
        void (*check)(struct ses_str text);
    } kinds[] = {
        {'d', check_date}, {'a', check_address}, {'l', check_lifetime},
        {'n', check_node}, {'s', check_setting},
    };
    struct ses_str text = {(const char *)bytes, len};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (len > 0 && text.ptr[0] == kinds[i].letter)
            kinds[i].check(ses_str_slice(text, 1, len));
    }
    return 0;
}
