/* SPDX-License-Identifier: MIT */
/* Rules about where a CNAME or MX points, and about records that are not of SES. */
#include <stdio.h>

#include "check/rule.h"
#include "model/address.h"
#include "model/name.h"

static const struct ses_str nothing = {0};

/* The text of the target as it was written: an MX without its preference. */
static struct ses_str written_target(const struct ses_record *record)
{
    struct ses_str value = record->value;

    if (record->type == SES_MX && record->has_preference)
        value = ses_str_slice(value, ses_str_find(value, ' '), value.len);
    return ses_str_trim(value);
}

static bool has_target(const struct ses_check *check)
{
    return check->record->type != SES_TXT;
}

static bool is_quoted(struct ses_str text)
{
    return ses_str_contains(text, SES_STR("\"")) || ses_str_contains(text, SES_STR("'"));
}

static bool is_address(struct ses_str text)
{
    struct ses_address address;

    return ses_address_parse(text, &address) == 0;
}

static int check_quoted(const struct ses_check *check)
{
    if (!has_target(check) || !is_quoted(check->record->value))
        return 0;
    return ses_rule_report_value(check, nothing, "quotation mark in the target");
}

static int check_address(const struct ses_check *check)
{
    if (!has_target(check) || !is_address(written_target(check->record)))
        return 0;
    return ses_rule_report(check, check->record->value_at, check->record->value, nothing,
                           "%s that points to an address", ses_rrtype_name(check->record->type));
}

static int check_invalid(const struct ses_check *check)
{
    struct ses_str written = written_target(check->record);

    if (!has_target(check) || check->record->target.len > 0 || is_quoted(written))
        return 0;
    /* Without its preference, what is left of an MX is reported as that. */
    if (check->record->type == SES_MX && !check->record->has_preference)
        return 0;
    /* An IPv6 address is no name either; it has a finding of its own. */
    if (is_address(written))
        return 0;
    return ses_rule_report_value(check, nothing, "target that is not a DNS name");
}

/* "x.amazonses.com.example.edu" up to amazonses.com, else empty. */
static struct ses_str without_appended(struct ses_str target)
{
    static const struct ses_str zone = {".amazonses.com.", 15};

    for (size_t i = 0; i + zone.len < target.len; i++) {
        if (ses_str_starts(ses_str_slice(target, i, target.len), zone))
            return ses_str_slice(target, 0, i + zone.len - 1);
    }
    return nothing;
}

/* Reports a target with the whole value, preference included, that is likely meant. */
static int report_meant(const struct ses_check *check, struct ses_str target, const char *ending,
                        const char *sentence)
{
    char right[SES_MAX_NAME + 16];
    char preference[8] = "";
    int len;

    if (check->record->has_preference)
        snprintf(preference, sizeof(preference), "%u ", (unsigned)check->record->preference);
    len = snprintf(right, sizeof(right), "%s%.*s%s", preference, SES_STR_ARG(target), ending);
    return ses_rule_report_value(check, (struct ses_str){right, (size_t)len}, sentence);
}

static int check_appended(const struct ses_check *check)
{
    struct ses_str before = without_appended(check->record->target);

    if (before.len == 0)
        return 0;
    return report_meant(check, before, "", "target has another zone behind amazonses.com");
}

static bool is_inbound(struct ses_str target)
{
    return ses_str_starts(target, SES_STR("inbound-smtp.")) &&
           ses_name_is_in(target, SES_STR("amazonaws.com"));
}

static int check_amazonaws(const struct ses_check *check)
{
    static const struct ses_str zone = {"amazonaws.com", 13};
    struct ses_str target = check->record->target;

    if (!ses_name_is_in(target, zone) || is_inbound(target))
        return 0;
    return report_meant(check, ses_str_slice(target, 0, target.len - zone.len), "amazonses.com",
                        "target in amazonaws.com, want amazonses.com");
}

