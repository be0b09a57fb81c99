/* SPDX-License-Identifier: MIT */
#include "cli/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/netrc.h"
#include "cli/option.h"
#include "submit/auth.h"
#include "submit/code.h"
#include "submit/instance.h"

extern char **environ;

/* Bytes of a file with secrets; a netrc file can have many entries. */
#define MAX_FILE ((size_t)256 * 1024)

struct reader {
    const struct cli_options *options;
    struct ses_secrets *secrets;      /* what is being collected */
    struct cli_secret_file from_file; /* that of secrets_file */
    struct ses_findings *findings;
};

void cli_secret_file_done(struct cli_secret_file *file)
{
    ses_secrets_done(&file->secrets);
    free(file->path);
    *file = (struct cli_secret_file){0};
}

bool cli_secret_is_exposed(const struct stat *status)
{
    return (status->st_mode & 077) != 0 || status->st_uid != geteuid();
}

int cli_secret_file_add(struct cli_secret_file *file, const struct ses_secret_row *row,
                        const char *value, const char *path, size_t line, const struct stat *status)
{
    if (!file->path) {
        file->path = strdup(path);
        file->line = line;
        file->exposed = cli_secret_is_exposed(status);
    }
    if (!file->path)
        return SES_ENOMEM;
    if (row) {
        char **slot = ses_secret_slot(&file->secrets, row);

        ses_secret_free(*slot);
        *slot = strdup(value);
        if (!*slot)
            return SES_ENOMEM;
    }
    return 0;
}

static int report(struct reader *reader, enum ses_submit_code code, const char *path, size_t line,
                  const char *key, const char *sentence)
{
    const struct ses_finding finding = {.code = &ses_submit_codes[code],
                                        .place = {.file = path, .line = line},
                                        .value = ses_str_of(key)};
    int error = ses_finding_report(reader->findings, finding, "%s", sentence);

    return error != 0 ? error : SES_EINVALID;
}

static int report_exposed(struct reader *reader, const char *path, size_t line)
{
    return report(reader, SES_SUBMIT_OPEN_SECRET, path, line, NULL,
                  "the file has a secret in it, and others can read or write it");
}

static const char *setting(const struct reader *reader, enum ses_instance_setting name)
{
    return ses_instance_text(&reader->options->instance, name).ptr;
}

/* Reads into memory that is wiped: not through stdio, which keeps what it read. */
static int read_bytes(int descriptor, struct ses_buf *bytes)
{
    char piece[4096];
    ssize_t got;

    do {
        got = read(descriptor, piece, sizeof(piece));
        if (got > 0)
            ses_buf_add(bytes, (struct ses_str){piece, (size_t)got});
    } while ((got > 0 && ses_buf_status(bytes) == 0) || (got < 0 && errno == EINTR));
    ses_secret_wipe(piece, sizeof(piece));
    return got < 0 ? SES_EIO : ses_buf_status(bytes);
}

static int read_file(const char *path, struct ses_buf *bytes, struct stat *ret_status)
{
    int descriptor SES_CLEANUP(ses_folder_closep) = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0 || fstat(descriptor, ret_status) != 0)
        return SES_EIO;
    return read_bytes(descriptor, bytes);
}

static int report_unreadable(struct reader *reader, const char *path, int error)
{
    if (error == SES_ENOMEM)
        return error;
    return report(reader, SES_SUBMIT_NO_SECRET, path, 0,
                  error == SES_EIO ? strerror(errno) : ses_strerror(error),
                  "cannot read the file with secrets");
}

static const struct ses_secret_row *find_row(struct ses_str key)
{
    for (size_t i = 0; i < ses_secret_count; i++) {
        if (ses_str_eq(key, ses_str_of(ses_secret_rows[i].key)))
            return &ses_secret_rows[i];
    }
    return NULL;
}

/* Checks and copies. `source` says in the finding where it came from. */
static int keep(struct reader *reader, const struct ses_secret_row *row, struct ses_str value,
                const char *path, size_t line)
{
    const char *reason = ses_secret_refusal(value);
    char **slot = ses_secret_slot(reader->secrets, row);

    if (reason) {
        char sentence[64];

        snprintf(sentence, sizeof(sentence), "a secret %s", reason);
        return report(reader, SES_SUBMIT_NO_SECRET, path, line, row->key, sentence);
    }
    ses_secret_free(*slot);
    *slot = strndup(value.ptr, value.len);
    return *slot ? 0 : SES_ENOMEM;
}

/* A line of a secrets file. Unlike the config's, it has no comments behind values: every byte can
 * be one of a secret. */
