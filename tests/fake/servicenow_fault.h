/* SPDX-License-Identifier: MIT */
/* What goes wrong, and when.
 *
 * A list of lines "WHEN WHAT [ARGUMENT]". The first line that fits a request is its fault; a
 * request has one at most. README.md lists them all, with where each was seen. */
#ifndef FAKE_SERVICENOW_FAULT_H
#define FAKE_SERVICENOW_FAULT_H

#include <stdbool.h>
#include <stddef.h>

struct sn_exchange;

/* What a request is, for counting. */
enum sn_kind {
    SN_OTHER,
    SN_TOKEN,  /* POST /oauth_token.do */
    SN_LOOKUP, /* GET of a list of rows */
    SN_READ,   /* GET of one row */
    SN_CREATE, /* POST of a row, a change, an order, an import */
    SN_PATCH,  /* PATCH or PUT */
    SN_DELETE,
    SN_LIST,     /* GET of a list of attachments */
    SN_ATTACH,   /* POST of an attachment */
    SN_DOWNLOAD, /* GET of an attachment */
    SN_KINDS
};

const char *sn_kind_name(enum sn_kind kind);

enum sn_phase {
    SN_AT_ACCEPT,  /* before a byte was read; counts connections */
    SN_AT_HEADERS, /* before the body is read */
    SN_INSTEAD,    /* the body is read, nothing is done */
    SN_BEFORE,     /* before it is done */
    SN_WITHIN,     /* something is done otherwise than asked */
    SN_AFTER,      /* all is done and kept, and then something happens to the reply */
};

/* One row of the table of faults. */
struct sn_fault_kind {
    const char *name;
    const char *argument; /* its name, for the list; NULL where it has none */
    enum sn_phase phase;
    void (*act)(
        struct sn_exchange *exchange); /* NULL for SN_AT_ACCEPT and where `within` does it */
    const char *what;                  /* a sentence */
    const char *source;                /* section of servicenow.md */
};

struct sn_fault {
    const struct sn_fault_kind *kind;
    bool counts_requests; /* all requests; else those of `of` */
    bool counts_connections;
    enum sn_kind of;
    unsigned first, last; /* from 1; both included */
    char *argument;       /* owned; "" where there is none */
};

struct sn_faults {
    struct sn_fault *list; /* owned */
    size_t count;
    unsigned requests, connections, kinds[SN_KINDS];
};

/* Reads lines, in the place of those there were, and counts from the beginning. Blank lines and
 * such as begin with # are skipped. Returns 0, or the number of the first line that makes no sense,
 * with a sentence; the old lines stay then. */
size_t sn_faults_read(struct sn_faults *faults, const char *text, const char **ret_why);
void sn_faults_done(struct sn_faults *faults);

/* Counts a request, and gives a copy of its fault, or NULL; the caller frees it (sn_fault_free). */
struct sn_fault *sn_faults_request(struct sn_faults *faults, enum sn_kind kind);
void sn_fault_free(struct sn_fault *fault);
/* Counts a connection; true where it is to be refused. */
bool sn_faults_connection(struct sn_faults *faults);

/* True where the fault of this exchange is the one named. */
bool sn_has_fault(const struct sn_exchange *exchange, const char *name);
/* ... and its argument, or its first word, is this. */
bool sn_has_fault_on(const struct sn_exchange *exchange, const char *name, const char *argument);

/* Prints the table: name, argument, phase, sentence, source; one line each, with tabs. */
void sn_faults_list(void);

#endif