static int check_inbound(const struct ses_check *check)
{
    if (!is_inbound(check->record->target))
        return 0;
    return ses_rule_report_value(check, nothing, "MX for receiving mail, not for MAIL FROM");
}

static bool is_acm(struct ses_str target)
{
    return ses_name_is_in(target, SES_STR("acm-validations.aws"));
}

static int check_acm(const struct ses_check *check)
{
    if (!is_acm(check->record->target))
        return 0;
    return ses_rule_report_value(check, nothing, "validation record of AWS Certificate Manager");
}

/* The registered name that pretends: one that a hurried eye takes for amazonses. "amazonses" under
 * another top-level domain is left to the rule on hosted zones. */
static bool is_look_alike(struct ses_str target)
{
    static const struct ses_str parts[] = {
        {"amazonses", 9},   {"amazon-ses", 10}, {"amazonse", 8},
        {"amazonsess", 10}, {"arnazonses", 10}, {"amazons.com", 11},
        {"amazones", 8},    {"amazonsse", 9},   {"amzonses", 8}};

    if (ses_name_label_count(target) < 2 || ses_rule_is_amazonses(target) ||
        without_appended(target).len > 0)
        return false;
    for (struct ses_str rest = target; rest.len > 0; rest = ses_name_parent(rest)) {
        if (ses_str_eq(ses_name_first(rest), SES_STR("amazonses")))
            return false;
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (ses_str_contains(target, parts[i]))
            return true;
    }
    return false;
}

static int check_look_alike(const struct ses_check *check)
{
    if (!is_look_alike(check->record->target))
        return 0;
    return ses_rule_report_value(check, nothing, "target only looks like amazonses.com");
}

/* Where the DKIM records, site tokens and mail exchangers of other services are told by. */
static const struct {
    struct ses_str part;
    const char *service;
} services[] = {
    {{"sendgrid.net", 12}, "SendGrid"},
    {{"mailgun.org", 11}, "Mailgun"},
    {{"mcsv.net", 8}, "Mailchimp"},
    {{"mandrillapp.com", 15}, "Mandrill"},
    {{"onmicrosoft.com", 15}, "Microsoft 365"},
    {{"protection.outlook.com", 22}, "Microsoft 365"},
    {{"mtasv.net", 9}, "Postmark"},
    {{"sparkpostmail.com", 17}, "SparkPost"},
    {{"google.com", 10}, "Google"},
    {{"googlemail.com", 14}, "Google"},
    {{"zoho", 4}, "Zoho"},
    {{"awsapps.com", 11}, "Amazon WorkMail"},
    {{"google-site-verification=", 25}, "Google"},
    {{"MS=ms", 5}, "Microsoft 365"},
    {{"apple-domain=", 13}, "Apple"},
    {{"facebook-domain-verification=", 29}, "Facebook"},
};

static const char *service_of(struct ses_str value)
{
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
        if (ses_str_contains_nocase(value, services[i].part))
            return services[i].service;
    }
    return NULL;
}

static bool has_own_finding(const struct ses_record *record)
{
    struct ses_str target = record->target;

    return is_acm(target) || is_inbound(target) || is_look_alike(target) ||
           is_address(written_target(record)) || without_appended(target).len > 0 ||
           ses_name_is_in(target, SES_STR("amazonaws.com"));
}

/* A CNAME at _domainkey under "amazonses" with another ending is the hosted-zone rule's. */
static bool is_other_amazonses(const struct ses_record *record)
{
    return record->kind == SES_RECORD_DKIM &&
           ses_str_contains(record->target, SES_STR(".amazonses."));
}

