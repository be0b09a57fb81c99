/* SPDX-License-Identifier: MIT */
/* What an instance says of tickets that are there already: how they stand, and which there are of
 * ours, whoever opened them. Nothing here writes.
 *
 * init, then ask, done. Every row of an answer is compared with what was asked for, since an
 * instance drops a condition that it does not understand. */
#ifndef SES_SUBMIT_SURVEY_H
#define SES_SUBMIT_SURVEY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/clock.h"
#include "base/finding.h"
#include "base/str.h"
#include "submit/client.h"
#include "submit/instance.h"
#include "submit/lookup.h"
#include "submit/route.h"

/* Bytes of a file that is fetched: an export has some kilobytes. */
#define SES_MAX_FETCHED ((size_t)16 * 1024 * 1024)

struct ses_survey_options {
    const struct ses_instance *instance; /* borrowed */
    struct ses_clock *clock;             /* borrowed */
    struct ses_watch *watch;             /* borrowed; may be NULL */
    /* As struct ses_submit_options has it. */
    int (*connect)(void *context, struct ses_http **ret_http, struct ses_auth **ret_auth);
    void *context;
};

struct ses_survey {
    struct ses_survey_options options;
    struct ses_lookup_place place;
    struct ses_patience patience;
    struct ses_client client;
    bool connected;
};

/* Returns 0, SES_ENOMEM, SES_EINVALID after a finding where a setting is missing, or what `connect`
 * returned. */
int ses_survey_init(struct ses_survey *survey, const struct ses_survey_options *options,
                    struct ses_findings *findings) SES_MUSTCHECK;
void ses_survey_done(struct ses_survey *survey);

/* Each call below returns 0; SES_ENOMEM; SES_EREMOTE after a finding where the instance could not
 * be asked, and another run may get through; SES_EINVALID after one where it refuses, or must not
 * be trusted; or what the caller's function returned. */

/* How a ticket stands. */
struct ses_survey_state {
    struct ses_str record; /* arena: its sys_id */
    struct ses_str state;  /* arena: as the instance shows it to people: "Closed" */
};

/* The states of tickets of `table`. Those that the instance does not show are left out. */
int ses_survey_states(struct ses_survey *survey, struct ses_str table,
                      const struct ses_str *records, size_t count, struct ses_arena *arena,
                      struct ses_survey_state **ret_states, size_t *ret_count,
                      struct ses_findings *findings) SES_MUSTCHECK;

/* A ticket of ours; arena. */
struct ses_survey_ticket {
    struct ses_str record, number, table, key, label;
    struct ses_str state;   /* as the instance shows it to people */
    struct ses_str created; /* "YYYY-MM-DD HH:MM:SS", UTC */
    struct ses_str text; /* of the field that has the ticket's text; empty where it is not shown */
};

/* Calls `take` for every ticket whose key is one of ours, in the order of their sys_id. What it is
 * given lives in `arena`. */
int ses_survey_tickets(struct ses_survey *survey, struct ses_arena *arena,
                       int (*take)(void *context, const struct ses_survey_ticket *ticket),
                       void *context, struct ses_findings *findings) SES_MUSTCHECK;

/* A file of a ticket; arena. */
struct ses_survey_file {
    struct ses_str id, name;
    struct ses_str hash; /* SHA-256 in hexadecimal; empty where the instance does not tell */
};

int ses_survey_files(struct ses_survey *survey, struct ses_str record, struct ses_arena *arena,
                     struct ses_survey_file **ret_files, size_t *ret_count,
                     struct ses_findings *findings) SES_MUSTCHECK;

/* The bytes of a file, in the arena. Where its hash is known they have it. */
int ses_survey_fetch(struct ses_survey *survey, const struct ses_survey_file *file,
                     struct ses_arena *arena, struct ses_str *ret_bytes,
                     struct ses_findings *findings) SES_MUSTCHECK;

#endif
