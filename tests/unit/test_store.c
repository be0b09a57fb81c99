/* SPDX-License-Identifier: MIT */
/* The file of a ledger: made, shared, locked, refused, and used while things fail. */
#include "ledger/store.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/file.h"
#include "ledger_case.h"

static const struct wanted poc = {"example.edu", SES_SUBJECT_DOMAIN, SES_LIFETIME_POC,
                                  "2026-03-31"};

static struct ses_str read_file(const char *path, struct ses_arena *arena)
{
    struct ses_str bytes = {0};

    if (ses_file_read(path, 100000000, arena, &bytes) != 0)
        fail_msg("%s cannot be read", path);
    return bytes;
}

static void write_file(const char *path, struct ses_str bytes)
{
    FILE *file SES_CLEANUP(ses_file_closep) = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
}

static bool is_there(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

static unsigned mode_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static int add_line(void *context, const struct ses_ledger_item *item)
{
    ses_buf_printf(context, "%s %s\n", item->ticket.key.ptr, item->request->subject.ptr);
    return 0;
}

static void assert_list(struct ses_ledger *ledger, const char *wanted)
{
    struct ses_buf lines SES_CLEANUP(ses_buf_done);

    COLLECT(collect);
    ses_buf_init(&lines, 100000);
    assert_int_equal(ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, add_line, &lines,
                                     &collect.findings),
                     0);
    assert_string_equal(lines.ptr ? lines.ptr : "", wanted);
    assert_string_equal(collect_codes(&collect), "");
}

/* A ledger with one ticket `key`, closed. */
static void make_ledger(const char *path, const char *key)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_ledger *ledger SES_CLEANUP(close_ledger) = NULL;

    COLLECT(collect);
    assert_int_equal(ses_ledger_open(path, SES_LEDGER_WRITE, OWNER, &ledger, &collect.findings), 0);
    intend(ledger, key, SES_ADD, "", make_request(&poc, &arena), NOW, &collect.findings);
}

static void test_store__takes_a_file_that_is_not_there_for_an_empty_ledger(void **state)
{
    static const char *const paths[] = {LEDGER, "no/folder/" LEDGER, "file/" LEDGER, "empty"};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    write_file("file", SES_STR("x"));
    write_file("empty", SES_STR(""));
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct ses_ledger *ledger SES_CLEANUP(close_ledger) = NULL;
        struct ses_ledger_ticket ticket;
        bool there = true;

        COLLECT(collect);
        ASSERT_ROW(paths[i], ses_ledger_open(paths[i], SES_LEDGER_READ, OWNER, &ledger,
                                             &collect.findings) == 0);
        assert_list(ledger, "");
        ASSERT_ROW(paths[i], ses_ledger_find(ledger, SES_STR("k"), &arena, &ticket, &there,
                                             &collect.findings) == 0);
        ASSERT_ROW(paths[i], !there);
        assert_string_equal(collect_codes(&collect), "");
    }
    assert_false(is_there(LEDGER) || is_there("no"));
    assert_int_equal(read_file("empty", &arena).len, 0);
}

/* SQLite, database file format, section 1.3: user version at byte 60, application id at 68. */
static void test_store__makes_a_file_for_its_owner_only(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str bytes;

    (void)state;
    umask(0);
    make_ledger("a/b/" LEDGER, "k");
    umask(022);
    assert_int_equal(mode_of("a"), 0700);
    assert_int_equal(mode_of("a/b"), 0700);
    assert_int_equal(mode_of("a/b/" LEDGER), 0600);
    assert_int_equal(mode_of("a/b/" LEDGER ".lock"), 0600);
    bytes = read_file("a/b/" LEDGER, &arena);
    assert_memory_equal(bytes.ptr, "SQLite format 3", 16);
    assert_memory_equal(bytes.ptr + 60, "\0\0\0\1", 4);
    assert_memory_equal(bytes.ptr + 68, "SesD", 4);
    assert_false(is_there("a/b/" LEDGER "-wal") || is_there("a/b/" LEDGER "-shm") ||
                 is_there("a/b/" LEDGER "-journal") || is_there("a/b/" LEDGER ".part"));
    assert_int_equal(read_file("a/b/" LEDGER ".lock", &arena).len, 0);
}

/* What a run that was killed while it made the ledger, or a power cut, left. */
static void test_store__makes_the_file_whole_or_not_at_all(void **state)
{
    (void)state;
    write_file(LEDGER, SES_STR(""));
    write_file(LEDGER ".part", SES_STR("half of a ledger"));
    write_file(LEDGER ".lock", SES_STR("of somebody who is gone"));
    make_ledger(LEDGER, "k");
    assert_false(is_there(LEDGER ".part"));
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_READ);
    assert_list(ledger, "k example.edu\n");
}

