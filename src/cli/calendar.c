/* SPDX-License-Identifier: MIT */
#include "cli/calendar.h"

#include <libical/ical.h>
#include <stdlib.h>

#include "base/error.h"
#include "cli/listing.h"
#include "render/escape.h"

#define PRODUCT "-//sesdns//sesdns//EN"

/* Time to ask whether it is still needed, and for whoever edits DNS to act. */
#define ALARM_DAYS 7

/* Everything that is said about one event. */
#define MAX_TEXT ((size_t)16 * 1024 * 1024)

struct cli_calendar {
    icalcomponent *component; /* owned */
    struct icaltimetype now;
};

int cli_calendar_new(time_t now, struct cli_calendar **ret_calendar)
{
    struct cli_calendar *calendar SES_CLEANUP(cli_calendar_freep) = calloc(1, sizeof(*calendar));

    if (!calendar)
        return SES_ENOMEM;
    calendar->now = icaltime_from_timet_with_zone(now, 0, icaltimezone_get_utc_timezone());
    calendar->component = icalcomponent_new_vcalendar();
    if (!calendar->component)
        return SES_ENOMEM;
    icalcomponent_add_property(calendar->component, icalproperty_new_version("2.0"));
    icalcomponent_add_property(calendar->component, icalproperty_new_prodid(PRODUCT));
    *ret_calendar = calendar;
    calendar = NULL;
    return 0;
}

void cli_calendar_free(struct cli_calendar *calendar)
{
    if (!calendar)
        return;
    if (calendar->component)
        icalcomponent_free(calendar->component);
    free(calendar);
}

void cli_calendar_freep(struct cli_calendar **calendar)
{
    cli_calendar_free(*calendar);
    *calendar = NULL;
}

static struct icaltimetype day_of(struct ses_date date)
{
    struct icaltimetype day = icaltime_null_date();

    day.year = date.year;
    day.month = date.month;
    day.day = date.day;
    return day;
}

/* Adds a property, which libical makes of a copy. */
static int add(icalcomponent *component, icalproperty *property)
{
    if (!property)
        return SES_ENOMEM;
    icalcomponent_add_property(component, property);
    return 0;
}

/* A text without control characters; libical sees to commas and the like. */
static int add_text(icalcomponent *component, icalproperty *(*make)(const char *text),
                    const struct ses_buf *text)
{
    int error = ses_buf_status(text);

    return error != 0 ? error : add(component, make(text->ptr));
}

static void add_line(struct ses_buf *text, const char *name, struct ses_str value)
{
    if (value.len == 0)
        return;
    ses_buf_printf(text, "%s: ", name);
    ses_escape_terminal(text, value);
    ses_buf_add_byte(text, '\n');
}

static void describe(const struct ses_ledger_item *item, struct ses_buf *text)
{
    const struct ses_request *request = item->request;
    char date[SES_DATE_TEXT];

    ses_date_format(item->lifetime.expires, date);
    ses_buf_printf(text, "Proof of concept: the DNS entries below are to be removed on %s.\n\n",
                   date);
    add_line(text, "Ticket", item->ticket.number);
    add_line(text, "Contact", request->contact);
    add_line(text, "Purpose", request->purpose);
    for (size_t i = 0; i < request->published_count; i++)
        add_line(text, ses_rrtype_name(request->published[i]->type), request->published[i]->owner);
    for (size_t i = 0; i < request->node_count; i++)
        add_line(text, "Node", request->nodes[i].name);
    ses_buf_printf(text,
                   "\n'sesdns renew' keeps them until another day, 'sesdns retire' asks for their "
                   "removal.");
}

static int add_alarm(icalcomponent *event, const char *summary)
{
    icalcomponent *alarm = icalcomponent_new(ICAL_VALARM_COMPONENT);
    struct icaltriggertype trigger = {.time = icaltime_null_time(),
                                      .duration = {.is_neg = 1, .days = ALARM_DAYS}};
    int error;

    if (!alarm)
        return SES_ENOMEM;
    icalcomponent_add_component(event, alarm);
    error = add(alarm, icalproperty_new_action(ICAL_ACTION_DISPLAY));
    if (error == 0)
        error = add(alarm, icalproperty_new_trigger(trigger));
    return error != 0 ? error : add(alarm, icalproperty_new_description(summary));
}

static int add_days(icalcomponent *event, struct ses_date date)
{
    struct ses_date next = ses_date_from_days(ses_date_to_days(date) + 1);
    int error = add(event, icalproperty_new_dtstart(day_of(date)));

    /* The end is the first day that is no part of it (RFC 5545 section 3.6.1). */
    return error != 0 ? error : add(event, icalproperty_new_dtend(day_of(next)));
}

static int fill(icalcomponent *event, const struct cli_calendar *calendar,
                const struct ses_ledger_item *item)
{
    struct ses_str subject = item->request->subject;
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    int error;

    ses_buf_init(&text, MAX_TEXT);
    ses_buf_printf(&text, "%s/%s@sesdns", item->ticket.key.ptr, subject.ptr);
    error = add_text(event, icalproperty_new_uid, &text);
    if (error == 0)
        error = add(event, icalproperty_new_dtstamp(calendar->now));
    if (error == 0)
        error = add_days(event, item->lifetime.expires);
    ses_buf_clear(&text);
    describe(item, &text);
    if (error == 0)
        error = add_text(event, icalproperty_new_description, &text);
    ses_buf_clear(&text);
    cli_listing_add_link(&text, &item->ticket);
    if (error == 0 && text.len > 0)
        error = add_text(event, icalproperty_new_url, &text);
    /* Somebody is to act on it; nobody is away. */
    if (error == 0)
        error = add(event, icalproperty_new_transp(ICAL_TRANSP_TRANSPARENT));
    ses_buf_clear(&text);
    ses_buf_printf(&text, "DNS entries of %s expire", subject.ptr);
    if (error == 0)
        error = add_text(event, icalproperty_new_summary, &text);
    return error != 0 ? error : add_alarm(event, text.ptr);
}

bool cli_calendar_has_place(const struct ses_ledger_item *item)
{
    return item->lifetime.kind == SES_LIFETIME_POC && item->removed_at == 0;
}

int cli_calendar_add(struct cli_calendar *calendar, const struct ses_ledger_item *item)
{
    icalcomponent *event = icalcomponent_new(ICAL_VEVENT_COMPONENT);

    if (!event)
        return SES_ENOMEM;
    icalcomponent_add_component(calendar->component, event);
    return fill(event, calendar, item);
}

int cli_calendar_write(const struct cli_calendar *calendar, struct ses_buf *out)
{
    char *text = icalcomponent_as_ical_string_r(calendar->component);

    if (!text)
        return SES_ENOMEM;
    ses_buf_add(out, ses_str_of(text));
    icalmemory_free_buffer(text);
    return ses_buf_status(out);
}
