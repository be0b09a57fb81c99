/* SPDX-License-Identifier: MIT */
/* Rules about Easy DKIM: three CNAMEs <token>._domainkey.<domain> -> <token>.<hosted zone>. */
#include <stdio.h>

#include "check/rule.h"
#include "model/name.h"
#include "model/region.h"

/* Easy DKIM always has three: Amazon SES Developer Guide, creating identities. */
#define SET_SIZE 3

/* 20 bytes in base32. All of 55 published tokens have this form; AWS documents none. */
#define TOKEN_LEN 32

static const struct ses_str nothing = {0};

/* Targets that earlier rules reported say nothing about DKIM. */
static bool is_signed(const struct ses_record *record)
{
    return record->kind == SES_RECORD_DKIM && record->target.len > 0 &&
           ses_rule_is_amazonses(record->target);
}

static int check_mismatch(const struct ses_check *check)
{
    const struct ses_record *record = check->record;
    struct ses_str token = ses_record_target_token(record);

    if (!is_signed(record) || ses_str_eq(record->token, token))
        return 0;
    return ses_rule_report(check, record->value_at, token, nothing,
                           "target token is not the selector %.*s", SES_STR_ARG(record->token));
}

static bool is_usual_token(struct ses_str token)
{
    for (size_t i = 0; i < token.len; i++) {
        char c = token.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '2' && c <= '7')))
            return false;
    }
    return token.len == TOKEN_LEN;
}

/* The first letter or digit that a token never has; the length where there is none. */
static size_t find_bad(struct ses_str token)
{
    for (size_t i = 0; i < token.len; i++) {
        char c = token.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return i;
    }
    return token.len;
}

static int check_token(const struct ses_check *check)
{
    const struct ses_record *record = check->record;

    if (!is_signed(record) || find_bad(record->token) == record->token.len)
        return 0;
    return ses_rule_report(check, record->owner_at, record->token, nothing,
                           "invalid character in DKIM token, want letters and digits");
}

static int check_unusual(const struct ses_check *check)
{
    const struct ses_record *record = check->record;

    if (!is_signed(record) || is_usual_token(record->token) ||
        find_bad(record->token) < record->token.len)
        return 0;
    if (record->token.len != TOKEN_LEN)
        return ses_rule_report(check, record->owner_at, record->token, nothing,
                               "DKIM token of %zu characters, SES gives %d", record->token.len,
                               TOKEN_LEN);
    return ses_rule_report(check, record->owner_at, record->token, nothing,
                           "DKIM token with a digit that SES does not use: 0, 1, 8 or 9");
}

/* "dkim.amazonses.<tld>" or "dkim.<region>.amazonses.<tld>" (SES knows Regions, cells and clouds
 * that no table has yet). */
static bool is_zone_shaped(struct ses_str zone)
{
    struct ses_str rest = ses_name_parent(zone);

    /* That of most Regions. */
    if (ses_str_eq(zone, SES_STR("dkim.amazonses.com")))
        return true;
    if (!ses_str_eq(ses_name_first(zone), SES_STR("dkim")))
        return false;
    if (!ses_str_eq(ses_name_first(rest), SES_STR("amazonses")))
        rest = ses_name_parent(rest);
    return ses_str_eq(ses_name_first(rest), SES_STR("amazonses")) &&
           ses_name_label_count(rest) == 2;
}

static bool has_zone(const struct ses_record *record)
{
    return record->kind == SES_RECORD_DKIM && is_zone_shaped(ses_record_target_zone(record));
}

static int check_zone_unknown(const struct ses_check *check)
{
    struct ses_str zone = ses_record_target_zone(check->record);

    if (!has_zone(check->record) || ses_region_of_dkim_zone(zone))
        return 0;
    return ses_rule_report(check, check->record->value_at, zone, nothing,
                           "DKIM hosted zone that AWS's Region table does not have");
}

static int check_zone_shape(const struct ses_check *check)
{
    struct ses_str zone = ses_record_target_zone(check->record);

    if (!is_signed(check->record) || is_zone_shaped(zone))
        return 0;
    return ses_rule_report(
        check, check->record->value_at, check->record->value, nothing,
        "DKIM target outside dkim.amazonses.com and dkim.<region>.amazonses.com");
}

static const struct ses_record *first_dkim(const struct ses_request *request)
{
    for (size_t i = 0; i < request->record_count; i++) {
        if (request->records[i]->kind == SES_RECORD_DKIM)
            return request->records[i];
    }
    return NULL;
}