static void test_store__takes_any_path(void **state)
{
    static const char *const paths[] = {"a?immutable=1", "50%41", "a#b",         "file:x",
                                        ":memory:",      "./ a ", "\xC3\xBC\xFF"};

    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct ses_ledger *ledger SES_CLEANUP(close_ledger) = NULL;

        make_ledger(paths[i], "k");
        ASSERT_ROW(paths[i], is_there(paths[i]));
        COLLECT(collect);
        ASSERT_ROW(paths[i], ses_ledger_open(paths[i], SES_LEDGER_READ, OWNER, &ledger,
                                             &collect.findings) == 0);
        assert_list(ledger, "k example.edu\n");
    }
}

/* Everything that must not change. */
struct picture {
    struct ses_str bytes, log;
    struct timespec changed;
};

static struct picture take_picture(struct ses_arena *arena)
{
    struct picture picture = {.bytes = read_file("f", arena)};
    struct stat status;

    if (is_there("f-wal"))
        picture.log = read_file("f-wal", arena);
    assert_int_equal(stat("f", &status), 0);
    picture.changed = status.st_mtim;
    return picture;
}

static void assert_same_picture(const struct picture *before, bool had_log)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct picture after = take_picture(&arena);

    assert_int_equal(after.bytes.len, before->bytes.len);
    assert_memory_equal(after.bytes.ptr, before->bytes.ptr, before->bytes.len);
    assert_int_equal(after.log.len, before->log.len);
    assert_memory_equal(after.log.ptr ? after.log.ptr : "", before->log.ptr ? before->log.ptr : "",
                        before->log.len);
    assert_true(before->changed.tv_sec == after.changed.tv_sec &&
                before->changed.tv_nsec == after.changed.tv_nsec);
    assert_true(is_there("f-wal") == had_log);
    assert_true(had_log || !is_there("f-shm"));
    assert_false(is_there("f-journal") || is_there("f.part"));
}

static void assert_refused(const char *code, bool had_log)
{
    static const enum ses_ledger_mode modes[] = {SES_LEDGER_READ, SES_LEDGER_WRITE};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct picture before = take_picture(&arena);

    for (size_t i = 0; i < COUNT(modes); i++) {
        struct ses_ledger *ledger = NULL;

        COLLECT(collect);
        ASSERT_ROW(code, ses_ledger_open("f", modes[i], OWNER, &ledger, &collect.findings) ==
                             SES_EINVALID);
        assert_null(ledger);
        assert_string_equal(collect_codes(&collect), code);
        assert_same_picture(&before, had_log);
    }
}

