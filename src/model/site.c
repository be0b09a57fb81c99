/* SPDX-License-Identifier: MIT */
#include "model/site.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "model/lifetime.h"

#define ROW(section, key, kind, standard, help)                                                    \
    {                                                                                              \
        section, key, kind, standard, help, 0, 0                                                   \
    }

const struct ses_setting_row ses_settings[SES_SETTINGS] = {
    [SES_SITE_ORGANISATION] = ROW("site", "organisation", SES_SETTING_TEXT, "our organisation",
                                  "Whose recipients get the mail, as the ticket names them."),
    [SES_SITE_DNS_TEAM] = ROW("site", "dns_team", SES_SETTING_TEXT, "the DNS team",
                              "Who publishes DNS records, as documents name them."),
    [SES_TICKET_ASSIGNMENT_GROUP] =
        ROW("ticket", "assignment_group", SES_SETTING_TEXT, "",
            "The ServiceNow assignment group; empty leaves it to ServiceNow."),
    [SES_TICKET_CATEGORY] = ROW("ticket", "category", SES_SETTING_TEXT, "",
                                "The ServiceNow category; empty leaves it to ServiceNow."),
    [SES_TICKET_OPENING_SES] = ROW(
        "ticket", "opening_ses", SES_SETTING_TEMPLATE,
        "We are sending mail in bulk from Amazon SES (AWS) to recipients of "
        "{{site.organisation}}, as {{subject}}.{{#has_records}} We need assistance in "
        "publishing{{#has_verification}} TXT records for domain verification{{/has_verification}}"
        "{{#has_verification_and_dkim}} and{{/has_verification_and_dkim}}{{#has_dkim}} CNAME "
        "records for DKIM signing{{/has_dkim}}{{#has_only_other}} the DNS records below"
        "{{/has_only_other}}, so that this mail is authenticated and not blocked.{{/has_records}}",
        "How the ticket for an SES domain opens."),
    [SES_TICKET_OPENING_EC2] =
        ROW("ticket", "opening_ec2", SES_SETTING_TEMPLATE,
            "We are sending mail in bulk from the EC2 host {{subject}} (AWS) to recipients of "
            "{{site.organisation}}. We need assistance in registering the host and its Elastic IP, "
            "so that this mail is not blocked.",
            "How the ticket for an EC2 host opens."),
    [SES_TICKET_OPENING_RENEW] =
        ROW("ticket", "opening_renew", SES_SETTING_TEMPLATE,
            "We go on sending mail in bulk from {{#is_domain}}Amazon SES (AWS) to recipients of "
            "{{site.organisation}}, as {{subject}}{{/is_domain}}{{#is_host}}the EC2 host "
            "{{subject}} (AWS) to recipients of {{site.organisation}}{{/is_host}}. Please keep "
            "what you entered for it{{#earlier}} with {{earlier}}{{/earlier}}.",
            "How the ticket opens by which something is to stay longer."),
    [SES_TICKET_OPENING_REMOVE] =
        ROW("ticket", "opening_remove", SES_SETTING_TEMPLATE,
            "We no longer send mail in bulk from {{#is_domain}}Amazon SES (AWS) as {{subject}}"
            "{{/is_domain}}{{#is_host}}the EC2 host {{subject}} (AWS){{/is_host}}. Please take "
            "away what you entered for it{{#earlier}} with {{earlier}}{{/earlier}}.",
            "How the ticket opens by which something is to go."),
    [SES_TICKET_CLOSING] = ROW("ticket", "closing", SES_SETTING_TEMPLATE, "",
                               "A last paragraph of the ticket, for instance where to ask."),
    [SES_TICKET_TABLE] = ROW("ticket", "table", SES_SETTING_TEXT, "incident",
                             "The ServiceNow task table of the offline XML file."),
    [SES_LIFETIME_HORIZON_DAYS] = {"lifetime", "horizon_days", SES_SETTING_NUMBER, "366",
                                   "The longest that a proof of concept may last, in days.", 1,
                                   SES_MAX_HORIZON_DAYS},
    [SES_DNS_TTL] = {"dns", "ttl", SES_SETTING_NUMBER, "3600",
                     "TTL of the records in the zone fragment and the ticket, in seconds.", 1,
                     SES_MAX_TTL},
    [SES_NETDB_PROGRAM] = ROW("netdb", "program", SES_SETTING_NETDB, "netdb",
                              "The name of the NetDB command-line program."),
    [SES_NETDB_TEMPLATE_NODE] = ROW("netdb", "template_node", SES_SETTING_NETDB, "",
                                    "The NetDB template node that new nodes are cloned from."),
    [SES_NETDB_DEPARTMENT] = ROW("netdb", "department", SES_SETTING_NETDB, "",
                                 "Department of new nodes, as NetDB lists it."),
    [SES_NETDB_GROUP] =
        ROW("netdb", "group", SES_SETTING_NETDB, "", "NetDB group that may edit new nodes."),
    [SES_NETDB_LOCATION] = ROW("netdb", "location", SES_SETTING_NETDB, "Off Campus",
                               "Location of new nodes, as building:room or a name NetDB lists."),
    [SES_NETDB_ADMINISTRATOR] = ROW("netdb", "administrator", SES_SETTING_NETDB, "",
                                    "Administrator of new nodes: a person or an admin team."),
    [SES_NETDB_USER] = ROW("netdb", "user", SES_SETTING_NETDB, "", "User of new nodes."),
    [SES_NETDB_MODEL] =
        ROW("netdb", "model", SES_SETTING_NETDB, "", "Make and model of new nodes, as make:model."),
    [SES_NETDB_DATE_FORMAT] =
        ROW("netdb", "date_format", SES_SETTING_DATE_FORMAT, "%Y-%m-%d",
            "How NetDB wants dates, in strftime notation: %Y %m %d %y %b %B %e %j."),
};

