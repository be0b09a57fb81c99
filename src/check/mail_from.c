/* SPDX-License-Identifier: MIT */
/* Rules about a custom MAIL FROM domain: one MX and one SPF record at a subdomain of the identity.
 */
#include <stdio.h>

#include "check/rule.h"
#include "model/name.h"
#include "model/region.h"

static const struct ses_str nothing = {0};

static const struct ses_str feedback_host = {"feedback-smtp", 13};

/* The Region in "feedback-smtp.<region>.amazonses.com"; empty for another target. */
static struct ses_str feedback_region(struct ses_str target)
{
    struct ses_str rest = ses_name_parent(target);

    if (!ses_str_eq(ses_name_first(target), feedback_host) ||
        !ses_str_eq(ses_name_parent(rest), SES_STR("amazonses.com")))
        return nothing;
    return ses_name_first(rest);
}

static int check_preference(const struct ses_check *check)
{
    if (check->record->has_preference)
        return 0;
    return ses_rule_report_value(check, nothing,
                                 "invalid preference in MX, want a number to 65535 and a host");
}

static int check_host(const struct ses_check *check)
{
    struct ses_str target = check->record->target;

    if (!ses_rule_is_amazonses(target) || feedback_region(target).len > 0)
        return 0;
    return ses_rule_report_value(
        check, nothing, "invalid MAIL FROM target, want feedback-smtp.<region>.amazonses.com");
}

static int check_region_unknown(const struct ses_check *check)
{
    struct ses_str region = feedback_region(check->record->target);

    if (region.len == 0 || ses_region_find(region))
        return 0;
    return ses_rule_report(check, check->record->value_at, region, nothing,
                           "MAIL FROM target in an unknown Region");
}

static int check_region_other(const struct ses_check *check)
{
    struct ses_str region = feedback_region(check->record->target);

    if (region.len == 0 || check->request->region.len == 0 ||
        ses_str_eq(region, check->request->region) || !ses_region_find(region))
        return 0;
    return ses_rule_report(check, check->record->value_at, region, nothing,
                           "MAIL FROM target of another Region than %.*s",
                           SES_STR_ARG(check->request->region));
}

/* An MX for receiving has a finding of its own, and stands where it should. */
static int check_apex(const struct ses_check *check)
{
    if (!ses_str_eq(check->record->owner, check->request->subject) ||
        ses_name_is_in(check->record->target, SES_STR("amazonaws.com")))
        return 0;
    return ses_rule_report_owner(check, nothing, "MX at the domain itself");
}

static int check_several_mx(const struct ses_check *check)
{
    if (!ses_rule_is_second(check))
        return 0;
    return ses_rule_report_owner(check, nothing, "second MX at the MAIL FROM name");
}

static int check_spf_apex(const struct ses_check *check)
{
    if (!ses_str_eq(check->record->owner, check->request->subject))
        return 0;
    return ses_rule_report_owner(check, nothing, "SPF record at the domain itself");
}

static int check_several_spf(const struct ses_check *check)
{
    if (!ses_rule_is_second(check))
        return 0;
    return ses_rule_report_owner(check, nothing, "second SPF record at one owner name");
}

/* True where one of the blank-separated terms of an SPF record is `term`. */
static bool has_term(struct ses_str record, struct ses_str term)
{
    struct ses_str part;

    while (ses_str_split(&record, ' ', &part)) {
        if (ses_str_eq_nocase(part, term))
            return true;
    }
    return false;
}

/* Only then are there terms to look at (RFC 7208 section 4.5). */
static bool is_spf(struct ses_str value)
{
    return value.len == 6 || value.ptr[6] == ' ';
}

static int check_spf_syntax(const struct ses_check *check)
{
    if (is_spf(check->record->value))
        return 0;
    return ses_rule_report_value(check, nothing, "no blank behind v=spf1");
}

static int check_spf_include(const struct ses_check *check)
{
    if (!is_spf(check->record->value) ||
        has_term(check->record->value, SES_STR("include:amazonses.com")))
        return 0;
    return ses_rule_report_value(check, nothing, "SPF record without include:amazonses.com");
}

static int check_spf_all(const struct ses_check *check)
{
    struct ses_str value = check->record->value;

    if (!is_spf(value) || has_term(value, SES_STR("~all")) || has_term(value, SES_STR("-all")))
        return 0;
    return ses_rule_report_value(check, nothing, "SPF record that excludes no other sender");
}

static bool has_kind_at(const struct ses_request *request, enum ses_record_kind kind,
                        struct ses_str owner)
{
    for (size_t i = 0; i < request->record_count; i++) {
        const struct ses_record *record = request->records[i];

        /* Quotation marks, which have a finding of their own, can hide what a TXT is. */
        if (ses_str_eq(record->owner, owner) &&
            (record->kind == kind || ses_str_contains(record->value, SES_STR("\""))))
            return true;
    }
    return false;
}