static void test_store__leaves_foreign_files_alone(void **state)
{
    static const struct {
        const char *sql;
        struct ses_str bytes;
    } rows[] = {
        {NULL, SES_STR("x")},
        {NULL, SES_STR("Type,Name,Value\nTXT,a.edu,b\n")},
        {NULL, SES_STR("SQLite format 3\0")},
        {NULL, SES_STR("SQLite format 3\0and then a text that is none of a database's, for more "
                       "than the hundred bytes of a header, so that there is something to read")},
        {"CREATE TABLE a (b)", {0}},
        {"CREATE TABLE a (b); PRAGMA user_version = 1", {0}},
        {"CREATE TABLE a (b); PRAGMA application_id = 1; PRAGMA user_version = 1", {0}},
        {"PRAGMA journal_mode = WAL; CREATE TABLE a (b)", {0}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        unlink("f");
        if (rows[i].sql)
            run_sql("f", rows[i].sql);
        else
            write_file("f", rows[i].bytes);
        assert_refused("ledger-foreign", false);
        assert_false(is_there("f.lock"));
    }
}

static void test_store__refuses_what_is_no_file(void **state)
{
    static const enum ses_ledger_mode modes[] = {SES_LEDGER_READ, SES_LEDGER_WRITE};

    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_int_equal(symlink("nowhere", "link"), 0);
    for (size_t i = 0; i < COUNT(modes); i++) {
        struct ses_ledger *ledger = NULL;

        COLLECT(collect);
        assert_int_equal(ses_ledger_open("pipe", modes[i], OWNER, &ledger, &collect.findings),
                         SES_EINVALID);
        assert_int_equal(ses_ledger_open("folder", modes[i], OWNER, &ledger, &collect.findings),
                         SES_EIO);
        assert_int_equal(ses_ledger_open("link", modes[i], OWNER, &ledger, &collect.findings),
                         SES_EIO);
        assert_string_equal(collect_codes(&collect),
                            "ledger-foreign ledger-unreadable ledger-unreadable");
    }
    assert_false(is_there("nowhere"));
}

static void test_store__refuses_what_is_damaged_or_newer(void **state)
{
    static const struct {
        const char *sql, *code;
    } rows[] = {
        {"PRAGMA user_version = 2", "ledger-newer"},
        {"PRAGMA user_version = 2147483647", "ledger-newer"},
        {"PRAGMA user_version = 0", "ledger-damaged"},
        {"PRAGMA user_version = -1", "ledger-damaged"},
        {"DROP TABLE extra", "ledger-damaged"},
        {"ALTER TABLE ticket RENAME COLUMN key TO lock", "ledger-damaged"},
        {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'nonsense' WHERE name = "
         "'node'",
         "ledger-damaged"},
        {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 4711 WHERE name = "
         "'node'",
         "ledger-damaged"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        unlink("f");
        make_ledger("f", "k");
        run_sql("f", rows[i].sql);
        assert_refused(rows[i].code, false);
    }
}

static void test_store__refuses_a_file_with_a_page_of_another(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str bytes;
    char *pages;

    (void)state;
    make_ledger("f", "k");
    bytes = read_file("f", &arena);
    pages = ses_arena_alloc(&arena, bytes.len);
    assert_non_null(pages);
    memcpy(pages, bytes.ptr, bytes.len);
    memset(pages + 4096, 0xA5, 4096);
    write_file("f", (struct ses_str){pages, bytes.len});
    assert_refused("ledger-damaged", false);
    /* One that was cut short. */
    write_file("f", ses_str_slice(bytes, 0, bytes.len - 5000));
    assert_refused("ledger-damaged", false);
}

/* Runs `work` in a process of its own that ends as by kill -9. */
static void run_and_kill(void (*work)(void))
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0) {
        work();
        raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void raise_version(void)
{
    sqlite3 *database = NULL;

    sqlite3_open("f", &database);
    sqlite3_exec(database, "PRAGMA user_version = 2; PRAGMA user_version = 3", NULL, NULL, NULL);
}

/* The file itself says version 1; what makes it newer stands in the log of a newer program that was
 * killed. Both stay as they are. */
static void test_store__sees_what_only_the_log_says(void **state)
{
    (void)state;
    make_ledger("f", "k");
    run_and_kill(raise_version);
    assert_true(is_there("f-wal"));
    assert_refused("ledger-newer", true);
}

/* A column that is empty where none can be, which shows only when all pages are read. */
static void put_null(void)
{
    sqlite3 *database = NULL;

    sqlite3_open("f", &database);
    sqlite3_exec(database,
                 "CREATE TABLE was AS SELECT sql FROM sqlite_schema WHERE name = 'extra';"
                 "PRAGMA writable_schema = ON;"
                 "UPDATE sqlite_schema SET sql = replace(sql, 'value TEXT NOT NULL', 'value TEXT') "
                 "WHERE name = 'extra';"
                 "PRAGMA writable_schema = RESET;"
                 "INSERT INTO extra VALUES (1, 0, 'x_team', NULL);"
                 "PRAGMA writable_schema = ON;"
                 "UPDATE sqlite_schema SET sql = (SELECT sql FROM was) WHERE name = 'extra'",
                 NULL, NULL, NULL);
}

static void test_store__sees_damage_in_the_log(void **state)
{
    (void)state;
    make_ledger("f", "k");
    run_and_kill(put_null);
    assert_true(is_there("f-wal"));
    assert_refused("ledger-damaged", true);
}

static void make_foreign(void)
{
    sqlite3 *database = NULL;

    sqlite3_open("f", &database);
    sqlite3_exec(database, "PRAGMA journal_mode = WAL; CREATE TABLE a (b)", NULL, NULL, NULL);
}

static void test_store__leaves_a_foreign_log_alone(void **state)
{
    (void)state;
    run_sql("f", "PRAGMA application_id = 1; CREATE TABLE c (d)");
    run_and_kill(make_foreign);
    assert_true(is_there("f-wal"));
    assert_refused("ledger-foreign", true);
}

/* Three tickets, and not closed. */
static void write_three(void)
{
    static const char *const keys[] = {"a", "b", "c"};
    struct ses_arena arena = {0};
    struct ses_ledger *ledger = NULL;
    struct collect collect;

    collect_init(&collect, SES_NOTE);
    if (ses_ledger_open(LEDGER, SES_LEDGER_WRITE, OWNER, &ledger, &collect.findings) != 0)
        _exit(1);
    for (size_t i = 0; i < COUNT(keys); i++)
        intend(ledger, keys[i], SES_ADD, "", make_request(&poc, &arena), NOW, &collect.findings);
    if (ses_ledger_sent(ledger, SES_STR("b"), NOW, &collect.findings) != 0)
        _exit(2);
}

static void test_store__keeps_what_a_killed_program_wrote(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_ledger_ticket ticket;
    bool there;

    (void)state;
    run_and_kill(write_three);
    assert_true(is_there(LEDGER "-wal"));
    {
        COLLECT(collect);
        OPEN(ledger, SES_LEDGER_READ);
        assert_list(ledger, "a example.edu\nb example.edu\nc example.edu\n");
    }
    run_and_kill(write_three);
    COLLECT(collect);
    {
        OPEN(ledger, SES_LEDGER_WRITE);
        assert_list(ledger, "a example.edu\nb example.edu\nc example.edu\n");
        assert_int_equal(
            ses_ledger_find(ledger, SES_STR("b"), &arena, &ticket, &there, &collect.findings), 0);
        assert_true(there && ticket.sent_at == NOW);
    }
    assert_false(is_there(LEDGER "-wal") || is_there(LEDGER "-shm"));
}

static void test_store__reads_while_another_writes(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_request *request = make_request(&poc, &arena);

    (void)state;
    COLLECT(collect);
    {
        OPEN(writer, SES_LEDGER_WRITE);
        intend(writer, "a", SES_ADD, "", request, NOW, &collect.findings);
        {
            OPEN(reader, SES_LEDGER_READ);
            assert_list(reader, "a example.edu\n");
            intend(writer, "b", SES_ADD, "", request, NOW, &collect.findings);
            assert_list(reader, "a example.edu\nb example.edu\n");
        }
        intend(writer, "c", SES_ADD, "", request, NOW, &collect.findings);
    }
    assert_false(is_there(LEDGER "-wal") || is_there(LEDGER "-shm"));
}

/* A reader writes nothing, whatever it is asked. */
static void test_store__does_not_write_for_a_reader(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_str before;

    (void)state;
    make_ledger(LEDGER, "k");
    before = read_file(LEDGER, &arena);
    COLLECT(collect);
    {
        OPEN(ledger, SES_LEDGER_READ);
        assert_int_equal(ses_ledger_sent(ledger, SES_STR("k"), NOW, &collect.findings), SES_EIO);
        assert_string_equal(collect_codes(&collect), "ledger-failed");
    }
    assert_memory_equal(read_file(LEDGER, &arena).ptr, before.ptr, before.len);
    assert_int_equal(unlink(LEDGER), 0);
    collect_clear(&collect);
    {
        OPEN(ledger, SES_LEDGER_READ);
        assert_int_equal(ses_ledger_sent(ledger, SES_STR("k"), NOW, &collect.findings), SES_EIO);
        assert_string_equal(collect_codes(&collect), "ledger-failed");
    }
    assert_false(is_there(LEDGER));
}

/* Opens the ledger for writing in a process of its own, which says so and waits to be killed. */
static pid_t start_holder(const char *owner)
{
    int ends[2];
    pid_t child;
    char byte;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct ses_ledger *ledger = NULL;
        struct collect collect;

        collect_init(&collect, SES_NOTE);
        if (ses_ledger_open(LEDGER, SES_LEDGER_WRITE, owner, &ledger, &collect.findings) != 0 ||
            write(ends[1], "x", 1) != 1)
            _exit(1);
        /* Not for ever, where a test that fails does not come to kill it. */
        alarm(60);
        pause();
        _exit(2);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    return child;
}

static void assert_locked(const char *path, const char *lines)
{
    struct ses_ledger *ledger = NULL;

    COLLECT(collect);
    assert_int_equal(ses_ledger_open(path, SES_LEDGER_WRITE, OWNER, &ledger, &collect.findings),
                     SES_ECONFLICT);
    assert_null(ledger);
    assert_string_equal(collect_lines(&collect), lines);
}

static void test_store__has_one_writer(void **state)
{
    pid_t holder;

    (void)state;
    make_ledger(LEDGER, "k");
    assert_int_equal(symlink(LEDGER, "link"), 0);
    assert_int_equal(mkdir("folder", 0700), 0);
    holder = start_holder("submit, pid 4 of ann\x1b[31m on host\nsecond line");
    assert_locked(LEDGER, LEDGER ":0:0: ledger-locked 'submit, pid 4 of ann\x1b[31m on host'\n");
    /* By whatever name. */
    assert_locked("link", "link:0:0: ledger-locked 'submit, pid 4 of ann\x1b[31m on host'\n");
    assert_locked("folder/../" LEDGER,
                  "folder/../" LEDGER ":0:0: ledger-locked 'submit, pid 4 of ann\x1b[31m on "
                  "host'\n");
    COLLECT(collect);
    {
        OPEN(reader, SES_LEDGER_READ);
        assert_list(reader, "k example.edu\n");
    }
    assert_int_equal(kill(holder, SIGKILL), 0);
    assert_int_equal(waitpid(holder, NULL, 0), holder);
    OPEN(ledger, SES_LEDGER_WRITE);
    assert_list(ledger, "k example.edu\n");
    /* The same program may not either. */
    assert_locked(LEDGER, LEDGER ":0:0: ledger-locked '" OWNER "'\n");
}

static void test_store__cuts_a_long_owner(void **state)
{
    char owner[1000];
    char wanted[SES_MAX_SENTENCE];
    pid_t holder;

    (void)state;
    memset(owner, 'a', sizeof(owner));
    owner[sizeof(owner) - 1] = '\0';
    holder = start_holder(owner);
    snprintf(wanted, sizeof(wanted), LEDGER ":0:0: ledger-locked '%.255s'\n", owner);
    assert_locked(LEDGER, wanted);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
}

/* Somebody with the sqlite3 program knows nothing of our lock. */
static void test_store__says_who_keeps_it_busy(void **state)
{
    sqlite3 *other = NULL;

    (void)state;
    make_ledger(LEDGER, "k");
    assert_int_equal(sqlite3_open(LEDGER, &other), SQLITE_OK);
    COLLECT(collect);
    {
        OPEN(ledger, SES_LEDGER_WRITE);
        assert_int_equal(sqlite3_busy_timeout(ledger->database, 10), SQLITE_OK);
        assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(ses_ledger_sent(ledger, SES_STR("k"), NOW, &collect.findings), SES_EIO);
        assert_string_equal(collect_codes(&collect), "ledger-locked");
        assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(ses_ledger_sent(ledger, SES_STR("k"), NOW, &collect.findings), 0);
    }
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
}

/* How often SQLite made sure that something is on the disk: it calls these, and so finds ours. */
static size_t flushes;

int fsync(int file)
{
    flushes++;
    return (int)syscall(SYS_fsync, file);
}

int fdatasync(int file)
{
    flushes++;
    return (int)syscall(SYS_fdatasync, file);
}

static void test_store__has_intents_on_the_disk_and_marks_in_its_time(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_request *request = make_request(&poc, &arena);

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    for (int i = 0; i < 3; i++) {
        char key[] = {(char)('a' + i), '\0'};

        flushes = 0;
        intend(ledger, key, SES_ADD, "", request, NOW, &collect.findings);
        assert_true(flushes > 0);
        flushes = 0;
        assert_int_equal(ses_ledger_sent(ledger, ses_str_of(key), NOW, &collect.findings), 0);
        assert_int_equal(ses_ledger_attached(ledger, ses_str_of(key), NOW, &collect.findings), 0);
        assert_int_equal(flushes, 0);
    }
}

/* Gives up the rights of root, where it has them: then the folder is another's. */
static int read_without_rights(const char *wanted)
{
    struct ses_buf lines SES_CLEANUP(ses_buf_done);
    struct ses_ledger *ledger SES_CLEANUP(close_ledger) = NULL;
    struct collect collect SES_CLEANUP(collect_done);
    int error;

    ses_buf_init(&lines, 1000);
    collect_init(&collect, SES_NOTE);
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 1;
    if (access(".", W_OK) == 0)
        return 2;
    error = ses_ledger_open(LEDGER, SES_LEDGER_READ, OWNER, &ledger, &collect.findings);
    if (error == 0)
        error = ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, add_line, &lines,
                                &collect.findings);
    ses_ledger_closep(&ledger);
    if (error != 0)
        fprintf(stderr, "%s\n", collect_lines(&collect));
    if (error != 0 || strcmp(lines.ptr ? lines.ptr : "", wanted) != 0)
        return 3;
    error = ses_ledger_open(LEDGER, SES_LEDGER_WRITE, OWNER, &ledger, &collect.findings);
    return error == SES_EIO && strcmp(collect_codes(&collect), "ledger-unreadable") == 0 ? 0 : 4;
}

static void test_store__reads_in_a_folder_that_may_only_be_read(void **state)
{
    int status;
    pid_t child;

    (void)state;
    make_ledger(LEDGER, "k");
    assert_int_equal(unlink(LEDGER ".lock"), 0);
    assert_int_equal(chmod(LEDGER, 0444), 0);
    assert_int_equal(chmod(".", 0555), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(read_without_rights("k example.edu\n"));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(chmod(".", 0755), 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_false(is_there(LEDGER "-wal") || is_there(LEDGER "-shm"));
}

/* A disk that is full halfway through: the limit on the size of a file acts the same, and root has
 * it too. */
static void test_store__keeps_what_it_has_when_the_disk_is_full(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request *large = make_request(&poc, &arena);
    struct ses_ledger_intent intent = {
        .ticket = {.key = SES_STR("large"), .digest = SES_STR(DIGEST)},
        .requests = (const struct ses_request *const *)&large,
        .request_count = 1};
    struct rlimit old;
    struct rlimit tight;
    int error;

    (void)state;
    for (int i = 0; i < 5000; i++)
        add_record(large, &arena, SES_TXT, "_dmarc.", "v=DMARC1; p=none; rua=mailto:a@b.edu");
    make_ledger(LEDGER, "k");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    tight = old;
    tight.rlim_cur = 200000;
    signal(SIGXFSZ, SIG_IGN);
    COLLECT(collect);
    {
        OPEN(ledger, SES_LEDGER_WRITE);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
        error = ses_ledger_intend(ledger, &intent, 1, NOW, &collect.findings);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
        assert_int_equal(error, SES_EIO);
        assert_string_equal(collect_codes(&collect), "ledger-failed");
        assert_list(ledger, "k example.edu\n");
        assert_int_equal(ses_ledger_intend(ledger, &intent, 1, NOW, &collect.findings), 0);
    }
    OPEN(ledger, SES_LEDGER_READ);
    assert_list(ledger, "k example.edu\nlarge example.edu\n");
}

static void test_store__refuses_a_text_without_end(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request *request = make_request(&poc, &arena);
    struct ses_ledger_intent intent = {.ticket = {.key = SES_STR("k"), .digest = SES_STR(DIGEST)},
                                       .requests = (const struct ses_request *const *)&request,
                                       .request_count = 1};
    char *text = ses_arena_alloc(&arena, SES_MAX_LEDGER_ROW + 1);

    (void)state;
    assert_non_null(text);
    memset(text, 'a', SES_MAX_LEDGER_ROW + 1);
    request->purpose = (struct ses_str){text, SES_MAX_LEDGER_ROW + 1};
    COLLECT(collect);
    {
        OPEN(ledger, SES_LEDGER_WRITE);
        assert_int_equal(ses_ledger_intend(ledger, &intent, 1, NOW, &collect.findings), SES_EIO);
        assert_string_equal(collect_codes(&collect), "ledger-failed");
        assert_list(ledger, "");
        request->purpose.len = SES_MAX_LEDGER_ROW / 2;
        assert_int_equal(ses_ledger_intend(ledger, &intent, 1, NOW, &collect.findings), 0);
    }
    run_sql(LEDGER, "UPDATE request SET purpose = printf('%.*c', 5000000, 'x')");
    collect_clear(&collect);
    {
        struct ses_ledger *ledger SES_CLEANUP(close_ledger) = NULL;
        int error = ses_ledger_open(LEDGER, SES_LEDGER_READ, OWNER, &ledger, &collect.findings);

        if (error == 0)
            error = ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, add_line, NULL,
                                    &collect.findings);
        assert_true(error == SES_EIO || error == SES_EINVALID);
        assert_string_equal(collect_codes(&collect), "ledger-damaged");
    }
}

static void test_store__refuses_a_list_without_end(void **state)
{
    struct ses_buf lines SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&lines, 1000);
    make_ledger(LEDGER, "k");
    run_sql(LEDGER, "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < "
                    "400001) INSERT INTO extra SELECT 1, i, 'x_team', '' FROM n");
    COLLECT(collect);
    {
        OPEN(ledger, SES_LEDGER_READ);
        assert_int_equal(ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, add_line, &lines,
                                         &collect.findings),
                         SES_EIO);
        assert_string_equal(collect_lines(&collect), LEDGER ":0:0: ledger-damaged 'example.edu'\n");
    }
    run_sql(LEDGER, "DELETE FROM extra WHERE position = 1");
    OPEN(ledger, SES_LEDGER_READ);
    assert_list(ledger, "k example.edu\n");
}

