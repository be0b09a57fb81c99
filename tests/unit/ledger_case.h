/* SPDX-License-Identifier: MIT */
/* A folder with a ledger, and requests to put into it, for the tests of the ledger. */
#ifndef SES_TESTS_LEDGER_CASE_H
#define SES_TESTS_LEDGER_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/error.h"
#include "collect.h"
#include "ledger/ledger.h"

#define LEDGER "ledger.db"
#define OWNER "a test, pid 1 of nobody"

/* 2025-12-01 */
#define NOW 1764547200

#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

/* Every test starts in an empty folder. */
static inline int enter_folder(void **state)
{
    char folder[] = P_tmpdir "/sesdns-test-XXXXXX";

    *state = strdup(mkdtemp(folder) ? folder : "");
    return *state && chdir(*state) == 0 ? 0 : -1;
}

static inline int leave_folder(void **state)
{
    char command[64];

    if (chdir("/") != 0)
        return -1;
    snprintf(command, sizeof(command), "rm -rf '%s'", (const char *)*state);
    free(*state);
    return system(command);
}

static inline void close_ledger(struct ses_ledger **ledger)
{
    ses_ledger_closep(ledger);
}

/* A ledger that is closed at the end of the scope, and findings that nobody expects. */
#define OPEN(name, mode)                                                                           \
    struct ses_ledger *name SES_CLEANUP(close_ledger) = NULL;                                      \
    assert_int_equal(ses_ledger_open(LEDGER, mode, OWNER, &name, &collect.findings), 0)

#define COLLECT(name)                                                                              \
    struct collect name SES_CLEANUP(collect_done);                                                 \
    collect_init(&name, SES_NOTE)

/* What a line says about a request that is made here. */
struct wanted {
    const char *subject;
    enum ses_subject_kind kind;
    enum ses_lifetime_kind lifetime;
    const char *expires; /* NULL: none */
};

static inline void add_record(struct ses_request *request, struct ses_arena *arena,
                              enum ses_rrtype type, const char *label, const char *value)
{
    struct ses_record *record = ses_arena_alloc(arena, sizeof(*record));

    assert_non_null(record);
    record->type = type;
    assert_int_equal(ses_arena_printf(arena, &record->owner, "%s%s", label, request->subject.ptr),
                     0);
    record->value = ses_str_of(value);
    assert_int_equal(ses_record_classify(record, arena), 0);
    assert_int_equal(ses_request_add_record(request, arena, record), 0);
}

static inline void add_node(struct ses_request *request, struct ses_arena *arena, const char *name,
                            const char *address, const char *allocation)
{
    struct ses_node node = {.name_text = ses_str_of(name),
                            .name = ses_str_of(name),
                            .address_text = ses_str_of(address),
                            .allocation = ses_str_of(allocation)};

    assert_int_equal(ses_address_parse(node.address_text, &node.address), 0);
    assert_int_equal(ses_request_add_node(request, arena, &node), 0);
}

/* A sealed request of two records, or of a node. */
static inline struct ses_request *make_request(const struct wanted *wanted, struct ses_arena *arena)
{
    struct ses_request *request = ses_arena_alloc(arena, sizeof(*request));

    assert_non_null(request);
    ses_request_init(request, wanted->kind);
    request->subject = ses_str_of(wanted->subject);
    request->lifetime.kind = wanted->lifetime;
    if (wanted->expires)
        assert_int_equal(ses_date_parse(ses_str_of(wanted->expires), &request->lifetime.expires),
                         0);
    if (wanted->kind == SES_SUBJECT_HOST) {
        add_node(request, arena, wanted->subject, "198.51.100.7", "eipalloc-0123456789abcdef0");
    } else {
        add_record(request, arena, SES_TXT, "_dmarc.", "v=DMARC1; p=none;");
        add_record(request, arena, SES_CNAME, "abc._domainkey.", "abc.dkim.amazonses.com");
    }
    assert_int_equal(ses_request_settle(request, arena), 0);
    assert_int_equal(ses_request_seal(request, NULL), 0);
    return request;
}

/* Intends one ticket `key` for one request. */
static inline void intend(struct ses_ledger *ledger, const char *key, enum ses_operation operation,
                          const char *refers_to, const struct ses_request *request, int64_t now,
                          struct ses_findings *findings)
{
    const struct ses_ledger_intent intent = {.ticket = {.key = ses_str_of(key),
                                                        .operation = operation,
                                                        .subject = request->subject,
                                                        .digest = SES_STR(DIGEST),
                                                        .refers_to = ses_str_of(refers_to)},
                                             .requests = &request,
                                             .request_count = 1};

    assert_int_equal(ses_ledger_intend(ledger, &intent, 1, now, findings), 0);
}

/* Runs SQL on the file as a stranger would. */
static inline void run_sql(const char *path, const char *sql)
{
    sqlite3 *database = NULL;
    char *why = NULL;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    if (sqlite3_exec(database, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
    assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

#endif