/* How many DKIM records to publish have their target in `zone`. */
static size_t count_in_zone(const struct ses_request *request, struct ses_str zone)
{
    size_t count = 0;

    for (size_t i = 0; i < request->published_count; i++) {
        const struct ses_record *record = request->published[i];

        count +=
            record->kind == SES_RECORD_DKIM && ses_str_eq(ses_record_target_zone(record), zone);
    }
    return count;
}

/* A target that has a finding of its own counts for no zone. */
static bool have_all_zones(const struct ses_request *request)
{
    for (size_t i = 0; i < request->published_count; i++) {
        if (request->published[i]->kind == SES_RECORD_DKIM && !has_zone(request->published[i]))
            return false;
    }
    return true;
}

/* Where the total is whole sets of three, but not each hosted zone's share: the record whose zone
 * has the fewest is the one that strayed in. */
static int check_mixed(const struct ses_check *check)
{
    const struct ses_request *request = check->request;
    const struct ses_record *stray = NULL;
    size_t fewest = SIZE_MAX;

    if (ses_request_count(request, SES_RECORD_DKIM) % SET_SIZE != 0 || !have_all_zones(request))
        return 0;
    for (size_t i = 0; i < request->record_count; i++) {
        const struct ses_record *record = request->records[i];
        size_t count;

        if (record->fate != SES_PUBLISH || !has_zone(record))
            continue;
        count = count_in_zone(request, ses_record_target_zone(record));
        if (count % SET_SIZE == 0 || count >= fewest)
            continue;
        stray = record;
        fewest = count;
    }
    if (!stray)
        return 0;
    return ses_rule_report(check, stray->value_at, ses_record_target_zone(stray), nothing,
                           "DKIM records of one set in different hosted zones");
}

/* What another rule reports leaves no hole in a set, and makes none fuller: a second CNAME at one
 * name, a CNAME of another service, a TXT with the value of a CNAME. */
static bool is_whole_otherwise(const struct ses_request *request)
{
    size_t names = 0;
    size_t signed_names = 0;
    size_t mistyped = 0;

    for (size_t i = 0; i < request->published_count; i++) {
        const struct ses_record *record = request->published[i];
        bool is_new = i == 0 || !ses_str_eq(request->published[i - 1]->owner, record->owner);

        names += record->kind == SES_RECORD_DKIM && is_new;
        signed_names += is_signed(record) && is_new;
        mistyped += record->kind == SES_RECORD_DKIM_KEY &&
                    ses_str_ends_nocase(record->value, SES_STR("amazonses.com"));
    }
    return (names + mistyped) % SET_SIZE == 0 || (signed_names > 0 && signed_names % SET_SIZE == 0);
}

static int check_incomplete(const struct ses_check *check)
{
    const struct ses_record *first = first_dkim(check->request);
    size_t count = ses_request_count(check->request, SES_RECORD_DKIM);

    /* Where a row could not be read, it may be the one that is missing. */
    if (!first || is_whole_otherwise(check->request) || ses_request_is_partial(check->request))
        return 0;
    return ses_rule_report(check, first->row_at, check->request->subject, nothing,
                           "%zu DKIM CNAME%s, want %d%s", count, count == 1 ? "" : "s", SET_SIZE,
                           count > SET_SIZE ? " for each Region and account" : "");
}

static int check_several(const struct ses_check *check)
{
    const struct ses_record *first = first_dkim(check->request);
    size_t count = ses_request_count(check->request, SES_RECORD_DKIM);

    if (!first || count <= SET_SIZE || count % SET_SIZE != 0)
        return 0;
    return ses_rule_report(check, first->row_at, check->request->subject, nothing,
                           "%zu sets of DKIM CNAMEs, as for several Regions or accounts",
                           count / SET_SIZE);
}

static int check_missing(const struct ses_check *check)
{
    const struct ses_request *request = check->request;

    if (request->kind != SES_SUBJECT_DOMAIN || first_dkim(request) ||
        ses_request_count(request, SES_RECORD_DKIM_KEY) > 0 || ses_request_is_partial(request))
        return 0;
    return ses_rule_report(check, request->subject_at, request->subject, nothing,
                           "no DKIM records in this request");
}

static int check_region(const struct ses_check *check)
{
    const struct ses_request *request = check->request;
    const struct ses_region *region = ses_region_find(request->region);

    for (size_t i = 0; i < request->record_count && region; i++) {
        const struct ses_record *record = request->records[i];
        struct ses_str zone = ses_record_target_zone(record);

        if (!is_signed(record) || record->fate != SES_PUBLISH ||
            ses_str_eq(zone, region->dkim_zone) || !ses_region_of_dkim_zone(zone))
            continue;
        return ses_rule_report(check, record->value_at, zone, region->dkim_zone,
                               "DKIM hosted zone of another Region than %.*s",
                               SES_STR_ARG(request->region));
    }
    return 0;
}