static int add_all(void *context, const struct ses_ledger_item *item)
{
    struct ses_buf *out = context;
    const struct ses_ledger_ticket *ticket = &item->ticket;
    const struct ses_request *request = item->request;
    char asked[SES_DATE_TEXT];
    char holds[SES_DATE_TEXT];

    ses_date_format(request->lifetime.expires, asked);
    ses_date_format(item->lifetime.expires, holds);
    ses_buf_printf(out, "%s %s %s %s %s %s %s %s %lld %lld %lld %lld\n", ticket->key.ptr,
                   ses_operation_name(ticket->operation), ticket->refers_to.ptr,
                   ticket->instance.ptr, ticket->table.ptr, ticket->record.ptr, ticket->number.ptr,
                   ticket->state.ptr, (long long)ticket->intended_at, (long long)ticket->sent_at,
                   (long long)ticket->opened_at, (long long)ticket->attached_at);
    ses_buf_printf(out, "  %d %s %s %d %s %s %s %s %s %s %s\n", (int)request->kind,
                   request->subject.ptr, request->zone.ptr ? request->zone.ptr : "",
                   (int)request->lifetime.kind, asked, request->contact.ptr, request->purpose.ptr,
                   request->account.ptr, request->region.ptr, request->group.ptr, request->digest);
    ses_buf_printf(out, "  %d %lld %lld %s %s %d %s\n", (int)item->dns, (long long)item->dns_at,
                   (long long)item->removed_at, item->removed_by.ptr, item->renewed_by.ptr,
                   (int)item->lifetime.kind, holds);
    for (size_t i = 0; i < request->record_count; i++)
        ses_buf_printf(out, "  %s %s %s\n", ses_rrtype_name(request->records[i]->type),
                       request->records[i]->owner.ptr, request->records[i]->value.ptr);
    for (size_t i = 0; i < request->node_count; i++)
        ses_buf_printf(out, "  %s %s %s\n", request->nodes[i].name.ptr,
                       request->nodes[i].address.text, request->nodes[i].allocation.ptr);
    for (size_t i = 0; i < request->extra_count; i++)
        ses_buf_printf(out, "  %s %s\n", request->extra_names[i].ptr, request->extra_values[i].ptr);
    return 0;
}

