/* SPDX-License-Identifier: MIT */
#include "ledger/schema.h"

#include <sqlite3.h>
#include <stdio.h>

#include "ledger/ledger.h"

/* A step makes the version behind its index. A released step is never changed: a file made by it is
 * out there. Whoever changes a table adds a step, a file of the old version to tests/unit/, and
 * raises SES_LEDGER_VERSION; reading an old file without the right to write it has to be thought of
 * then, too.
 *
 * Words (operation, kind, lifetime, dns) rather than numbers, and dates as YYYY-MM-DD, so that a
 * person with the sqlite3 program can read it. What is not known is an empty text or a time of 0.
 * A renewal is a row of its own: the newest one holds, and when its ticket is given up the one
 * before it holds again. */
static const char *const steps[SES_LEDGER_VERSION] = {
    "CREATE TABLE ticket ("
    "  id INTEGER PRIMARY KEY,"
    "  key TEXT NOT NULL UNIQUE,"
    "  operation TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  digest TEXT NOT NULL,"
    "  refers_to TEXT NOT NULL,"
    "  instance TEXT NOT NULL,"
    "  class TEXT NOT NULL,"
    "  record TEXT NOT NULL,"
    "  number TEXT NOT NULL,"
    "  state TEXT NOT NULL,"
    "  intended_at INTEGER NOT NULL,"
    "  sent_at INTEGER NOT NULL,"
    "  opened_at INTEGER NOT NULL,"
    "  attached_at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE request ("
    "  id INTEGER PRIMARY KEY,"
    "  ticket INTEGER NOT NULL REFERENCES ticket ON DELETE CASCADE,"
    "  subject TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  zone TEXT NOT NULL,"
    "  lifetime TEXT NOT NULL,"
    "  expires TEXT NOT NULL,"
    "  contact TEXT NOT NULL,"
    "  purpose TEXT NOT NULL,"
    "  account TEXT NOT NULL,"
    "  region TEXT NOT NULL,"
    "  team TEXT NOT NULL,"
    "  digest TEXT NOT NULL,"
    "  dns TEXT NOT NULL DEFAULT 'unknown',"
    "  dns_at INTEGER NOT NULL DEFAULT 0,"
    "  removed_by TEXT REFERENCES ticket (key) ON DELETE SET NULL,"
    "  removed_at INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX request_ticket ON request (ticket, subject);"
    "CREATE INDEX request_subject ON request (subject);"
    "CREATE TABLE renewal ("
    "  id INTEGER PRIMARY KEY,"
    "  request INTEGER NOT NULL REFERENCES request ON DELETE CASCADE,"
    "  renewed_by TEXT NOT NULL REFERENCES ticket (key) ON DELETE CASCADE,"
    "  lifetime TEXT NOT NULL,"
    "  expires TEXT NOT NULL,"
    "  UNIQUE (request, renewed_by)"
    ") STRICT;"
    "CREATE TABLE record ("
    "  request INTEGER NOT NULL REFERENCES request ON DELETE CASCADE,"
    "  position INTEGER NOT NULL,"
    "  type TEXT NOT NULL,"
    "  owner TEXT NOT NULL,"
    "  value TEXT NOT NULL,"
    "  PRIMARY KEY (request, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE node ("
    "  request INTEGER NOT NULL REFERENCES request ON DELETE CASCADE,"
    "  position INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  address TEXT NOT NULL,"
    "  allocation TEXT NOT NULL,"
    "  PRIMARY KEY (request, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE extra ("
    "  request INTEGER NOT NULL REFERENCES request ON DELETE CASCADE,"
    "  position INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  value TEXT NOT NULL,"
    "  PRIMARY KEY (request, position)"
    ") STRICT, WITHOUT ROWID;",
};

