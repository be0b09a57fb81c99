/* SPDX-License-Identifier: MIT */
/* The days on which proofs of concept end, as a calendar that any mail program reads: iCalendar
 * (RFC 5545), an all-day event for each, with an alarm a week before.
 *
 * new, add, write, free. An event keeps its UID when the day is moved, so that who imports the
 * calendar again has it once. All-day: the day is the same in every time zone. */
#ifndef CLI_CALENDAR_H
#define CLI_CALENDAR_H

#include <stdbool.h>
#include <time.h>

#include "base/attribute.h"
#include "base/buf.h"
#include "ledger/ledger.h"

struct cli_calendar;

/* `now` is when the calendar is made (DTSTAMP). Returns 0 or SES_ENOMEM; the caller frees it. */
int cli_calendar_new(time_t now, struct cli_calendar **ret_calendar) SES_MUSTCHECK;
void cli_calendar_free(struct cli_calendar *calendar);
void cli_calendar_freep(struct cli_calendar **calendar);

/* True for a proof of concept that was not removed. */
bool cli_calendar_has_place(const struct ses_ledger_item *item);

/* Adds the day of an item that has a place in it. Returns 0 or SES_ENOMEM. */
int cli_calendar_add(struct cli_calendar *calendar,
                     const struct ses_ledger_item *item) SES_MUSTCHECK;

/* Adds the text to `out`: UTF-8, lines that end in CR LF. Returns 0, SES_ENOMEM, or what the buffer
 * says. */
int cli_calendar_write(const struct cli_calendar *calendar, struct ses_buf *out) SES_MUSTCHECK;

#endif