/* A file from the first released schema opens in every later version, and says the same. */
static void test_store__opens_a_ledger_of_version_1(void **state)
{
    static const enum ses_ledger_mode modes[] = {SES_LEDGER_READ, SES_LEDGER_WRITE,
                                                 SES_LEDGER_READ};
    static const char wanted[] =
        "sesdns-add-1 add  https://example.service-now.com incident "
        "0123456789abcdef0123456789abcdef INC0010001 New 1764547200 1764547201 1764547202 "
        "1764547203\n"
        "  0 example.edu example.edu 1 2026-03-31 Ann <ann@example.edu> newsletter 123456789012 "
        "us-west-2 physics ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
        "  2 1764640000 0  sesdns-renew-2 1 2026-06-30\n"
        "  TXT _dmarc.example.edu v=DMARC1; p=none;\n"
        "  CNAME abc._domainkey.example.edu abc.dkim.amazonses.com\n"
        "  x_team B\n"
        "sesdns-renew-2 renew sesdns-add-1    INC0010002  1764633600 0 1764633600 0\n"
        "  0 example.edu  1 2026-06-30      "
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ae\n"
        "  0 0 0   1 2026-06-30\n"
        "sesdns-add-3 add       1764720000 0 0 0\n"
        "  1 mail.example.edu  2 0000-00-00      "
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015af\n"
        "  0 0 0   2 0000-00-00\n"
        "  mail.example.edu 198.51.100.7 eipalloc-0123456789abcdef0\n";
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    run_sql(LEDGER, read_file(SES_SOURCE_DIR "/tests/unit/ledger-1.sql", &arena).ptr);
    for (size_t i = 0; i < COUNT(modes); i++) {
        struct ses_buf out SES_CLEANUP(ses_buf_done);

        ses_buf_init(&out, 10000);
        COLLECT(collect);
        OPEN(ledger, modes[i]);
        assert_int_equal(ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, add_all, &out,
                                         &collect.findings),
                         0);
        assert_string_equal(out.ptr, wanted);
    }
}

