/* SPDX-License-Identifier: MIT */
/* Rules about owner names and about records that stand at the same name. */
#include "model/name.h"

#include <stdio.h>

#include "check/rule.h"

static const struct ses_str nothing = {0};

static int check_doubled(const struct ses_check *check)
{
    struct ses_str once = ses_name_undoubled(check->record->owner);

    if (once.len == 0)
        return 0;
    return ses_rule_report_owner(check, once, "owner name repeats the zone");
}

/* The owner up to and including the subject, where a foreign zone stands behind it; else empty. */
static struct ses_str without_appended(const struct ses_check *check)
{
    struct ses_str owner = check->record->owner;
    struct ses_str subject = check->request->subject;

    for (size_t end = subject.len; end < owner.len; end++) {
        struct ses_str before = ses_str_slice(owner, 0, end);

        if (owner.ptr[end] == '.' && ses_name_is_in(before, subject))
            return before;
    }
    return nothing;
}

static bool is_outside(const struct ses_check *check)
{
    return !ses_name_is_in(check->record->owner, check->request->subject) &&
           ses_name_undoubled(check->record->owner).len == 0;
}

static int check_appended(const struct ses_check *check)
{
    struct ses_str before = is_outside(check) ? without_appended(check) : nothing;

    if (before.len == 0)
        return 0;
    return ses_rule_report_owner(check, before, "owner name has another zone behind the domain");
}

static int check_outside(const struct ses_check *check)
{
    if (!is_outside(check) || without_appended(check).len > 0)
        return 0;
    return ses_rule_report(check, check->record->owner_at, check->record->owner, nothing,
                           "owner name outside the domain %.*s",
                           SES_STR_ARG(check->request->subject));
}

/* DKIM, verification and DMARC names have one label that must begin with an underscore. */
static int check_underscore(const struct ses_check *check)
{
    static const struct {
        enum ses_record_kind kind;
        struct ses_str bare;
    } labels[] = {{SES_RECORD_DKIM, {"domainkey", 9}},
                  {SES_RECORD_DKIM_KEY, {"domainkey", 9}},
                  {SES_RECORD_VERIFICATION, {"amazonses", 9}},
                  {SES_RECORD_DMARC, {"dmarc", 5}}};
    const struct ses_record *record = check->record;
    char right[SES_MAX_NAME + 2];
    int len;

    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        struct ses_str rest = record->owner;
        struct ses_str before;

        if (labels[i].kind != record->kind)
            continue;
        if (record->kind == SES_RECORD_DKIM || record->kind == SES_RECORD_DKIM_KEY)
            rest = ses_name_parent(rest);
        before = ses_str_slice(record->owner, 0, record->owner.len - rest.len);
        if (!ses_str_eq(ses_name_first(rest), labels[i].bare))
            return 0;
        len = snprintf(right, sizeof(right), "%.*s_%.*s", SES_STR_ARG(before), SES_STR_ARG(rest));
        return ses_rule_report(check, record->owner_at, record->owner,
                               (struct ses_str){right, (size_t)len},
                               "missing underscore before '%s' in owner name", labels[i].bare.ptr);
    }
    return 0;
}

static int check_apex_cname(const struct ses_check *check)
{
    const struct ses_record *record = check->record;

    if (record->type != SES_CNAME || !ses_str_eq(record->owner, check->request->subject))
        return 0;
    return ses_rule_report_owner(check, nothing, "CNAME at the domain itself");
}

static int check_second_cname(const struct ses_check *check)
{
    if (check->record->type != SES_CNAME || !ses_rule_is_second(check))
        return 0;
    return ses_rule_report_owner(check, nothing, "second CNAME at the same owner name");
}

static int check_cname_and_other(const struct ses_check *check)
{
    const struct ses_request *request = check->request;

    if (check->record->type == SES_CNAME)
        return 0;
    for (size_t i = 0; i < request->record_count; i++) {
        if (request->records[i]->type == SES_CNAME &&
            ses_str_eq(request->records[i]->owner, check->record->owner))
            return ses_rule_report(check, check->record->owner_at, check->record->owner, nothing,
                                   "%s at an owner name that has a CNAME (line %zu)",
                                   ses_rrtype_name(check->record->type),
                                   request->records[i]->row_at.line);
    }
    return 0;
}

/* Reports the copies of a record: those of one file, or those of several. */
static int check_copies(const struct ses_check *check, bool same_file)
{
    const struct ses_request *request = check->request;
    int error = 0;

    for (size_t i = 0; i < request->record_count && error == 0; i++) {
        const struct ses_record *copy = request->records[i];
        const struct ses_record *first = copy->copy_of;

        if (copy->fate != SES_DUPLICATE || (copy->row_at.file == first->row_at.file) != same_file)
            continue;
        error = ses_rule_report(check, copy->row_at, copy->owner, nothing,
                                "%s record stands in %s already (line %zu), it is used once",
                                ses_rrtype_name(copy->type),
                                same_file ? "this file" : first->row_at.file, first->row_at.line);
    }
    return error;
}

static int check_duplicate(const struct ses_check *check)
{
    return check_copies(check, true);
}

static int check_repeated(const struct ses_check *check)
{
    return check_copies(check, false);
}

/* Names that public DNS does not have: RFC 6761, RFC 6762, RFC 8375, ICANN's collision list, and
 * two of NetDB that never leave the campus. */
