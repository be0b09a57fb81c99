/* SPDX-License-Identifier: MIT */
/* Rules about DMARC records, and about the text of TXT records whatever they are for. */
#include "check/rule.h"
#include "model/name.h"

static const struct ses_str nothing = {0};

/* The value of the first tag called `name` in a DMARC record (RFC 7489 section 6.4). */
static bool find_tag(struct ses_str record, struct ses_str name, struct ses_str *ret_value)
{
    struct ses_str tag;

    while (ses_str_split(&record, ';', &tag)) {
        size_t equals = ses_str_find(tag, '=');

        if (equals == tag.len ||
            !ses_str_eq_nocase(ses_str_trim(ses_str_slice(tag, 0, equals)), name))
            continue;
        *ret_value = ses_str_trim(ses_str_slice(tag, equals + 1, tag.len));
        return true;
    }
    return false;
}

static bool has_policy(struct ses_str record, struct ses_str *ret_policy)
{
    return find_tag(record, SES_STR("p"), ret_policy);
}

static int check_version(const struct ses_check *check)
{
    if (ses_str_starts(check->record->value, SES_STR("v=DMARC1")))
        return 0;
    return ses_rule_report_value(check, nothing, "DMARC record that does not begin with v=DMARC1");
}

static bool is_escaped(struct ses_str value)
{
    return ses_str_contains(value, SES_STR("\"")) || ses_str_contains(value, SES_STR("\\"));
}

static int check_policy(const struct ses_check *check)
{
    static const struct ses_str policies[] = {{"none", 4}, {"quarantine", 10}, {"reject", 6}};
    struct ses_str policy;

    /* What is left of an escaped value has a finding of its own. */
    if (is_escaped(check->record->value))
        return 0;
    if (!has_policy(check->record->value, &policy))
        return ses_rule_report_value(check, nothing, "DMARC record without a policy (p=)");
    for (size_t i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
        if (ses_str_eq_nocase(policy, policies[i]))
            return 0;
    }
    return ses_rule_report_value(check, nothing,
                                 "invalid DMARC policy, want none, quarantine or reject");
}

static int check_owner(const struct ses_check *check)
{
    struct ses_str first = ses_name_first(check->record->owner);

    if (ses_str_eq(first, SES_STR("_dmarc")) || ses_str_eq(first, SES_STR("dmarc")))
        return 0;
    return ses_rule_report_owner(check, nothing, "DMARC record at a name without _dmarc");
}

static int check_several(const struct ses_check *check)
{
    if (!ses_rule_is_second(check))
        return 0;
    return ses_rule_report_owner(check, nothing, "second DMARC record at one owner name");
}

static int check_quotes(const struct ses_check *check)
{
    if (check->record->type != SES_TXT || !ses_str_contains(check->record->value, SES_STR("\"")))
        return 0;
    return ses_rule_report_value(check, nothing, "quotation mark inside a TXT value");
}

static int check_backslash(const struct ses_check *check)
{
    if (check->record->type != SES_TXT || ses_str_contains(check->record->value, SES_STR("\"")) ||
        !ses_str_contains(check->record->value, SES_STR("\\")))
        return 0;
    return ses_rule_report_value(check, nothing, "backslash in a TXT value");
}

/* What a form that takes one character-string leaves of a longer value. */
static int check_cut(const struct ses_check *check)
{
    if (check->record->type != SES_TXT || check->record->value.len != SES_MAX_TXT_STRING ||
        check->record->kind == SES_RECORD_DKIM_KEY)
        return 0;
    return ses_rule_report(check, check->record->value_at, nothing, nothing,
                           "TXT value of exactly 255 characters, probably cut");
}

#define DMARC SES_KIND(SES_RECORD_DMARC)

static const struct ses_rule rules[] = {
    {{"dmarc-version", SES_ERROR, "A DMARC record does not begin with v=DMARC1.",
      "Receivers do not take it for a DMARC record at all; case counts.", "Begin it with v=DMARC1.",
      "RFC 7489 section 6.3"},
     DMARC,
     check_version},
    {{"dmarc-policy", SES_ERROR, "A DMARC record has no valid policy.",
      "Receivers ignore it. A value that ends behind v=DMARC1 was cut at the semicolon, which is a "
      "comment sign in zone files.",
      "Add p=none, p=quarantine or p=reject.",
      "RFC 7489 sections 6.3 and 6.6.3; RFC 1035 section 5.1"},
     DMARC,
     check_policy},
    {{"dmarc-owner", SES_ERROR, "A DMARC record stands at a name that does not begin with _dmarc.",
      "Receivers ask at _dmarc.<domain> only.", "Put it at _dmarc.<domain>.",
      "RFC 7489 section 6.1"},
     DMARC,
     check_owner},
    {{"dmarc-several", SES_ERROR, "Two DMARC records stand at one owner name.",
      "Receivers then use neither.", "Keep one.", "RFC 7489 section 6.6.3"},
     DMARC,
     check_several},
    {{"txt-quotes", SES_ERROR, "A TXT value has quotation marks inside.",
      "They are how DNS forms show a text. Published, they become part of the value, which then "
      "matches nothing. Two quoted parts are one value that somebody split.",
      "Give the bare value, its parts joined without a blank; the program splits and quotes it for "
      "DNS.",
      "chatmail/filtermail issue 60; tuxis-ie/nsedit issue 66; RFC 1035 section 5.1"},
     SES_ALL_KINDS,
     check_quotes},
    {{"txt-backslash", SES_ERROR, "A TXT value has a backslash.",
      "It is left from an escaped value of a zone file or a program; SES values have none.",
      "Remove the backslashes.", "RFC 1035 section 5.1; octodns/octodns issue 66"},
     SES_ALL_KINDS,
     check_backslash},
    {{"txt-cut", SES_WARNING, "A TXT value has exactly 255 characters.",
      "That is how much one string holds: some form has probably cut a longer value.",
      "Compare the end of the value with the console.",
      "RFC 1035 section 3.3; zone-eu/wildduck issue 86; cvicente/Netdot issue 135"},
     SES_ALL_KINDS,
     check_cut},
};

const struct ses_rule_table ses_policy_rules = {rules, sizeof(rules) / sizeof(rules[0])};