/* SQLite's own allocations, through the functions that main() has set. */
static struct {
    sqlite3_mem_methods methods;
    bool armed;
    bool fired;
    size_t left;
} memory;

static bool memory_fails(void)
{
    if (!memory.armed || memory.fired)
        return false;
    memory.fired = memory.left == 0;
    memory.left -= memory.left > 0;
    return memory.fired;
}

static void *allocate(int size)
{
    return memory_fails() ? NULL : memory.methods.xMalloc(size);
}

static void *reallocate(void *old, int size)
{
    return memory_fails() ? NULL : memory.methods.xRealloc(old, size);
}

/* Everything that a ledger does, once. */
static int use_all(const struct ses_request *request, struct ses_findings *findings)
{
    const struct ses_ledger_intent intents[] = {
        {.ticket = {.key = SES_STR("k"), .digest = SES_STR(DIGEST)},
         .requests = &request,
         .request_count = 1},
        {.ticket = {.key = SES_STR("r"), .digest = SES_STR(DIGEST), .operation = SES_RENEW},
         .requests = &request,
         .request_count = 1},
    };
    struct ses_ledger *ledger SES_CLEANUP(close_ledger) = NULL;
    struct ses_buf out SES_CLEANUP(ses_buf_done);
    const struct ses_ledger_ticket opened = {.number = SES_STR("INC1")};
    const struct ses_str key = SES_STR("k");
    int error = ses_ledger_open(LEDGER, SES_LEDGER_WRITE, OWNER, &ledger, findings);

    ses_buf_init(&out, 10000);
    if (error == 0)
        error = ses_ledger_intend(ledger, intents, COUNT(intents), NOW, findings);
    if (error == 0)
        error = ses_ledger_opened(ledger, key, &opened, NOW, findings);
    if (error == 0)
        error = ses_ledger_renewed(ledger, key, request->subject, SES_STR("r"), &request->lifetime,
                                   findings);
    if (error == 0)
        error = ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, add_all, &out, findings);
    if (error == 0)
        error = ses_ledger_forget(ledger, SES_STR("r"), findings);
    return error;
}

