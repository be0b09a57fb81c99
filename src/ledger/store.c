/* SPDX-License-Identifier: MIT */
#include "ledger/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"

/* How long SQLite waits for others who have the file open: readers are done in less. */
#define BUSY_MILLISECONDS 5000

/* No refusal. */
#define FINE (-1)

static void close_database(sqlite3 **database)
{
    sqlite3_close(*database);
    *database = NULL;
}

static void free_text(char **text)
{
    free(*text);
    *text = NULL;
}

int ses_store_refuse(const struct ses_ledger *ledger, enum ses_ledger_code code,
                     struct ses_str value, int error, const char *sentence,
                     struct ses_findings *findings)
{
    const struct ses_finding finding = {
        .code = &ses_ledger_codes[code], .place = {.file = ledger->given}, .value = value};
    int sink = ses_finding_report(findings, finding, "%s", sentence);

    return sink != 0 ? sink : error;
}

/* The system says why. */
static int refuse_system(const struct ses_ledger *ledger, int reason, struct ses_findings *findings)
{
    char sentence[SES_MAX_SENTENCE];

    if (reason == ENOMEM)
        return SES_ENOMEM;
    snprintf(sentence, sizeof(sentence), "cannot open the ledger: %s", strerror(reason));
    return ses_store_refuse(ledger, SES_LEDGER_UNREADABLE, (struct ses_str){0}, SES_EIO, sentence,
                            findings);
}

static bool is_no_memory(int status)
{
    return (status & 0xFF) == SQLITE_NOMEM || status == SQLITE_IOERR_NOMEM;
}

static bool is_busy(int status)
{
    return (status & 0xFF) == SQLITE_BUSY || (status & 0xFF) == SQLITE_LOCKED;
}

/* What is wrong with the bytes of the file, and not with the machine. */
static bool is_damage(int status)
{
    static const int rows[] = {SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT,  SQLITE_ERROR,
                               SQLITE_SCHEMA,  SQLITE_TOOBIG, SQLITE_MISMATCH};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if ((status & 0xFF) == rows[i])
            return true;
    }
    return false;
}

int ses_store_fail(const struct ses_ledger *ledger, int status, struct ses_findings *findings)
{
    int reason = ledger->database ? sqlite3_system_errno(ledger->database) : 0;
    char sentence[SES_MAX_SENTENCE];

    if (is_no_memory(status))
        return SES_ENOMEM;
    if (is_busy(status))
        return ses_store_refuse(ledger, SES_LEDGER_LOCKED, (struct ses_str){0}, SES_EIO,
                                "another program keeps the ledger busy", findings);
    if (is_damage(status))
        return ses_store_refuse(ledger, SES_LEDGER_DAMAGED, (struct ses_str){0}, SES_EIO,
                                "damaged ledger", findings);
    /* A full disk is told by SQLite's status, an error of the disk by the system's. */
    snprintf(sentence, sizeof(sentence), "cannot read or write the ledger: %s",
             reason != 0 && status != SQLITE_FULL ? strerror(reason) : sqlite3_errstr(status));
    return ses_store_refuse(ledger, SES_LEDGER_FAILED, (struct ses_str){0}, SES_EIO, sentence,
                            findings);
}

/* The same while the file is being opened. */
static int fail_to_open(const struct ses_ledger *ledger, int status, struct ses_findings *findings)
{
    int reason = ledger->database ? sqlite3_system_errno(ledger->database) : 0;
    int error;

    if ((status & 0xFF) == SQLITE_READONLY)
        return refuse_system(ledger, EACCES, findings);
    if ((status & 0xFF) == SQLITE_CANTOPEN)
        return refuse_system(ledger, reason != 0 ? reason : EACCES, findings);
    error = ses_store_fail(ledger, status, findings);
    if (error != SES_EIO)
        return error;
    return is_busy(status) ? SES_ECONFLICT : is_damage(status) ? SES_EINVALID : SES_EIO;
}