static const struct ses_str private_zones[] = {
    {"local", 5},     {"localhost", 9}, {"internal", 8},     {"invalid", 7}, {"test", 4},
    {"home.arpa", 9}, {"lan", 3},       {"corp", 4},         {"home", 4},    {"mail", 4},
    {"intranet", 8},  {"private", 7},   {"localdomain", 11}, {"sunet", 5},   {"nodomain", 8},
};

static int check_private(const struct ses_check *check)
{
    struct ses_str subject = check->request->subject;
    bool is_private = ses_name_label_count(subject) < 2;

    for (size_t i = 0; i < sizeof(private_zones) / sizeof(private_zones[0]) && !is_private; i++)
        is_private = ses_name_is_in(subject, private_zones[i]);
    if (!is_private)
        return 0;
    return ses_rule_report(check, check->request->subject_at, subject, nothing,
                           "domain that public DNS does not have");
}

static int check_www(const struct ses_check *check)
{
    struct ses_str subject = check->request->subject;

    if (check->request->kind != SES_SUBJECT_DOMAIN ||
        !ses_str_eq(ses_name_first(subject), SES_STR("www")))
        return 0;
    return ses_rule_report(check, check->request->subject_at, subject, ses_name_parent(subject),
                           "identity begins with www");
}

static const struct ses_rule rules[] = {
    {{"name-zone-doubled", SES_ERROR, "An owner name ends in its zone twice.",
      "A form or a program appended the zone to a name that had it already. Nobody will ever ask "
      "for "
      "the name, and SES finds nothing.",
      "Use the name with the zone once; where a form appends the zone, type only the label part.",
      "Amazon SES Developer Guide, troubleshooting verification; aws/aws-cdk issues 21306 and "
      "26738"},
     SES_ALL_KINDS,
     check_doubled},
    {{"name-zone-appended", SES_ERROR, "An owner name has another zone behind the domain.",
      "A form appended its own zone. The record would stand in the wrong zone and SES would not "
      "find "
      "it.",
      "Take the zone behind the domain away.",
      "Amazon SES Developer Guide, troubleshooting verification: provider appends the domain"},
     SES_ALL_KINDS,
     check_appended},
    {{"record-outside-domain", SES_ERROR,
      "A record's owner name is not in the domain of the request.",
      "The zone would not load, or would ignore it; the record belongs to another request.",
      "Take it out, or put it into the files of its own domain.", "RFC 1034 section 4.2"},
     SES_ALL_KINDS,
     check_outside},
    {{"name-underscore-missing", SES_ERROR,
      "The underscore is missing in _domainkey, _amazonses or "
      "_dmarc.",
      "Receivers and SES ask for the name with the underscore only.",
      "Restore the underscore. A DNS form that refuses it must be told that these are not host "
      "names.",
      "RFC 8552; Amazon SES Developer Guide, troubleshooting verification"},
     SES_KIND(SES_RECORD_DKIM) | SES_KIND(SES_RECORD_DKIM_KEY) | SES_KIND(SES_RECORD_VERIFICATION) |
         SES_KIND(SES_RECORD_DMARC),
     check_underscore},
    {{"cname-at-apex", SES_ERROR, "A CNAME stands at the domain itself.",
      "The domain has SOA and NS records, and a CNAME allows nothing beside it: the zone would not "
      "load.",
      "Take the record out; SES asks for no CNAME there.",
      "RFC 1034 section 3.6.2, RFC 2181 section "
      "10.1"},
     SES_ALL_KINDS,
     check_apex_cname},
    {{"cname-several", SES_ERROR, "Two CNAMEs with different targets stand at one owner name.",
      "A name can be an alias of one name only; the zone would not load.",
      "Keep the one that the SES console shows now.", "RFC 2181 section 10.1"},
     SES_ALL_KINDS,
     check_second_cname},
    {{"cname-and-other", SES_ERROR, "A record stands at an owner name that has a CNAME.",
      "A CNAME allows no other data at its name; the zone would not load.", "Keep one of the two.",
      "RFC 1034 section 3.6.2"},
     SES_ALL_KINDS,
     check_cname_and_other},
    {{"record-duplicate", SES_WARNING, "A record stands twice in one file.",
      "Harmless in DNS, but the console never writes it: the file was edited, and another record "
      "may "
      "have been overwritten.",
      "Compare the file with the console; take the copy out.", "RFC 2181 section 5"},
     0,
     check_duplicate},
    {{"record-repeated", SES_NOTE, "A record stands in two of the files.",
      "The same export was given twice, or two exports overlap. The record is used once.", NULL,
      "RFC 2181 section 5"},
     0,
     check_repeated},
    {{"domain-private", SES_WARNING, "The domain does not exist in public DNS.",
      "SES looks records up from the Internet and will never verify the domain.",
      "Use a domain that is delegated in public DNS.",
      "Amazon SES Developer Guide, verified identities; RFC 6761, RFC 8375"},
     0,
     check_private},
    {{"identity-www", SES_WARNING, "The identity begins with www.",
      "Mail is sent from the domain, not from its web server; an identity with www covers no "
      "address "
      "of the domain.",
      "Create the identity without www and export again.",
      "Amazon SES Developer Guide (2021), verifying domains, tip"},
     0,
     check_www},
};

const struct ses_rule_table ses_name_rules = {rules, sizeof(rules) / sizeof(rules[0])};
