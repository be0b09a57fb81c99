/* SPDX-License-Identifier: MIT */
/* Rules about the domain-verification token: TXT _amazonses.<domain>, 32 bytes in base64. */
#include <string.h>

#include "check/rule.h"
#include "model/name.h"

#define TOKEN_LEN 44 /* base64 of 32 bytes: 43 characters and one "=" (RFC 4648 section 4) */

static const struct ses_str nothing = {0};

static bool is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

/* The number of base64 characters at the start of `token`. */
static size_t span(struct ses_str token)
{
    size_t len = 0;

    while (len < token.len && is_base64(token.ptr[len]))
        len++;
    return len;
}

/* The last character before the padding holds four bits; the other two must be zero. */
static bool is_whole(struct ses_str body)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    return (strchr(alphabet, body.ptr[TOKEN_LEN - 2]) - alphabet) % 4 == 0;
}

static bool has_upper(struct ses_str token)
{
    for (size_t i = 0; i < token.len; i++) {
        if (token.ptr[i] >= 'A' && token.ptr[i] <= 'Z')
            return true;
    }
    return false;
}

static bool lacks_padding(struct ses_str token)
{
    return token.len == TOKEN_LEN - 1 && span(token) == token.len;
}

/* No letter of 43 random ones is a capital once in ten billion tokens. */
static bool is_lower_cased(struct ses_str token)
{
    return token.len >= TOKEN_LEN - 1 && token.len <= TOKEN_LEN && span(token) == TOKEN_LEN - 1 &&
           !has_upper(token);
}

static bool is_quoted(const struct ses_record *record)
{
    return ses_str_contains(record->value, SES_STR("\""));
}

static int check_lower_case(const struct ses_check *check)
{
    if (!is_lower_cased(check->record->token))
        return 0;
    return ses_rule_report_value(check, nothing, "verification token without a capital letter");
}

static int check_padding(const struct ses_check *check)
{
    const struct ses_record *record = check->record;
    struct ses_str token = record->token;
    char right[TOKEN_LEN];

    if (!lacks_padding(token) || is_lower_cased(token))
        return 0;
    memcpy(right, token.ptr, token.len);
    right[token.len] = '=';
    return ses_rule_report_value(check, (struct ses_str){right, sizeof(right)},
                                 "verification token without its final '='");
}

static int check_token(const struct ses_check *check)
{
    struct ses_str token = check->record->token;
    size_t good = span(token);

    if (lacks_padding(token) || is_lower_cased(token) || is_quoted(check->record))
        return 0;
    if (token.len == 0)
        return ses_rule_report_value(check, nothing, "empty verification token");
    if (good < token.len && token.ptr[good] != '=')
        return ses_rule_report_value(check, nothing,
                                     "invalid character in verification token, want base64");
    if (token.len != TOKEN_LEN || good != TOKEN_LEN - 1)
        return ses_rule_report(check, check->record->value_at, check->record->value, nothing,
                               "verification token of %zu characters, want %d", token.len,
                               TOKEN_LEN);
    if (!is_whole(token))
        return ses_rule_report_value(check, nothing,
                                     "verification token that is not base64 of 32 bytes");
    return 0;
}

static size_t count_kind(const struct ses_request *request, enum ses_record_kind kind)
{
    return ses_request_count(request, kind);
}

static int check_mismatch(const struct ses_check *check)
{
    if (check->record->fate != SES_PUBLISH ||
        count_kind(check->request, SES_RECORD_VERIFICATION) == 0)
        return 0;
    return ses_rule_report_value(check, nothing, "apex token differs from the token at _amazonses");
}

static int check_apex_only(const struct ses_check *check)
{
    if (count_kind(check->request, SES_RECORD_VERIFICATION) > 0 ||
        ses_request_is_partial(check->request))
        return 0;
    return ses_rule_report_owner(check, nothing,
                                 "verification token at the domain itself, without _amazonses");
}

static int check_alternative(const struct ses_check *check)
{
    if (check->record->fate != SES_ALTERNATIVE)
        return 0;
    return ses_rule_report_owner(check, nothing,
                                 "alternative form of the token at _amazonses, left out");
}

