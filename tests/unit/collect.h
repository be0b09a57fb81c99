/* SPDX-License-Identifier: MIT */
/* A sink that keeps what it is told, and the way from exports to requests, for tests.
 *
 * init, hand &collect.findings to the code under test, compare, done. The texts are NUL-terminated,
 * "" where nothing came. */
#ifndef SES_TESTS_COLLECT_H
#define SES_TESTS_COLLECT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/buf.h"
#include "base/finding.h"
#include "ingest/export.h"
#include "model/request.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* An assertion in a table: says which row it was. */
#define ASSERT_ROW(name, condition)                                                                \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("'%s': %s", name, #condition);                                                \
    } while (0)

struct collect {
    struct ses_findings findings;
    struct ses_buf codes; /* "code code": those of `least` and above */
    struct ses_buf lines; /* "file:line:column: code 'value'\n" each, likewise */
    struct ses_buf shown; /* every untrusted byte that a report might show, of all findings */
    enum ses_severity least;
};

void collect_init(struct collect *collect, enum ses_severity least);
void collect_done(struct collect *collect);
void collect_clear(struct collect *collect);

const char *collect_codes(const struct collect *collect);
const char *collect_lines(const struct collect *collect);

/* Reads `text` as the file `name`. Returns what ses_export_read returned. */
int collect_read(const char *name, struct ses_str text, struct ses_arena *arena,
                 struct ses_entries *entries, struct ses_findings *findings) SES_MUSTCHECK;

/* Reads a list of texts that ends with NULL, as files named "1", "2" and so on, and makes requests
 * of them, settled and sealed. Returns the first error. */
int collect_requests(const char *const *texts, struct ses_arena *arena,
                     struct ses_requests *ret_requests,
                     struct ses_findings *findings) SES_MUSTCHECK;

#endif