static int check_not_ses(const struct ses_check *check)
{
    const struct ses_record *record = check->record;
    const char *service;

    if (record->type != SES_TXT && ses_rule_is_amazonses(record->target) &&
        record->kind != SES_RECORD_OTHER)
        return 0;
    if (record->type == SES_TXT
            ? record->kind != SES_RECORD_OTHER || is_quoted(record->value)
            : record->target.len == 0 || has_own_finding(record) || is_other_amazonses(record))
        return 0;
    /* Any CNAME there is one too many, whatever it points to; that is reported by another rule. */
    if (record->type == SES_CNAME && ses_str_eq(record->owner, check->request->subject))
        return 0;
    service = service_of(record->value);
    if (service)
        return ses_rule_report(check, record->value_at, record->value, nothing,
                               "%s record of %s, not of SES", ses_rrtype_name(record->type),
                               service);
    return ses_rule_report(check, record->value_at, record->value, nothing,
                           "%s record that SES does not ask for", ses_rrtype_name(record->type));
}

#define POINTING                                                                                   \
    (SES_KIND(SES_RECORD_DKIM) | SES_KIND(SES_RECORD_MAIL_FROM) | SES_KIND(SES_RECORD_OTHER))

static const struct ses_rule rules[] = {
    {{"target-quoted", SES_ERROR, "The target of a CNAME or MX has quotation marks.",
      "In a zone file they become part of the name, which then does not exist.",
      "Remove the quotation marks.", "RFC 1035 section 5.1; named-checkzone refuses it"},
     POINTING,
     check_quoted},
    {{"target-address", SES_ERROR, "A CNAME or MX points to an IP address.",
      "Both must point to a name. DNS reads the digits as labels of a name that does not exist.",
      "Use the target that the SES console shows.", "RFC 1035 sections 3.3.1 and 3.3.9"},
     POINTING,
     check_address},
    {{"target-invalid", SES_ERROR, "The target of a CNAME or MX is not a DNS name.",
      "The zone would not load, or the record would point nowhere.",
      "Use the target that the SES console shows; a name has no blanks, slashes or empty labels.",
      "RFC 1035 section 2.3.1"},
     POINTING,
     check_invalid},
    {{"target-zone-appended", SES_ERROR, "A target has another zone behind amazonses.com.",
      "A DNS form took the target for a relative name. The record points nowhere.",
      "End the target at amazonses.com; in zone files write it with a final dot.",
      "mail-in-a-box/mailinabox issue 1999; RFC 1035 section 5.1"},
     POINTING,
     check_appended},
    {{"target-amazonaws", SES_ERROR, "A target is in amazonaws.com instead of amazonses.com.",
      "SES answers at amazonses.com only; the MAIL FROM setup fails.", "Use amazonses.com.",
      "oblien/openship pull request 886; Amazon SES Developer Guide, custom MAIL FROM"},
     POINTING,
     check_amazonaws},
    {{"mx-inbound", SES_WARNING, "The MX is the one for receiving mail with SES.",
      "It sends the domain's incoming mail to SES. Sending needs no such record, and a domain with "
      "mailboxes would lose its mail.",
      "Take it out unless SES is to receive this domain's mail.",
      "Amazon SES Developer Guide, e-mail receiving: inbound-smtp.<region>.amazonaws.com"},
     POINTING,
     check_inbound},
    {{"record-acm", SES_ERROR, "A record validates a certificate, not an SES identity.",
      "It was copied from AWS Certificate Manager; SES would stay unverified.",
      "Take it out, or request it apart from mail.", "ACM: CNAME targets in acm-validations.aws"},
     POINTING,
     check_acm},
    {{"target-look-alike", SES_ERROR, "A target looks like amazonses.com and is not.",
      "Whoever owns that name could sign mail as your domain.",
      "Compare with the console; the ending is amazonses.com.",
      "Amazon SES Developer Guide: all targets are in amazonses.com"},
     POINTING,
     check_look_alike},
    {{"record-not-ses", SES_ERROR, "A record belongs to something else than SES.",
      "The request says that its records are for SES; the operator would publish a record that "
      "nobody "
      "asked them for.",
      "Take it out, or request it on its own.",
      "Amazon SES Developer Guide: DKIM, verification, MAIL FROM, SPF and DMARC records only"},
     POINTING,
     check_not_ses},
};

const struct ses_rule_table ses_target_rules = {rules, sizeof(rules) / sizeof(rules[0])};
