/* SPDX-License-Identifier: MIT */
/* A ticket to be opened, and what became of it.
 *
 * The caller fills the first part from what was rendered and keeps it until the run has ended; a
 * run fills the second. */
#ifndef SES_SUBMIT_TICKET_H
#define SES_SUBMIT_TICKET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "model/key.h"
#include "model/request.h"

/* Characters of a file's name: sys_attachment.file_name. */
#define SES_MAX_FILE_NAME 100

/* A file that goes with a ticket. */
struct ses_ticket_file {
    struct ses_str name; /* borrowed: ASCII letters, digits, ".", "-" and "_", as some instances
                            refuse others */
    struct ses_str content_type; /* borrowed: "text/csv" */
    struct ses_str bytes;        /* borrowed; not empty, an instance refuses such */
    char sha256[SES_DIGEST_TEXT];
};

/* A field that the config maps. */
struct ses_ticket_field {
    struct ses_str name, value; /* borrowed; an empty value is not sent */
    struct ses_str stored;      /* borrowed: the field of the ticket in which it arrives */
};

/* What is to be told about a ticket when the run has ended. */
struct ses_ticket_problem {
    const struct ses_code *code;
    struct ses_str value; /* arena */
    struct ses_str sentence;
};

enum ses_ticket_state {
    SES_TICKET_NEW,     /* to be opened */
    SES_TICKET_CHANGED, /* an earlier ticket of the subject asks for something else */
    SES_TICKET_BLOCKED, /* must not be opened, for the reason in `why` */
    SES_TICKET_FOUND,   /* was open already */
    SES_TICKET_OPENED,  /* opened in this run */
    SES_TICKET_REFUSED, /* the instance refuses it: another run will not help */
    SES_TICKET_FAILED,  /* not opened, or not known to be: another run is safe and goes on */
    SES_TICKET_STATES
};

/* "open", "changed", "blocked", "found", "opened", "refused" or "failed". */
const char *ses_ticket_state_name(enum ses_ticket_state state);

struct ses_ticket {
    struct ses_key key;
    enum ses_operation operation;
    struct ses_str subject;   /* borrowed, NUL-terminated: the domain, the host or the group */
    struct ses_str digest;    /* borrowed: 64 hexadecimal digits */
    struct ses_str label;     /* borrowed: "sesdns add example.edu"; at most 100 characters */
    struct ses_str refers_to; /* borrowed: key of the ticket that is renewed or removed */
    const struct ses_ticket_field *fields; /* borrowed */
    size_t field_count;
    const struct ses_ticket_file *files; /* borrowed */
    size_t file_count;
    const struct ses_request *const *requests; /* borrowed: for the ledger */
    size_t request_count;
    struct ses_place place; /* borrowed: of the subject in the input, for findings */

    enum ses_ticket_state state;
    struct ses_str number;  /* arena: "INC0010001" */
    struct ses_str record;  /* arena: its sys_id */
    struct ses_str table;   /* arena: its class */
    struct ses_str why;     /* arena or static: what stands in the way; empty */
    bool noted;             /* the ledger knows it as it is */
    int64_t sent_at;        /* when an earlier run last asked for it, or for one of its files; 0 */
    struct ses_str earlier; /* arena: number of the ticket of SES_TICKET_CHANGED */
    size_t uploaded;        /* files attached in this run */
    bool attached;          /* all files are in place */
    bool files_refused;     /* and there are some that the instance does not take */
    struct ses_ticket_problem *problems; /* arena */
    size_t problem_count;
    size_t problem_capacity;
};

/* The name under which a file is attached: of `path` what follows the last slash, with "_" for what
 * is not allowed, cut in its middle where it is too long. Returns 0 or SES_ENOMEM. */
int ses_ticket_file_name(const char *path, struct ses_arena *arena,
                         struct ses_str *ret_name) SES_MUSTCHECK;

/* The name of a file beside others of its name: "records-0b5c2f9a.csv", with the first digits of
 * its SHA-256. Returns 0 or SES_ENOMEM. */
int ses_ticket_file_rename(const struct ses_ticket_file *file, struct ses_arena *arena,
                           struct ses_str *ret_name) SES_MUSTCHECK;

#endif