int ses_schema_upgrade(sqlite3 *database, int from)
{
    char marks[128];
    int status;

    if (from == SES_LEDGER_VERSION)
        return SQLITE_OK;
    snprintf(marks, sizeof(marks), "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             SES_LEDGER_APPLICATION, SES_LEDGER_VERSION);
    status = sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (int version = from; version < SES_LEDGER_VERSION && status == SQLITE_OK; version++)
        status = sqlite3_exec(database, steps[version], NULL, NULL, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_exec(database, marks, NULL, NULL, NULL);
    if (status != SQLITE_OK && !sqlite3_get_autocommit(database))
        sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* In the order of enum ses_list_column. */
#define TICKET_COLUMNS                                                                             \
    "t.key, t.operation, t.subject, t.digest, t.refers_to, t.instance, t.class, t.record, "        \
    "t.number, t.state, t.intended_at, t.sent_at, t.opened_at, t.attached_at"

#define LIST_COLUMNS                                                                               \
    TICKET_COLUMNS ", r.id, r.subject, r.kind, r.zone, r.lifetime, r.expires, r.contact, "         \
                   "r.purpose, r.account, r.region, r.team, r.digest, r.dns, r.dns_at, "           \
                   "r.removed_at, coalesce(r.removed_by, ''), coalesce(n.renewed_by, ''), "        \
                   "coalesce(n.lifetime, r.lifetime), coalesce(n.expires, r.expires)"

/* `which` is what an index finds. The other parameters: 2 subject, 3 operation, 4 the last day of a
 * proof of concept, 5 whether what was removed is left out, 6 whether what continues a ticket of
 * this ledger is. NULL, or 0, asks for nothing. */
#define LIST(which)                                                                                \
    "SELECT " LIST_COLUMNS " FROM request r JOIN ticket t ON t.id = r.ticket "                     \
    "LEFT JOIN renewal n ON n.id = (SELECT max(id) FROM renewal WHERE request = r.id) "            \
    "WHERE " which " AND (?2 IS NULL OR r.subject = ?2) AND (?3 IS NULL OR t.operation = ?3) "     \
    "AND (?4 IS NULL OR (coalesce(n.lifetime, r.lifetime) = 'poc' "                                \
    "AND coalesce(n.expires, r.expires) <= ?4)) AND (?5 = 0 OR r.removed_at = 0) "                 \
    "AND (?6 = 0 OR NOT EXISTS (SELECT 1 FROM ticket WHERE key = t.refers_to)) "                   \
    "ORDER BY r.subject, t.intended_at, t.key"

/* The request of a key and a subject; both where somebody had a subject in a ticket twice. */
#define REQUEST(key, subject)                                                                      \
    "subject = " subject " AND ticket = (SELECT id FROM ticket WHERE key = " key ")"

static const char *const statements[SES_STATEMENTS] = {
    [SES_STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [SES_STATEMENT_COMMIT] = "COMMIT",
    [SES_STATEMENT_ROLLBACK] = "ROLLBACK",

    /* A key that is there stays as it is: no row is changed. */
    [SES_STATEMENT_ADD_TICKET] =
        "INSERT INTO ticket (key, operation, subject, digest, refers_to, instance, class, record, "
        "number, state, intended_at, sent_at, opened_at, attached_at) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0) ON CONFLICT (key) DO "
        "NOTHING",
    [SES_STATEMENT_ADD_REQUEST] =
        "INSERT INTO request (ticket, subject, kind, zone, lifetime, expires, contact, purpose, "
        "account, region, team, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [SES_STATEMENT_ADD_RECORD] = "INSERT INTO record (request, position, type, owner, value) "
                                 "VALUES (?1, ?2, ?3, ?4, ?5)",
    [SES_STATEMENT_ADD_NODE] = "INSERT INTO node (request, position, name, address, allocation) "
                               "VALUES (?1, ?2, ?3, ?4, ?5)",
    [SES_STATEMENT_ADD_COLUMN] = "INSERT INTO extra (request, position, name, value) "
                                 "VALUES (?1, ?2, ?3, ?4)",

    [SES_STATEMENT_FIND_TICKET] = "SELECT " TICKET_COLUMNS " FROM ticket t WHERE t.key = ?1",

    [SES_STATEMENT_SENT] = "UPDATE ticket SET sent_at = ?2 WHERE key = ?1",
    /* The first answer that it is there is when it was opened; what is not said stays. A ticket in
     * the place of one that is gone has its files to come. */
    [SES_STATEMENT_OPENED] =
        "UPDATE ticket SET instance = ?2, class = ?3, record = ?4, number = ?5, "
        "attached_at = CASE record WHEN ?4 THEN attached_at ELSE 0 END, "
        "state = CASE ?6 WHEN '' THEN state ELSE ?6 END, "
        "opened_at = CASE opened_at WHEN 0 THEN ?7 ELSE opened_at END WHERE key = ?1",
    [SES_STATEMENT_ATTACHED] = "UPDATE ticket SET attached_at = ?2 WHERE key = ?1",
    [SES_STATEMENT_FORGET] = "DELETE FROM ticket WHERE key = ?1 AND opened_at = 0",
    [SES_STATEMENT_STATE] = "UPDATE ticket SET state = ?2 WHERE key = ?1",
    [SES_STATEMENT_DNS] = "UPDATE request SET dns = ?3, dns_at = ?4 WHERE " REQUEST("?1", "?2"),
    /* One that is renewed again by the same ticket keeps its place among the renewals. */
    [SES_STATEMENT_RENEWED] =
        "INSERT INTO renewal (request, renewed_by, lifetime, expires) "
        "SELECT id, ?3, ?4, ?5 FROM request WHERE " REQUEST(
            "?1",
            "?2") " "
                  "ON CONFLICT (request, renewed_by) DO UPDATE SET lifetime = excluded.lifetime, "
                  "expires = excluded.expires",
    [SES_STATEMENT_REMOVED] =
        "UPDATE request SET removed_by = ?3, removed_at = ?4 WHERE " REQUEST("?1", "?2"),

    [SES_STATEMENT_LIST_ALL] = LIST("?1 IS NULL"),
    [SES_STATEMENT_LIST_KEY] = LIST("t.key = ?1"),
    [SES_STATEMENT_LIST_SUBJECT] = LIST("r.subject = ?1"),
    [SES_STATEMENT_RECORDS] =
        "SELECT type, owner, value FROM record WHERE request = ?1 ORDER BY position",
    [SES_STATEMENT_NODES] =
        "SELECT name, address, allocation FROM node WHERE request = ?1 ORDER BY position",
    [SES_STATEMENT_COLUMNS] = "SELECT name, value FROM extra WHERE request = ?1 ORDER BY position",
};

const char *ses_schema_sql(enum ses_statement statement)
{
    return statements[statement];
}