/* The path that a file of this name would have: its folder is there. */
static char *path_in_folder(const char *given)
{
    const char *slash = strrchr(given, '/');
    char *name SES_CLEANUP(free_text) = strndup(given, slash ? (size_t)(slash - given) + 1 : 0);
    char *folder SES_CLEANUP(free_text) = NULL;
    char *path = NULL;

    if (name)
        folder = realpath(*name ? name : ".", NULL);
    if (!folder || asprintf(&path, "%s/%s", folder, slash ? slash + 1 : given) < 0)
        return NULL;
    return path;
}

/* Links are followed, so that a file has one lock whatever it is called. */
static int resolve(struct ses_ledger *ledger)
{
    struct stat status;

    free_text(&ledger->path);
    ledger->path = realpath(ledger->given, NULL);
    /* A link to nothing is not replaced by a file. */
    if (!ledger->path && (errno != ENOENT || lstat(ledger->given, &status) == 0))
        return -1;
    if (!ledger->path)
        ledger->path = path_in_folder(ledger->given);
    return ledger->path ? 0 : -1;
}

/* Nothing has this name, nor is there a folder that could hold it. */
static bool is_nowhere(const struct ses_ledger *ledger, int reason)
{
    struct stat status;

    return (reason == ENOENT || reason == ENOTDIR) && lstat(ledger->given, &status) != 0;
}

int ses_store_find(struct ses_ledger *ledger, enum ses_ledger_mode mode, bool *ret_there,
                   struct ses_findings *findings)
{
    struct stat status;

    *ret_there = false;
    if (resolve(ledger) != 0) {
        int reason = errno;

        return mode == SES_LEDGER_READ && is_nowhere(ledger, reason)
                   ? 0
                   : refuse_system(ledger, reason, findings);
    }
    if (stat(ledger->path, &status) != 0)
        return errno == ENOENT ? 0 : refuse_system(ledger, errno, findings);
    if (S_ISDIR(status.st_mode))
        return refuse_system(ledger, EISDIR, findings);
    if (!S_ISREG(status.st_mode))
        return ses_store_refuse(ledger, SES_LEDGER_FOREIGN, (struct ses_str){0}, SES_EINVALID,
                                "neither a file nor a ledger", findings);
    if (access(ledger->path, R_OK) != 0)
        return refuse_system(ledger, errno, findings);
    *ret_there = status.st_size > 0;
    return 0;
}

static bool has_beside(const struct ses_ledger *ledger, const char *ending)
{
    char *path SES_CLEANUP(free_text) = NULL;

    return asprintf(&path, "%s%s", ledger->path, ending) >= 0 && access(path, F_OK) == 0;
}

/* What is in the file is not all there is: somebody writes, or was killed while writing. */
static bool has_journal(const struct ses_ledger *ledger)
{
    return has_beside(ledger, "-wal") || has_beside(ledger, "-journal");
}

/* Settings of a connection that ask nothing of the file. What a stranger has put into it is not run
 * (https://www.sqlite.org/security.html), and sorting needs no files elsewhere. */
static int configure(sqlite3 *database)
{
    static const struct {
        int option, value;
    } rows[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},    {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1},
    };
    int status = sqlite3_extended_result_codes(database, 1);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && status == SQLITE_OK; i++)
        status = sqlite3_db_config(database, rows[i].option, rows[i].value, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_busy_timeout(database, BUSY_MILLISECONDS);
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, SES_MAX_LEDGER_ROW);
    if (status == SQLITE_OK)
        status = sqlite3_exec(database, "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY",
                              NULL, NULL, NULL);
    return status;
}

/* A connection. Each opening and closing of a file goes through SQLite, because whoever closes a
 * descriptor of it loses the locks that others of this process have on it (fcntl(2), SQLite, "How
 * to corrupt", section 2.2). */