static int check_incomplete(const struct ses_check *check)
{
    const struct ses_record *record = check->record;
    bool is_mx = record->kind == SES_RECORD_MAIL_FROM;

    if (ses_request_is_partial(check->request) || ses_rule_is_second(check) ||
        ses_str_eq(record->owner, check->request->subject) ||
        (is_mx && feedback_region(record->target).len == 0) ||
        has_kind_at(check->request, is_mx ? SES_RECORD_SPF : SES_RECORD_MAIL_FROM, record->owner))
        return 0;
    return ses_rule_report_owner(check, nothing,
                                 is_mx ? "MAIL FROM MX without an SPF record at the same name"
                                       : "SPF record without the MAIL FROM MX at the same name");
}

#define MX SES_KIND(SES_RECORD_MAIL_FROM)
#define SPF SES_KIND(SES_RECORD_SPF)
#define MAIL_FROM_GUIDE "Amazon SES Developer Guide, custom MAIL FROM domain"

static const struct ses_rule rules[] = {
    {{"mx-preference", SES_ERROR, "An MX has no preference number, or not before the host.",
      "DNS forms have two fields; a number in the host field, or none, makes an invalid record.",
      "Write it as \"10 feedback-smtp.<region>.amazonses.com\".",
      MAIL_FROM_GUIDE "; RFC 1035 section 3.3.9"},
     MX,
     check_preference},
    {{"mx-target", SES_ERROR, "The MX does not point to SES's feedback host.",
      "SES checks for feedback-smtp of its Region and reports the setup as failed.",
      "Copy the value from the console again.", MAIL_FROM_GUIDE},
     MX,
     check_host},
    {{"mx-region-unknown", SES_WARNING, "The MX names a Region that SES is not known to have.",
      "The Region may be new, or mistyped; a mistyped one does not resolve.",
      "Compare with the console.", "SES endpoint list; " MAIL_FROM_GUIDE},
     MX,
     check_region_unknown},
    {{"mx-region", SES_NOTE, "The MX is of another Region than the one that was named.",
      "One MAIL FROM MX serves several Regions, so this can be right.",
      "Check --region if it is not meant.", "Amazon SES Developer Guide, Regions"},
     MX,
     check_region_other},
    {{"mail-from-apex", SES_ERROR, "The MAIL FROM MX stands at the domain itself.",
      "It would take the domain's incoming mail. A MAIL FROM domain is a subdomain that receives "
      "no "
      "other mail.",
      "Choose a subdomain in the console, such as mail, and export again.", MAIL_FROM_GUIDE},
     MX,
     check_apex},
    {{"mx-several", SES_ERROR, "Two MX records stand at the MAIL FROM name.",
      "SES demands exactly one and reports the setup as failed otherwise.",
      "Keep the one that the console shows.", MAIL_FROM_GUIDE},
     MX,
     check_several_mx},
    {{"spf-apex", SES_ERROR, "An SPF record stands at the domain itself.",
      "SES needs SPF only at the MAIL FROM name. At the domain it would replace or double the "
      "organisation's own, and all of its mail would fail SPF.",
      "Take it out; set up a MAIL FROM subdomain if SPF is wanted.",
      MAIL_FROM_GUIDE "; RFC 7208 section 3.2; trussworks/terraform-aws-ses-domain issue 11"},
     SPF,
     check_spf_apex},
    {{"spf-several", SES_ERROR, "Two SPF records stand at one owner name.",
      "Receivers treat two as a permanent error: SPF fails for all mail.", "Merge them into one.",
      "RFC 7208 sections 3.2 and 4.5"},
     SPF,
     check_several_spf},
    {{"spf-syntax", SES_ERROR, "The SPF record does not begin with v=spf1 and a blank.",
      "Receivers do not take it for an SPF record at all.",
      "Copy the value from the console again.", "RFC 7208 section 4.5"},
     SPF,
     check_spf_syntax},
    {{"spf-include", SES_ERROR, "The SPF record does not allow SES to send.",
      "Mail sent through SES fails SPF.", "Add include:amazonses.com.", MAIL_FROM_GUIDE},
     SPF,
     check_spf_include},
    {{"spf-all", SES_WARNING, "The SPF record does not end in ~all or -all.",
      "It excludes nobody, and so protects nothing.", "End it in ~all, as the console does.",
      "RFC 7208 section 5.1; " MAIL_FROM_GUIDE},
     SPF,
     check_spf_all},
    {{"mail-from-incomplete", SES_WARNING, "Of the two MAIL FROM records only one is there.",
      "Without the MX the setup fails; without SPF the mail does.", "Give the file with both rows.",
      MAIL_FROM_GUIDE},
     MX | SPF,
     check_incomplete},
};

const struct ses_rule_table ses_mail_from_rules = {rules, sizeof(rules) / sizeof(rules[0])};