/* SQLite does without some of what it asks for, so that a run may come through; but it never comes
 * to anything else than "no memory", and the file is good afterwards. */
static void test_store__survives_each_failing_allocation_of_sqlite(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_request *request = make_request(&poc, &arena);
    size_t failures = 0;

    (void)state;
    /* Later ones come from the same places as those before: of them one of several is tried. */
    for (size_t n = 0;; n += 1 + n / 100) {
        int error;

        COLLECT(collect);
        memory.armed = true;
        memory.fired = false;
        memory.left = n;
        error = use_all(request, &collect.findings);
        memory.armed = false;
        if (error != 0 && error != SES_ENOMEM)
            fail_msg("allocation %zu failed: %d, %s", n, error, collect_lines(&collect));
        failures += error == SES_ENOMEM;
        if (failures % 25 == 0 || !memory.fired) {
            assert_int_equal(use_all(request, &collect.findings), 0);
            assert_int_equal(unlink(LEDGER), 0);
        }
        if (!memory.fired)
            break;
    }
    assert_true(failures > 200);
}

/* One bit of the file turned over: it is read, or refused, and nothing else. */
static void try_flipped(const struct ses_str bytes, size_t at, const struct ses_request *request)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_ledger *ledger SES_CLEANUP(close_ledger) = NULL;
    struct ses_buf out SES_CLEANUP(ses_buf_done);
    char *flipped = ses_arena_alloc(&arena, bytes.len);
    enum ses_ledger_mode mode = at % 3 == 0 ? SES_LEDGER_WRITE : SES_LEDGER_READ;
    int error;

    assert_non_null(flipped);
    memcpy(flipped, bytes.ptr, bytes.len);
    flipped[at] = (char)(flipped[at] ^ (1 << (at * 5 + at / 64) % 8));
    unlink("f-wal");
    unlink("f-shm");
    write_file("f", (struct ses_str){flipped, bytes.len});
    ses_buf_init(&out, 1000000);
    COLLECT(collect);
    error = ses_ledger_open("f", mode, OWNER, &ledger, &collect.findings);
    if (error == SES_EINVALID)
        assert_memory_equal(read_file("f", &arena).ptr, flipped, bytes.len);
    if (error == 0)
        error = ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, add_all, &out,
                                &collect.findings);
    if (error == 0 && mode == SES_LEDGER_WRITE) {
        const struct ses_ledger_intent intent = {
            .ticket = {.key = SES_STR("n"), .digest = SES_STR(DIGEST)},
            .requests = &request,
            .request_count = 1};

        error = ses_ledger_intend(ledger, &intent, 1, NOW, &collect.findings);
    }
    if (error != 0 && (error == SES_ENOMEM || *collect_codes(&collect) == '\0'))
        fail_msg("byte %zu: %d without a word", at, error);
}