static int take_line(struct reader *reader, struct ses_str line, size_t number, bool *inside,
                     const char *path, const struct stat *status)
{
    size_t equals = ses_str_find(line, '=');
    struct ses_str key = ses_str_trim(ses_str_slice(line, 0, equals));
    struct ses_str value = ses_str_trim(ses_str_slice(line, equals + 1, line.len));
    const struct ses_secret_row *row = find_row(key);
    char *copy;
    int error;

    if (line.len == 0 || line.ptr[0] == '#' || line.ptr[0] == ';')
        return 0;
    if (line.ptr[0] == '[') {
        *inside = ses_str_eq(line, SES_STR("[servicenow]"));
        return 0;
    }
    if (!*inside || equals == line.len || !row)
        return report(reader, SES_SUBMIT_BAD_SETTING, path, number, NULL,
                      "want [servicenow], and secrets as key = value below it");
    copy = strndup(value.ptr, value.len);
    if (!copy)
        return SES_ENOMEM;
    error = cli_secret_file_add(&reader->from_file, row, copy, path, number, status);
    ses_secret_free(copy);
    return error;
}

static int read_secrets_file(struct reader *reader)
{
    struct ses_buf bytes SES_CLEANUP(ses_secret_buf_done);
    const char *path = setting(reader, SES_INSTANCE_SECRETS_FILE);
    struct ses_str rest;
    struct ses_str line;
    struct stat status;
    bool inside = false;
    int error;

    ses_secret_buf_init(&bytes, MAX_FILE);
    error = read_file(path, &bytes, &status);
    if (error != 0)
        error = report_unreadable(reader, path, error);
    rest = ses_buf_str(&bytes);
    for (size_t number = 1; error == 0 && ses_str_split(&rest, '\n', &line); number++) {
        if (ses_str_ends(line, SES_STR("\r")))
            line.len--;
        error = take_line(reader, ses_str_trim(line), number, &inside, path, &status);
    }
    if (error == 0 && reader->from_file.exposed)
        error = report_exposed(reader, path, reader->from_file.line);
    return error;
}

/* The secret that password_command gives. */
static const char *main_secret(const struct reader *reader)
{
    static const char *const keys[SES_AUTH_KINDS] = {
        [SES_AUTH_BASIC] = "password",    [SES_AUTH_CLIENT_CREDENTIALS] = "client_secret",
        [SES_AUTH_PASSWORD] = "password", [SES_AUTH_REFRESH_TOKEN] = "refresh_token",
        [SES_AUTH_API_KEY] = "api_key",   [SES_AUTH_CERTIFICATE] = "key_password",
    };
    enum ses_auth_kind kind = SES_AUTH_BASIC;

    /* One of the names (instance.c). */
    (void)ses_auth_parse(ses_instance_text(&reader->options->instance, SES_INSTANCE_AUTH), &kind);
    return keys[kind];
}

/* Starts a shell whose standard output is the pipe. Standard input may be a manifest, and is not
 * the command's. */
static int start(const char *command, int output, pid_t *ret_child)
{
    char *const arguments[] = {(char *)"sh", (char *)"-c", (char *)(uintptr_t)command, NULL};
    posix_spawn_file_actions_t actions;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed != 0)
        return SES_ENOMEM;
    failed = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (failed == 0)
        failed = posix_spawn(ret_child, "/bin/sh", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    errno = failed;
    return failed == 0 ? 0 : SES_EIO;
}

/* Runs the command and reads what it prints. `*ret_status` is that of waitpid. */
static int run(const char *command, struct ses_buf *bytes, int *ret_status)
{
    int pipe_ends[2];
    pid_t child;
    pid_t ended;
    int error;

    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        return SES_EIO;
    error = start(command, pipe_ends[1], &child);
    close(pipe_ends[1]);
    if (error == 0) {
        error = read_bytes(pipe_ends[0], bytes);
        close(pipe_ends[0]);
        do
            ended = waitpid(child, ret_status, 0);
        while (ended < 0 && errno == EINTR);
        return error;
    }
    close(pipe_ends[0]);
    return error;
}

static int from_command(struct reader *reader, const struct ses_secret_row *row)
{
    struct ses_buf bytes SES_CLEANUP(ses_secret_buf_done);
    const char *command = setting(reader, SES_INSTANCE_PASSWORD_COMMAND);
    struct ses_str rest;
    struct ses_str line = {0};
    int status = 0;
    int error;

    ses_secret_buf_init(&bytes, MAX_FILE);
    if (!*command || strcmp(row->key, main_secret(reader)) != 0)
        return 0;
    error = run(command, &bytes, &status);
    if (error == SES_ENOMEM)
        return error;
    if (error != 0)
        return report(reader, SES_SUBMIT_NO_SECRET, NULL, 0, "password_command",
                      "what the command prints cannot be read");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return report(reader, SES_SUBMIT_NO_SECRET, NULL, 0, "password_command",
                      "the command for the secret failed");
    rest = ses_buf_str(&bytes);
    (void)ses_str_split(&rest, '\n', &line);
    if (ses_str_ends(line, SES_STR("\r")))
        line.len--;
    return keep(reader, row, line, NULL, 0);
}

