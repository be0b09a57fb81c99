/* SPDX-License-Identifier: MIT */
/* Rules about what the requester says beside the records: contact, purpose, account, Region, zone.
 */
#include "check/rule.h"
#include "model/name.h"
#include "model/region.h"

#define ACCOUNT_LEN 12 /* AWS Account Management Guide: a 12-digit number */

static const struct ses_str nothing = {0};

static int check_account(const struct ses_check *check)
{
    struct ses_str account = check->request->account;
    bool good = account.len == ACCOUNT_LEN;

    for (size_t i = 0; i < account.len; i++)
        good &= account.ptr[i] >= '0' && account.ptr[i] <= '9';
    if (account.len == 0 || good)
        return 0;
    return ses_rule_report(check, check->request->settings_at, account, nothing,
                           "invalid AWS account id, want 12 digits");
}

static int check_region(const struct ses_check *check)
{
    struct ses_str region = check->request->region;

    /* EC2 has more Regions than SES; the table knows those of SES. */
    if (region.len == 0 || check->request->kind == SES_SUBJECT_HOST || ses_region_find(region))
        return 0;
    return ses_rule_report(check, check->request->settings_at, region, nothing,
                           "Region that SES is not known to have");
}

static int check_zone(const struct ses_check *check)
{
    const struct ses_request *request = check->request;

    if (request->zone.len == 0 || ses_name_is_in(request->subject, request->zone))
        return 0;
    return ses_rule_report(check, request->settings_at, request->zone, nothing,
                           "zone that does not hold %.*s", SES_STR_ARG(request->subject));
}

static bool has_control(struct ses_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return true;
    }
    return !ses_str_is_utf8(text);
}

static bool has_non_ascii(struct ses_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] >= 0x80)
            return true;
    }
    return false;
}

static int check_words(const struct ses_check *check, bool (*is_bad)(struct ses_str text),
                       const char *sentence)
{
    const struct ses_request *request = check->request;
    const struct ses_str words[] = {request->contact, request->purpose};
    int error = 0;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && error == 0; i++) {
        if (is_bad(words[i]))
            error = ses_rule_report(check, request->settings_at, words[i], nothing, "%s", sentence);
    }
    return error;
}

static int check_control(const struct ses_check *check)
{
    return check_words(check, has_control, "line break or control byte in contact or purpose");
}

static int check_non_ascii(const struct ses_check *check)
{
    const struct ses_request *request = check->request;

    if (has_control(request->contact) || has_control(request->purpose))
        return 0;
    return check_words(check, has_non_ascii, "contact or purpose beyond ASCII");
}

static const struct ses_rule rules[] = {
    {{"account-id", SES_ERROR, "The AWS account id is not 12 digits.",
      "The ticket would name an account that does not exist.",
      "Give the 12 digits without hyphens.", "AWS Account Management Guide, account identifiers"},
     0,
     check_account},
    {{"region-unknown", SES_WARNING, "SES is not known to be in the Region that was named.",
      "The Region may be new, or mistyped.", "Check --region: us-west-2, eu-central-1, ...",
      "SES endpoint list"},
     0,
     check_region},
    {{"zone-not-above", SES_ERROR, "The zone that was named does not hold the domain.",
      "Labels relative to it would be wrong in the ticket.",
      "Name the zone in which the records are typed: the domain itself or one above it.",
      "RFC 1034 section 4.2"},
     0,
     check_zone},
    {{"words-control", SES_ERROR, "Contact or purpose has a line break or a control byte.",
      "Both go into one line of the ticket and of NetDB's comment, which refuses them.",
      "Write one line of plain text.", "NetDB help, admin teams: printable characters only"},
     0,
     check_control},
    {{"words-non-ascii", SES_NOTE, "Contact or purpose has letters beyond ASCII.",
      "The ticket shows them; NetDB's comment takes printable ASCII, so there they are left out.",
      "Nothing to do, or write it in ASCII.", "NetDB help, admin teams: printable characters only"},
     0,
     check_non_ascii},
};

const struct ses_rule_table ses_setting_rules = {rules, sizeof(rules) / sizeof(rules[0])};