static void test_store__survives_each_bit_that_is_turned_over(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_request *request = make_request(&poc, &arena);
    struct ses_str bytes;
    size_t tried = 0;

    (void)state;
    run_sql(LEDGER, read_file(SES_SOURCE_DIR "/tests/unit/ledger-1.sql", &arena).ptr);
    bytes = read_file(LEDGER, &arena);
    /* Of what is not zero, every ninth byte; of the rest, now and then one. */
    for (size_t at = 0; at < bytes.len; at++) {
        if (at % (bytes.ptr[at] != 0 ? 9 : 997) != 0)
            continue;
        try_flipped(bytes, at, request);
        tried++;
    }
    assert_true(tried > 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_store__takes_a_file_that_is_not_there_for_an_empty_ledger),
        IN_FOLDER(test_store__makes_a_file_for_its_owner_only),
        IN_FOLDER(test_store__makes_the_file_whole_or_not_at_all),
        IN_FOLDER(test_store__takes_any_path),
        IN_FOLDER(test_store__leaves_foreign_files_alone),
        IN_FOLDER(test_store__refuses_what_is_no_file),
        IN_FOLDER(test_store__refuses_what_is_damaged_or_newer),
        IN_FOLDER(test_store__refuses_a_file_with_a_page_of_another),
        IN_FOLDER(test_store__sees_what_only_the_log_says),
        IN_FOLDER(test_store__sees_damage_in_the_log),
        IN_FOLDER(test_store__leaves_a_foreign_log_alone),
        IN_FOLDER(test_store__keeps_what_a_killed_program_wrote),
        IN_FOLDER(test_store__reads_while_another_writes),
        IN_FOLDER(test_store__does_not_write_for_a_reader),
        IN_FOLDER(test_store__has_one_writer),
        IN_FOLDER(test_store__cuts_a_long_owner),
        IN_FOLDER(test_store__says_who_keeps_it_busy),
        IN_FOLDER(test_store__has_intents_on_the_disk_and_marks_in_its_time),
        IN_FOLDER(test_store__reads_in_a_folder_that_may_only_be_read),
        IN_FOLDER(test_store__keeps_what_it_has_when_the_disk_is_full),
        IN_FOLDER(test_store__refuses_a_text_without_end),
        IN_FOLDER(test_store__refuses_a_list_without_end),
        IN_FOLDER(test_store__opens_a_ledger_of_version_1),
        IN_FOLDER(test_store__survives_each_failing_allocation_of_sqlite),
        IN_FOLDER(test_store__survives_each_bit_that_is_turned_over),
    };
    sqlite3_mem_methods failing;

    /* Before SQLite's first use. Without its reserve of small pieces each allocation is one. */
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory.methods) != SQLITE_OK)
        return 1;
    failing = memory.methods;
    failing.xMalloc = allocate;
    failing.xRealloc = reallocate;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) != SQLITE_OK ||
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) != SQLITE_OK)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