static const struct ses_rule rules[] = {
    {{"dkim-token-mismatch", SES_ERROR,
      "The selector of a DKIM CNAME is not the token that it points to.",
      "Both are the same token in every record that SES gives. Rows were mixed up, or one was "
      "mistyped; "
      "the key is not found and signing fails.",
      "Copy the row from the console again.",
      "Amazon SES Developer Guide, Easy DKIM; 144 of 144 SES records among public Domain Connect "
      "templates"},
     SES_KIND(SES_RECORD_DKIM),
     check_mismatch},
    {{"dkim-token-invalid", SES_ERROR, "A DKIM token has a character that tokens never have.",
      "The record was mistyped or damaged.", "Copy the row from the console again.",
      "55 of 55 published tokens are letters and digits"},
     SES_KIND(SES_RECORD_DKIM),
     check_token},
    {{"dkim-token-unusual", SES_WARNING, "A DKIM token does not have the usual form.",
      "SES gives 32 characters, a to z and 2 to 7. A shorter one was cut; 0, 1, 8 and 9 are "
      "mistyped "
      "letters. AWS documents no form, so this is a warning.",
      "Compare with the console.", "55 of 55 published tokens match [a-z2-7]{32}"},
     SES_KIND(SES_RECORD_DKIM),
     check_unusual},
    {{"dkim-zone-unknown", SES_WARNING, "The DKIM hosted zone is not in AWS's table of Regions.",
      "SES adds Regions, and the zone may vary by Region and cell; but a zone put together by hand "
      "points nowhere.",
      "Compare with the console, or with SigningHostedZone of the SES API.",
      "AWS General Reference, SES DKIM domains; hashicorp/terraform-provider-aws issue 48568"},
     SES_KIND(SES_RECORD_DKIM),
     check_zone_unknown},
    {{"dkim-zone-invalid", SES_ERROR, "A DKIM target is not in a DKIM hosted zone of SES.",
      "The record points to a name that holds no key.", "Copy the row from the console again.",
      "AWS General Reference, SES DKIM domains: dkim.amazonses.com or dkim.<region>.amazonses.com"},
     SES_KIND(SES_RECORD_DKIM),
     check_zone_shape},
    {{"dkim-zone-mixed", SES_ERROR, "The DKIM records of one set point to different hosted zones.",
      "The three records of an identity share one zone; rows of two Regions were mixed, and "
      "neither "
      "set is complete.",
      "Download the record set of each Region again and give each whole.",
      "AWS General Reference, SES DKIM domains; SigningHostedZone is one value per identity"},
     0,
     check_mixed},
    {{"dkim-set-incomplete", SES_ERROR, "There are not three DKIM CNAMEs.",
      "SES reports one status for all three; with one missing the domain stays unverified and "
      "nobody "
      "is told which.",
      "Download the record set again and give all three rows.",
      "Amazon SES Developer Guide, Easy DKIM: three CNAME records; PostHog/posthog pull request "
      "54603"},
     0,
     check_incomplete},
    {{"dkim-sets-several", SES_NOTE, "There are several sets of three DKIM CNAMEs.",
      "Each Region and account has tokens of its own, and all sets stand side by side.",
      "Nothing to do if the domain is used from several Regions or accounts.",
      "Amazon SES Developer Guide, Regions: DKIM tokens differ per Region"},
     0,
     check_several},
    {{"dkim-missing", SES_NOTE, "The request has no DKIM records.",
      "Without DKIM, large mailbox providers refuse bulk mail. The ticket says that they are "
      "missing.",
      "Add the DKIM export, if the domain is not signed yet.",
      "Amazon SES Developer Guide, authentication; Google and Yahoo bulk sender rules of 2024"},
     0,
     check_missing},
    {{"dkim-region", SES_WARNING,
      "The DKIM hosted zone is not the one of the Region that was named.",
      "The export is of another Region, unless the identity reuses keys of one (Deterministic Easy "
      "DKIM).",
      "Check --region and the Region of the console in which the file was downloaded.",
      "AWS General Reference, SES DKIM domains; Developer Guide, Deterministic Easy DKIM"},
     0,
     check_region},
};

const struct ses_rule_table ses_dkim_rules = {rules, sizeof(rules) / sizeof(rules[0])};