static int check_several(const struct ses_check *check)
{
    if (!ses_rule_is_second(check))
        return 0;
    return ses_rule_report_owner(check, nothing,
                                 "another verification token at the same owner name");
}

static int check_missing(const struct ses_check *check)
{
    const struct ses_request *request = check->request;

    if (request->kind != SES_SUBJECT_DOMAIN || ses_request_is_partial(request) ||
        count_kind(request, SES_RECORD_VERIFICATION) > 0 ||
        count_kind(request, SES_RECORD_VERIFICATION_APEX) > 0)
        return 0;
    return ses_rule_report(check, request->subject_at, request->subject, nothing,
                           "no domain-verification TXT in this request");
}

#define VERIFICATION SES_KIND(SES_RECORD_VERIFICATION)
#define APEX SES_KIND(SES_RECORD_VERIFICATION_APEX)

static const struct ses_rule rules[] = {
    {{"verification-lower-case", SES_ERROR, "The verification token has no capital letters.",
      "SES compares the token exactly. Some DNS provider or form has made it small, and the domain "
      "stays unverified.",
      "Copy the value from the console again; tell the DNS team that case matters.",
      "Amazon SES Developer Guide, troubleshooting verification: values are case-sensitive"},
     VERIFICATION | APEX,
     check_lower_case},
    {{"verification-padding", SES_ERROR, "The final '=' of the verification token is missing.",
      "It is part of the value and easily left behind when a text is marked with the mouse.",
      "Put the '=' back.", "RFC 4648 section 4; 9 of 9 published tokens end in '='"},
     VERIFICATION | APEX,
     check_padding},
    {{"verification-token", SES_ERROR, "The verification token is not one that SES gives.",
      "It was cut, mistyped or mixed up, and the domain stays unverified.",
      "Copy the value from the console again: 43 base64 characters and one '='.",
      "9 of 9 published tokens are base64 of 32 bytes; RFC 4648 section 4"},
     VERIFICATION | APEX,
     check_token},
    {{"verification-mismatch", SES_ERROR,
      "The two forms of the verification record have different "
      "tokens.",
      "The console writes one token in two forms, to choose from. With two tokens one is of "
      "another "
      "account or Region, or was edited.",
      "Download the file again.",
      "Real txt-dns-records.csv; Amazon SES Developer Guide (2021), DNS TXT records"},
     APEX,
     check_mismatch},
    {{"verification-apex", SES_WARNING,
      "Only the fallback form of the verification record is there.",
      "The form at the domain itself is for DNS that refuses underscores. The usual form stands at "
      "_amazonses, out of the way of SPF and other TXT values.",
      "Use the row with _amazonses unless your DNS refuses it.",
      "Amazon SES Developer Guide (2021), DNS TXT records"},
     APEX,
     check_apex_only},
    {{"verification-alternative", SES_NOTE,
      "The fallback form of the verification record was left "
      "out.",
      "Both rows of the export carry one token; one of them is enough, and the one at _amazonses "
      "is "
      "used.",
      NULL, "Amazon SES Developer Guide (2021), DNS TXT records"},
     APEX,
     check_alternative},
    {{"verification-several", SES_NOTE, "Several verification tokens stand at one owner name.",
      "Each account and Region has its own token. They are values of one record set and stand side "
      "by "
      "side.",
      "Nothing to do if the domain is used from several Regions or accounts.",
      "binxio/cfn-ses-provider issue 6; Amazon SES Developer Guide (2018), verifying domains"},
     VERIFICATION,
     check_several},
    {{"verification-missing", SES_NOTE, "The request has no domain-verification TXT.",
      "DKIM proves the domain too, so that new identities need none. The ticket says that it is "
      "not "
      "there.",
      "Add the TXT export if your console asks for it.",
      "SES console, legacy TXT records: no longer required"},
     0,
     check_missing},
};

const struct ses_rule_table ses_verification_rules = {rules, sizeof(rules) / sizeof(rules[0])};