void ses_site_init(struct ses_site *site)
{
    for (int i = 0; i < SES_SETTINGS; i++)
        site->values[i] = ses_str_of(ses_settings[i].standard);
}

static bool is_printable_ascii(struct ses_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < 0x20 || value.ptr[i] > 0x7E)
            return false;
    }
    return true;
}

static bool has_control(struct ses_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7F)
            return true;
    }
    return false;
}

/* Only conversions of a whole day: a time of day would be made up. */
static bool is_date_format(struct ses_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] != '%')
            continue;
        if (i + 1 == value.len || !strchr("YmdybBej", value.ptr[++i]))
            return false;
    }
    return is_printable_ascii(value) && value.len > 0 && value.len <= 64;
}

/* NULL, or why `value` does not do. */
static const char *refusal(const struct ses_setting_row *row, struct ses_str value)
{
    uint32_t number;

    switch (row->kind) {
    case SES_SETTING_NUMBER:
        return ses_str_to_number(value, row->max, &number) && number >= row->min
                   ? NULL
                   : "not a number in the range that is allowed";
    case SES_SETTING_NETDB:
        return is_printable_ascii(value) && !ses_str_contains(value, SES_STR(","))
                   ? NULL
                   : "NetDB takes printable ASCII without commas";
    case SES_SETTING_DATE_FORMAT:
        return is_date_format(value) ? NULL : "not a date in %Y %m %d %y %b %B %e %j";
    default:
        return has_control(value) || !ses_str_is_utf8(value) ? "not a line of UTF-8 text" : NULL;
    }
}

int ses_site_set(struct ses_site *site, struct ses_arena *arena, struct ses_str section,
                 struct ses_str key, struct ses_str value, const char **ret_reason)
{
    for (int i = 0; i < SES_SETTINGS; i++) {
        if (!ses_str_eq(section, ses_str_of(ses_settings[i].section)) ||
            !ses_str_eq(key, ses_str_of(ses_settings[i].key)))
            continue;
        *ret_reason = refusal(&ses_settings[i], value);
        return *ret_reason ? SES_EINVALID : ses_arena_copy(arena, value, &site->values[i]);
    }
    return SES_ECONFLICT;
}

struct ses_str ses_site_text(const struct ses_site *site, enum ses_setting setting)
{
    return site->values[setting];
}

unsigned ses_site_number(const struct ses_site *site, enum ses_setting setting)
{
    uint32_t number = 0;

    /* The value passed `refusal`, or is a default. */
    return ses_str_to_number(site->values[setting], UINT32_MAX, &number) ? number : 0;
}
