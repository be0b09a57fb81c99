/* SPDX-License-Identifier: MIT */
#include "model/record.h"

#include "base/error.h"
#include "model/name.h"

static const struct ses_str type_names[SES_RRTYPES] = {{"CNAME", 5}, {"TXT", 3}, {"MX", 2}};

const char *ses_rrtype_name(enum ses_rrtype type)
{
    return type_names[type].ptr;
}

bool ses_rrtype_parse(struct ses_str text, enum ses_rrtype *ret_type)
{
    for (int type = 0; type < SES_RRTYPES; type++) {
        if (ses_str_eq_nocase(text, type_names[type])) {
            *ret_type = (enum ses_rrtype)type;
            return true;
        }
    }
    return false;
}

const char *ses_record_kind_name(enum ses_record_kind kind)
{
    static const char *const names[SES_RECORD_KINDS] = {
        [SES_RECORD_DKIM] = "DKIM",
        [SES_RECORD_DKIM_KEY] = "DKIM public key",
        [SES_RECORD_VERIFICATION] = "domain verification",
        [SES_RECORD_VERIFICATION_APEX] = "domain verification",
        [SES_RECORD_MAIL_FROM] = "MAIL FROM",
        [SES_RECORD_SPF] = "SPF of MAIL FROM",
        [SES_RECORD_DMARC] = "DMARC",
        [SES_RECORD_OTHER] = "other",
    };

    return names[kind];
}

/* True for what could be a verification token, whole or damaged: 32 bytes are 43 base64 characters
 * and one "=", which is easily lost. */
static bool looks_like_token(struct ses_str value)
{
    if (value.len < 42 || value.len > 45)
        return false;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '+' || c == '/' || c == '='))
            return false;
    }
    return true;
}

static const struct ses_str token_prefix = {"amazonses:", 10};

/* The underscore is often lost on the way to DNS; the record is still recognised without it, so
 * that a rule can say so. */
static bool has_label(struct ses_str label, struct ses_str with_underscore)
{
    return ses_str_eq(label, with_underscore) ||
           ses_str_eq(label, ses_str_slice(with_underscore, 1, with_underscore.len));
}

static bool is_domainkey(const struct ses_record *record)
{
    struct ses_str second = ses_name_first(ses_name_parent(record->owner));

    return has_label(second, SES_STR("_domainkey"));
}

static void classify_txt(struct ses_record *record)
{
    struct ses_str first = ses_name_first(record->owner);
    struct ses_str rest = ses_name_parent(record->owner);
    struct ses_str value = record->value;
    bool prefixed = ses_str_starts_nocase(value, token_prefix);

    if (is_domainkey(record)) {
        record->kind = SES_RECORD_DKIM_KEY;
        record->token = first;
        record->domain = ses_name_parent(rest);
    } else if (ses_str_eq(first, SES_STR("_amazonses")) ||
               (ses_str_eq(first, SES_STR("amazonses")) && (prefixed || looks_like_token(value)))) {
        record->kind = SES_RECORD_VERIFICATION;
        record->token = prefixed ? ses_str_slice(value, token_prefix.len, value.len) : value;
        record->domain = rest;
    } else if (ses_str_starts_nocase(value, SES_STR("v=spf1"))) {
        record->kind = SES_RECORD_SPF;
    } else if (ses_str_eq(first, SES_STR("_dmarc")) ||
               ses_str_starts_nocase(value, SES_STR("v=DMARC1"))) {
        record->kind = SES_RECORD_DMARC;
        record->domain = has_label(first, SES_STR("_dmarc")) ? rest : record->owner;
    } else if (prefixed || looks_like_token(value)) {
        record->kind = SES_RECORD_VERIFICATION_APEX;
        record->token = prefixed ? ses_str_slice(value, token_prefix.len, value.len) : value;
        record->domain = record->owner;
    }
}

/* The RDATA of an MX: a preference, blanks, a host (RFC 1035 section 3.3.9). */
static struct ses_str split_preference(struct ses_record *record)
{
    struct ses_str value = ses_str_trim(record->value);
    size_t digits = ses_str_find(value, ' ');

    record->has_preference =
        ses_str_to_number(ses_str_slice(value, 0, digits), UINT16_MAX, &record->preference);
    return record->has_preference ? ses_str_trim(ses_str_slice(value, digits, value.len)) : value;
}

static int parse_target(struct ses_record *record, struct ses_str text, struct ses_arena *arena)
{
    struct ses_name_flaw flaw;
    struct ses_name name;
    int error = ses_name_parse(text, arena, &name, &flaw);

    if (error == 0)
        record->target = name.text;
    return error == SES_EINVALID ? 0 : error;
}

int ses_record_classify(struct ses_record *record, struct ses_arena *arena)
{
    record->kind = SES_RECORD_OTHER;
    record->fate = SES_PUBLISH;
    switch (record->type) {
    case SES_TXT:
        classify_txt(record);
        return 0;
    case SES_MX:
        record->kind = SES_RECORD_MAIL_FROM;
        return parse_target(record, split_preference(record), arena);
    default:
        if (is_domainkey(record)) {
            record->kind = SES_RECORD_DKIM;
            record->token = ses_name_first(record->owner);
            record->domain = ses_name_parent(ses_name_parent(record->owner));
        }
        return parse_target(record, record->value, arena);
    }
}

struct ses_str ses_record_target_token(const struct ses_record *record)
{
    return ses_name_first(record->target);
}

struct ses_str ses_record_target_zone(const struct ses_record *record)
{
    return ses_name_parent(record->target);
}

int ses_record_compare(const struct ses_record *a, const struct ses_record *b)
{
    int order = (int)a->kind - (int)b->kind;

    if (order == 0)
        order = ses_str_compare(a->owner, b->owner);
    if (order == 0)
        order = (int)a->type - (int)b->type;
    if (order == 0)
        order = (int)a->has_preference - (int)b->has_preference;
    if (order == 0)
        order = (int)a->preference - (int)b->preference;
    /* What is no name stands apart: compared with names by its text it would make a circle. */
    if (order == 0)
        order = (a->target.len > 0) - (b->target.len > 0);
    /* Names are compared as names, so that a final dot makes no difference; texts byte for byte. */
    if (order == 0 && a->target.len > 0)
        return ses_str_compare(a->target, b->target);
    return order != 0 ? order : ses_str_compare(a->value, b->value);
}
