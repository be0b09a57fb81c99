/* SPDX-License-Identifier: MIT */
/* Rules about BYODKIM: one TXT <selector>._domainkey.<domain> with a public key of the domain's
 * owner. */
#include "model/dkim_key.h"
#include "check/rule.h"

static const struct ses_str nothing = {0};

/* What has quotation marks in it is reported as such, and halves of one key as two records, not as
 * bad keys. */
static bool has_own_finding(const struct ses_check *check)
{
    const struct ses_request *request = check->request;

    for (size_t i = 0; i < request->published_count; i++) {
        const struct ses_record *other = request->published[i];

        if (other != check->record && other->kind == SES_RECORD_DKIM_KEY &&
            ses_str_eq(other->owner, check->record->owner))
            return true;
    }
    return ses_str_contains(check->record->value, SES_STR("\""));
}

/* Each rule of this file reports one state, so that each has its own code and remedy. */
static int check_state(const struct ses_check *check, enum ses_dkim_key_state wanted,
                       const char *sentence)
{
    if (has_own_finding(check) || ses_dkim_key_parse(check->record->value).state != wanted)
        return 0;
    return ses_rule_report_value(check, nothing, sentence);
}

static int check_placeholder(const struct ses_check *check)
{
    return check_state(check, SES_DKIM_KEY_PLACEHOLDER, "placeholder instead of a public key");
}

static int check_pem(const struct ses_check *check)
{
    return check_state(check, SES_DKIM_KEY_PEM, "PEM header or footer in the public key");
}

static int check_cname_value(const struct ses_check *check)
{
    return check_state(check, SES_DKIM_KEY_IS_CNAME, "TXT record with the value of a CNAME");
}

static int check_revoked(const struct ses_check *check)
{
    return check_state(check, SES_DKIM_KEY_REVOKED,
                       "empty public key, which means that it is revoked");
}

static int check_blank(const struct ses_check *check)
{
    return check_state(check, SES_DKIM_KEY_BLANK, "blank inside the public key");
}

static int check_type(const struct ses_check *check)
{
    return check_state(check, SES_DKIM_KEY_NOT_RSA, "public key that is not RSA");
}

static int check_bits(const struct ses_check *check)
{
    struct ses_dkim_key key = ses_dkim_key_parse(check->record->value);

    if (key.state != SES_DKIM_KEY_BITS)
        return 0;
    return ses_rule_report(check, check->record->value_at, nothing, nothing,
                           "RSA key of %d bits, want %d to %d", key.bits, SES_MIN_DKIM_BITS,
                           SES_MAX_DKIM_BITS);
}

static int check_key(const struct ses_check *check)
{
    enum ses_dkim_key_state state = ses_dkim_key_parse(check->record->value).state;
    const char *cut =
        check->record->value.len == SES_MAX_TXT_STRING ? ": cut at 255 characters" : "";

    if (has_own_finding(check) ||
        (state != SES_DKIM_KEY_NO_TAG && state != SES_DKIM_KEY_NOT_BASE64 &&
         state != SES_DKIM_KEY_NOT_A_KEY))
        return 0;
    return ses_rule_report(check, check->record->value_at, check->record->value, nothing,
                           "invalid public key, %s%s",
                           state == SES_DKIM_KEY_NO_TAG       ? "want p=<base64>"
                           : state == SES_DKIM_KEY_NOT_BASE64 ? "not whole base64"
                                                              : "not a DER public key",
                           cut);
}

/* SelectorName of the SES API: letters, digits and inner hyphens. */
static int check_selector(const struct ses_check *check)
{
    const struct ses_record *record = check->record;

    if (record->domain.len > 0 && !ses_str_contains(record->token, SES_STR("_")))
        return 0;
    return ses_rule_report(check, record->owner_at, record->token, nothing,
                           "invalid DKIM selector, want letters, digits and hyphens");
}

static int check_several(const struct ses_check *check)
{
    if (!ses_rule_is_second(check))
        return 0;
    return ses_rule_report_owner(check, nothing, "second public key at the same selector");
}

#define DKIM_KEY SES_KIND(SES_RECORD_DKIM_KEY)
#define BYODKIM_GUIDE "Amazon SES Developer Guide, bring your own DKIM"

static const struct ses_rule rules[] = {
    {{"dkim-key-placeholder", SES_ERROR, "The public key is the console's placeholder.",
      "The console does not know your key and shows p=customerProvidedPublicKey in its place. "
      "Published "
      "like this, every signature fails.",
      "Put p= and your public key in its place.", BYODKIM_GUIDE},
     DKIM_KEY,
     check_placeholder},
    {{"dkim-key-pem", SES_ERROR, "The public key still has its PEM header or footer.",
      "Receivers read the value as base64 and fail at the first hyphen.",
      "Remove the BEGIN and END lines and all line breaks.", BYODKIM_GUIDE},
     DKIM_KEY,
     check_pem},
    {{"dkim-record-type", SES_ERROR, "A TXT record holds what belongs into a CNAME.",
      "Receivers would read the target as a key. SES looks for a CNAME.", "Make it a CNAME record.",
      "Amazon SES Developer Guide, Easy DKIM: records of type CNAME"},
     DKIM_KEY,
     check_cname_value},
    {{"dkim-key-revoked", SES_ERROR, "The public key is empty.",
      "An empty p= tells receivers that the key was revoked: all signatures fail.",
      "Put the public key behind p=.", "RFC 6376 section 3.6.1"},
     DKIM_KEY,
     check_revoked},
    {{"dkim-key-blank", SES_ERROR, "The public key has a blank in it.",
      "It was pasted from wrapped text. SES wants the key without blanks or line breaks.",
      "Join the parts without a blank.", BYODKIM_GUIDE},
     DKIM_KEY,
     check_blank},
    {{"dkim-key-invalid", SES_ERROR, "The public key cannot be read.",
      "It is cut, damaged, or not a key. Forms that hold 255 characters cut a 2048-bit key without "
      "a "
      "word.",
      "Copy the whole key; the program splits it for DNS.",
      "RFC 6376 section 3.6.1; zone-eu/wildduck issue 176"},
     DKIM_KEY,
     check_key},
    {{"dkim-key-type", SES_ERROR, "The public key is not an RSA key.",
      "SES signs with RSA only; receivers would look for a signature of another kind.",
      "Make an RSA key of 2048 bits.", BYODKIM_GUIDE},
     DKIM_KEY,
     check_type},
    {{"dkim-key-bits", SES_ERROR, "The RSA key is too short or too long for SES.",
      "SES takes 1024 to 2048 bits; receivers ignore shorter keys.",
      "Make an RSA key of 2048 bits.", BYODKIM_GUIDE "; RFC 8301 section 3.2"},
     DKIM_KEY,
     check_bits},
    {{"dkim-selector", SES_ERROR, "The selector has a form that SES does not take.",
      "SES refuses the key's registration.", "Use 1 to 63 letters, digits and inner hyphens.",
      "SES API v2, DomainSigningSelector"},
     DKIM_KEY,
     check_selector},
    {{"dkim-key-several", SES_ERROR, "Two TXT records stand at one DKIM selector.",
      "A long key was split into two records. Receivers get them in any order and use neither.",
      "Join the parts into one value; one record may hold several strings.",
      "RFC 6376 section 3.6.2.2; Crown-Commercial-Service/digitalmarketplace-aws pull requests 212 "
      "and 213"},
     DKIM_KEY,
     check_several},
};

const struct ses_rule_table ses_dkim_key_rules = {rules, sizeof(rules) / sizeof(rules[0])};
