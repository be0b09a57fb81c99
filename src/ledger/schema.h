/* SPDX-License-Identifier: MIT */
/* The tables of a ledger, how an older file gets them, and everything that is asked of them. */
#ifndef SES_LEDGER_SCHEMA_H
#define SES_LEDGER_SCHEMA_H

#include "base/attribute.h"

struct sqlite3;

/* The rows of the table of statements. What each takes and gives stands there, in schema.c. */
enum ses_statement {
    SES_STATEMENT_BEGIN,
    SES_STATEMENT_COMMIT,
    SES_STATEMENT_ROLLBACK,
    SES_STATEMENT_ADD_TICKET,
    SES_STATEMENT_ADD_REQUEST,
    SES_STATEMENT_ADD_RECORD,
    SES_STATEMENT_ADD_NODE,
    SES_STATEMENT_ADD_COLUMN,
    SES_STATEMENT_FIND_TICKET,
    SES_STATEMENT_SENT,
    SES_STATEMENT_OPENED,
    SES_STATEMENT_ATTACHED,
    SES_STATEMENT_FORGET,
    SES_STATEMENT_STATE,
    SES_STATEMENT_DNS,
    SES_STATEMENT_RENEWED,
    SES_STATEMENT_REMOVED,
    SES_STATEMENT_LIST_ALL,
    SES_STATEMENT_LIST_KEY,
    SES_STATEMENT_LIST_SUBJECT,
    SES_STATEMENT_RECORDS,
    SES_STATEMENT_NODES,
    SES_STATEMENT_COLUMNS,
    SES_STATEMENTS
};

/* The SQL of a statement; static. */
const char *ses_schema_sql(enum ses_statement statement);

/* Columns of what the three lists give. */
enum ses_list_column {
    SES_LIST_KEY,
    SES_LIST_OPERATION,
    SES_LIST_TICKET_SUBJECT,
    SES_LIST_TICKET_DIGEST,
    SES_LIST_REFERS_TO,
    SES_LIST_INSTANCE,
    SES_LIST_CLASS,
    SES_LIST_RECORD,
    SES_LIST_NUMBER,
    SES_LIST_STATE,
    SES_LIST_INTENDED_AT,
    SES_LIST_SENT_AT,
    SES_LIST_OPENED_AT,
    SES_LIST_ATTACHED_AT,
    SES_LIST_TICKET_COLUMNS, /* of FIND_TICKET: those before this one */
    SES_LIST_REQUEST = SES_LIST_TICKET_COLUMNS,
    SES_LIST_SUBJECT,
    SES_LIST_KIND,
    SES_LIST_ZONE,
    SES_LIST_LIFETIME,
    SES_LIST_EXPIRES,
    SES_LIST_CONTACT,
    SES_LIST_PURPOSE,
    SES_LIST_ACCOUNT,
    SES_LIST_REGION,
    SES_LIST_GROUP,
    SES_LIST_DIGEST,
    SES_LIST_DNS,
    SES_LIST_DNS_AT,
    SES_LIST_REMOVED_AT,
    SES_LIST_REMOVED_BY,
    SES_LIST_RENEWED_BY,
    SES_LIST_CURRENT_LIFETIME,
    SES_LIST_CURRENT_EXPIRES,
};

/* Brings a file of the version `from` to SES_LEDGER_VERSION, 0 being an empty one, in one
 * transaction that also says that it is ours. Returns SQLite's status. */
int ses_schema_upgrade(struct sqlite3 *database, int from) SES_MUSTCHECK;

#endif
