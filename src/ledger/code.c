/* SPDX-License-Identifier: MIT */
#include "ledger/code.h"

const struct ses_code ses_ledger_codes[] = {
    [SES_LEDGER_LOCKED] =
        {"ledger-locked", SES_ERROR, "Somebody else is writing to the ledger.",
         "Two who open tickets at once from one ledger could open the same ticket twice.",
         "Wait until the other one has ended, or end it; what it has done is kept.",
         "flock(2); ServiceNow has no guard of its own against a second ticket"},
    [SES_LEDGER_FOREIGN] = {"ledger-foreign", SES_ERROR, "The file is not a ledger.",
                            "It belongs to somebody or something else and was left as it is.",
                            "Name another file with --ledger.",
                            "SQLite, database file format, section 1.3.17: the application id"},
    [SES_LEDGER_DAMAGED] =
        {"ledger-damaged", SES_ERROR, "The ledger holds what no ledger can hold.",
         "The disk, or a hand, has changed it. What else it says cannot be relied on, so it was "
         "left as it is.",
         "Put back a copy from before, or move the file away and go on with a new one: submitting "
         "again finds every ticket that is open.",
         "SQLite, PRAGMA quick_check; sesdns(1), the section on the ledger"},
    [SES_LEDGER_NEWER] = {"ledger-newer", SES_ERROR,
                          "The ledger was written by a newer version of this program.",
                          "It may say things that this version would lose.",
                          "Use the newer version.",
                          "SQLite, PRAGMA user_version; sesdns(1), the section on the ledger"},
    [SES_LEDGER_UNREADABLE] = {"ledger-unreadable", SES_ERROR, "The ledger cannot be opened.",
                               "Nobody knows what was asked for already.",
                               "Check the name and the permissions of the file and its folder.",
                               "open(2): the system's own reason is in the message"},
    [SES_LEDGER_FAILED] = {"ledger-failed", SES_ERROR, "The ledger cannot be read or written.",
                           "A ticket is opened only once its intent is on the disk.",
                           "Make room on the disk, then run the same command again.",
                           "write(2), fsync(2): the system's own reason is in the message"},
};
const size_t ses_ledger_code_count = sizeof(ses_ledger_codes) / sizeof(ses_ledger_codes[0]);