static int connect(struct ses_ledger *ledger, const char *name, int flags)
{
    int status = sqlite3_open_v2(name, &ledger->database, flags | SQLITE_OPEN_NOMUTEX, NULL);

    return status != SQLITE_OK ? status : configure(ledger->database);
}

/* A connection that takes the file as it stands, looks for no journal, makes no file, takes no
 * lock. */
static int connect_untouched(struct ses_ledger *ledger)
{
    struct ses_buf name SES_CLEANUP(ses_buf_done);

    ses_buf_init(&name, strlen(ledger->path) * 3 + 64);
    ses_buf_add(&name, SES_STR("file:"));
    for (const char *c = ledger->path; *c; c++) {
        if (strchr("%?#", *c))
            ses_buf_printf(&name, "%%%02X", (unsigned)*c);
        else
            ses_buf_add_byte(&name, *c);
    }
    ses_buf_add(&name, SES_STR("?immutable=1"));
    if (ses_buf_status(&name) != 0)
        return SQLITE_NOMEM;
    return connect(ledger, name.ptr, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

static int read_number(sqlite3 *database, const char *sql, sqlite3_int64 *ret_number)
{
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v2(database, sql, -1, &statement, NULL);

    if (status == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        *ret_number = sqlite3_column_int64(statement, 0);
    if (status != SQLITE_OK)
        return status;
    return sqlite3_finalize(statement);
}

/* The first line of the check is "ok", or what is wrong. */
static int check_pages(sqlite3 *database, bool *ret_ok)
{
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v2(database, "PRAGMA quick_check(1)", -1, &statement, NULL);
    const char *verdict = NULL;

    *ret_ok = false;
    if (status != SQLITE_OK)
        return status;
    status = sqlite3_step(statement);
    if (status == SQLITE_ROW)
        verdict = (const char *)sqlite3_column_text(statement, 0);
    /* A text that cannot be had is memory that cannot be had. */
    if (status == SQLITE_ROW && !verdict)
        status = SQLITE_NOMEM;
    *ret_ok = verdict && strcmp(verdict, "ok") == 0;
    sqlite3_finalize(statement);
    return status == SQLITE_ROW || status == SQLITE_DONE ? SQLITE_OK : status;
}

static int inspect_marks(sqlite3 *database, int *ret_version, int *ret_refusal)
{
    sqlite3_int64 application = 0;
    sqlite3_int64 version = 0;
    int status = read_number(database, "PRAGMA application_id", &application);

    if ((status & 0xFF) == SQLITE_NOTADB ||
        (status == SQLITE_OK && application != SES_LEDGER_APPLICATION)) {
        *ret_refusal = SES_LEDGER_FOREIGN;
        return SQLITE_OK;
    }
    if (status == SQLITE_OK)
        status = read_number(database, "PRAGMA user_version", &version);
    if (status != SQLITE_OK)
        return status;
    if (version > SES_LEDGER_VERSION)
        *ret_refusal = SES_LEDGER_NEWER;
    else if (version < 1)
        *ret_refusal = SES_LEDGER_DAMAGED;
    *ret_version = (int)version;
    return status;
}

static int prepare(struct ses_ledger *ledger)
{
    int status = SQLITE_OK;

    for (int i = 0; i < SES_STATEMENTS && status == SQLITE_OK; i++) {
        sqlite3_finalize(ledger->statements[i]);
        ledger->statements[i] = NULL;
        status = sqlite3_prepare_v3(ledger->database, ses_schema_sql((enum ses_statement)i), -1,
                                    SQLITE_PREPARE_PERSISTENT, &ledger->statements[i], NULL);
    }
    return status;
}

/* Whether it is a ledger of ours, with all that the statements name, and with `thorough` one whose
 * pages are whole. `*ret_refusal` is FINE or one of enum ses_ledger_code. */
static int inspect(struct ses_ledger *ledger, bool thorough, int *ret_refusal)
{
    bool whole = true;
    int version = 0;
    int status;

    *ret_refusal = FINE;
    status = inspect_marks(ledger->database, &version, ret_refusal);
    if (status == SQLITE_OK && version == SES_LEDGER_VERSION)
        status = prepare(ledger);
    if (status == SQLITE_OK && *ret_refusal == FINE && thorough)
        status = check_pages(ledger->database, &whole);
    if (is_damage(status) || (status == SQLITE_OK && !whole))
        *ret_refusal = SES_LEDGER_DAMAGED;
    return is_damage(status) ? SQLITE_OK : status;
}

static int refuse_file(const struct ses_ledger *ledger, int refusal, struct ses_findings *findings)
{
    static const char *const sentences[] = {
        [SES_LEDGER_FOREIGN] = "not a ledger",
        [SES_LEDGER_DAMAGED] = "damaged ledger",
        [SES_LEDGER_NEWER] = "ledger of a newer version of this program",
    };

    return ses_store_refuse(ledger, (enum ses_ledger_code)refusal, (struct ses_str){0},
                            SES_EINVALID, sentences[refusal], findings);
}

int ses_store_look(struct ses_ledger *ledger, struct ses_findings *findings)
{
    int refusal = FINE;
    int status = connect_untouched(ledger);
    int error = 0;

    if (status == SQLITE_OK)
        status = inspect(ledger, false, &refusal);
    /* A checkpoint that was cut short leaves half a page, and the whole of it in the log. */
    if (refusal == SES_LEDGER_DAMAGED && has_journal(ledger))
        refusal = FINE;
    if (status != SQLITE_OK)
        error = fail_to_open(ledger, status, findings);
    else if (refusal != FINE)
        error = refuse_file(ledger, refusal, findings);
    ses_store_close(ledger);
    return error;
}

/* SQLite would make the file readable for others, as the umask has it. */
static int make_empty(const char *path)
{
    int file;

    if (unlink(path) != 0 && errno != ENOENT)
        return -1;
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return -1;
    return close(file);
}

/* Fills it. The journal is in memory: a part that is cut short is thrown away. */
static int fill(struct ses_ledger *ledger, const char *path)
{
    int status = connect(ledger, path, SQLITE_OPEN_READWRITE);

    if (status == SQLITE_OK)
        status = sqlite3_exec(ledger->database,
                              "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = FULL", NULL, NULL,
                              NULL);
    return status == SQLITE_OK ? ses_schema_upgrade(ledger->database, 0) : status;
}

/* A file that was renamed has its name for good when its folder is on the disk (fsync(2)). */
static int flush_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder SES_CLEANUP(free_text) = strndup(path, (size_t)(slash - path) + 1);
    int descriptor SES_CLEANUP(ses_folder_closep) = -1;

    if (folder)
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return descriptor < 0 ? -1 : fsync(descriptor);
}

int ses_store_make(struct ses_ledger *ledger, struct ses_findings *findings)
{
    char *part SES_CLEANUP(free_text) = NULL;
    int error = 0;
    int status;

    if (asprintf(&part, "%s.part", ledger->path) < 0)
        return SES_ENOMEM;
    if (make_empty(part) != 0)
        return refuse_system(ledger, errno, findings);
    status = fill(ledger, part);
    if (status != SQLITE_OK)
        error = fail_to_open(ledger, status, findings);
    close_database(&ledger->database);
    if (error == 0 && (rename(part, ledger->path) != 0 || flush_folder(ledger->path) != 0))
        error = refuse_system(ledger, errno, findings);
    if (error != 0)
        unlink(part);
    return error;
}

/* Write-ahead log: a writer does not stop readers, and marks are on the disk without a flush of
 * each. With synchronous NORMAL a transaction survives kill -9, but not always a power cut;
 * ses_ledger_intend, whose transaction must survive that too, raises it to FULL. What a power cut
 * takes away are answers of ServiceNow, which are asked for again. The version is read again,
 * because it may stand in the log only. */
static int make_current(struct ses_ledger *ledger)
{
    sqlite3_int64 version = 0;
    int status =
        sqlite3_exec(ledger->database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
                     NULL, NULL, NULL);

    if (status == SQLITE_OK)
        status = read_number(ledger->database, "PRAGMA user_version", &version);
    if (status != SQLITE_OK || version == SES_LEDGER_VERSION)
        return status;
    status = ses_schema_upgrade(ledger->database, (int)version);
    return status == SQLITE_OK ? prepare(ledger) : status;
}

/* A connection for good. Until it has been found out that the file is a ledger, closing it writes
 * nothing. */
static int connect_for_good(struct ses_ledger *ledger, enum ses_ledger_mode mode, bool thorough,
                            int *ret_refusal)
{
    int status = connect(ledger, ledger->path, SQLITE_OPEN_READWRITE);

    *ret_refusal = FINE;
    if (status == SQLITE_OK && mode == SES_LEDGER_WRITE &&
        sqlite3_db_readonly(ledger->database, "main") == 1)
        return SQLITE_READONLY;
    if (status == SQLITE_OK)
        status = inspect(ledger, thorough, ret_refusal);
    if (status != SQLITE_OK || *ret_refusal != FINE)
        return status;
    status = sqlite3_db_config(ledger->database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    if (status == SQLITE_OK && mode == SES_LEDGER_WRITE)
        return make_current(ledger);
    if (status == SQLITE_OK)
        status = sqlite3_exec(ledger->database, "PRAGMA query_only = ON", NULL, NULL, NULL);
    return status;
}

/* Nobody writes to it, and we may not: then the files that SQLite shares with writers cannot be
 * made, and need not be. */
static bool is_sealed(const struct ses_ledger *ledger, enum ses_ledger_mode mode)
{
    char *folder SES_CLEANUP(free_text) =
        strndup(ledger->path, (size_t)(strrchr(ledger->path, '/') - ledger->path) + 1);

    return mode == SES_LEDGER_READ && folder &&
           (access(folder, W_OK) != 0 || access(ledger->path, W_OK) != 0);
}

/* What is wrong with a file that has no journal is found out without leaving one. A reader may come
 * upon a writer who has just begun: then what looked damaged was in motion, and is looked at again.
 */
static int connect_checked(struct ses_ledger *ledger, enum ses_ledger_mode mode, int *ret_refusal)
{
    bool in_motion = has_journal(ledger);
    int status = connect_untouched(ledger);

    if (status == SQLITE_OK)
        status = inspect(ledger, !in_motion, ret_refusal);
    if (status != SQLITE_OK || (*ret_refusal == FINE && !in_motion && is_sealed(ledger, mode)))
        return status;
    if (*ret_refusal == SES_LEDGER_DAMAGED && !in_motion)
        in_motion = has_journal(ledger);
    if (*ret_refusal != FINE && !(*ret_refusal == SES_LEDGER_DAMAGED && in_motion))
        return SQLITE_OK;
    ses_store_close(ledger);
    return connect_for_good(ledger, mode, in_motion, ret_refusal);
}

int ses_store_open(struct ses_ledger *ledger, enum ses_ledger_mode mode,
                   struct ses_findings *findings)
{
    int refusal = FINE;
    int status = connect_checked(ledger, mode, &refusal);

    if (status == SQLITE_OK && refusal != FINE)
        return refuse_file(ledger, refusal, findings);
    return status != SQLITE_OK ? fail_to_open(ledger, status, findings) : 0;
}

void ses_store_close(struct ses_ledger *ledger)
{
    for (int i = 0; i < SES_STATEMENTS; i++) {
        sqlite3_finalize(ledger->statements[i]);
        ledger->statements[i] = NULL;
    }
    /* Whoever closes it last takes the log into the file: a lone file is left. */
    close_database(&ledger->database);
}