static int from_variable(struct reader *reader, const struct ses_secret_row *row)
{
    const char *value = getenv(row->variable);

    return value && *value ? keep(reader, row, ses_str_of(value), NULL, 0) : 0;
}

static int from_one_file(struct reader *reader, const struct cli_secret_file *file,
                         const struct ses_secret_row *row)
{
    struct ses_secrets held = file->secrets;
    const char *value = *ses_secret_slot(&held, row);

    return value ? keep(reader, row, ses_str_of(value), file->path, 0) : 0;
}

static int from_secrets_file(struct reader *reader, const struct ses_secret_row *row)
{
    return from_one_file(reader, &reader->from_file, row);
}

static int from_config(struct reader *reader, const struct ses_secret_row *row)
{
    return from_one_file(reader, &reader->options->config_secrets, row);
}

/* The entry of the host of the instance. A file that is not there is none: its name is a default.
 */
static int from_netrc(struct reader *reader, const struct ses_secret_row *row)
{
    struct ses_buf bytes SES_CLEANUP(ses_secret_buf_done);
    struct cli_netrc_entry entry SES_CLEANUP(cli_netrc_entry_done) = {0};
    const char *user = setting(reader, SES_INSTANCE_USER);
    const char *path = setting(reader, SES_INSTANCE_NETRC);
    struct stat status;
    int error = 0;

    ses_secret_buf_init(&bytes, MAX_FILE);
    if (*path && strcmp(row->key, "password") == 0) {
        error = read_file(path, &bytes, &status);
        if (error == 0)
            error = cli_netrc_find(ses_buf_str(&bytes), setting(reader, SES_INSTANCE_ORIGIN), user,
                                   &entry);
        else if (error == SES_EIO && (errno == ENOENT || errno == ENOTDIR))
            error = 0;
        else
            error = report_unreadable(reader, path, error);
        if (error == 0 && entry.password && cli_secret_is_exposed(&status))
            error = report_exposed(reader, path, 0);
    }
    if (error == 0 && entry.password)
        error = keep(reader, row, ses_str_of(entry.password), path, 0);
    if (error == 0 && entry.login) {
        free(reader->secrets->user);
        reader->secrets->user = entry.login;
        entry.login = NULL;
    }
    return error;
}

/* In the order in which they are asked. */
static int (*const sources[])(struct reader *reader, const struct ses_secret_row *row) = {
    from_variable, from_command, from_secrets_file, from_config, from_netrc};

static int find(struct reader *reader, const struct ses_secret_row *row)
{
    int error = 0;

    for (size_t i = 0; error == 0 && i < sizeof(sources) / sizeof(sources[0]); i++) {
        if (!*ses_secret_slot(reader->secrets, row))
            error = sources[i](reader, row);
    }
    return error;
}

/* Finds one after the other, until nothing is missing or what is missing is nowhere. */
static int find_all(struct reader *reader)
{
    struct ses_auth_options needs = {.user = "?", .client_id = "?", .secrets = reader->secrets};
    const struct ses_secret_row *last = NULL;
    int error = 0;

    (void)ses_auth_parse(ses_instance_text(&reader->options->instance, SES_INSTANCE_AUTH),
                         &needs.kind);
    while (error == 0) {
        const struct ses_secret_row *row = find_row(ses_str_of(ses_auth_missing(&needs)));

        if (!row || row == last)
            return 0;
        error = find(reader, row);
        last = row;
    }
    return error;
}

/* What is in memory does not go to the disk when the program dies. Where that cannot be had it is
 * no reason to stop. */
static void forbid_core_dumps(void)
{
    const struct rlimit none = {0, 0};

    (void)setrlimit(RLIMIT_CORE, &none);
}

int cli_secrets_read(struct ses_secrets *secrets, const struct cli_options *options,
                     struct ses_findings *findings)
{
    const struct cli_secret_file *config = &options->config_secrets;
    struct reader reader = {.options = options, .secrets = secrets, .findings = findings};
    int error = 0;

    forbid_core_dumps();
    *secrets = (struct ses_secrets){0};
    if (config->exposed)
        return report_exposed(&reader, config->path, config->line);
    if (*setting(&reader, SES_INSTANCE_SECRETS_FILE))
        error = read_secrets_file(&reader);
    if (error == 0)
        error = find_all(&reader);
    if (error == 0 && *setting(&reader, SES_INSTANCE_CERTIFICATE))
        error = find(&reader, find_row(SES_STR("key_password")));
    cli_secret_file_done(&reader.from_file);
    return error;
}
