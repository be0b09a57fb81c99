/* SPDX-License-Identifier: MIT */
/* The client over TLS, against the server of openssl(1). What may be sent to a host whose
 * certificate does not verify is nothing; what a host refuses for ours was not executed. */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "collect.h"
#include "submit/http.h"

extern char **environ;

/* Certificates: of the server, of a server of another name, of the client; each is its own
 * authority. */
static const char *const setup_command =
    "set -e; new() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
    "-keyout $1.key -out $1.pem -subj /CN=$1 -addext subjectAltName=$2 2>/dev/null; }; "
    "new here IP:127.0.0.1; new there DNS:there.example.edu; new client DNS:client; "
    "openssl ec -in client.key -aes256 -passout pass:geheim -out locked.key 2>/dev/null";

static int enter_folder(void **state)
{
    char folder[] = P_tmpdir "/sesdns-test-XXXXXX";

    *state = strdup(mkdtemp(folder) ? folder : "");
    if (!*state || chdir(*state) != 0 || ses_http_start() != 0)
        return -1;
    signal(SIGPIPE, SIG_IGN);
    if (system("openssl version >/dev/null 2>&1") != 0) {
        printf("skipped: openssl is not installed\n");
        exit(77);
    }
    return system(setup_command);
}

static int leave_folder(void **state)
{
    char command[64];

    ses_http_stop();
    if (chdir("/") != 0)
        return -1;
    snprintf(command, sizeof(command), "rm -rf '%s'", (const char *)*state);
    free(*state);
    return system(command);
}

struct server {
    pid_t process;
    int input, output;
    char origin[64];
    char said[65536]; /* all that it printed, which is what it read */
    size_t len;
};

/* Reads what it prints until that has `text` in it, or nothing comes for a while. */
static bool read_until(struct server *server, const char *text, int milliseconds)
{
    struct pollfd item = {.fd = server->output, .events = POLLIN};

    while (!strstr(server->said, text)) {
        ssize_t got;

        if (poll(&item, 1, milliseconds) <= 0)
            return false;
        got = read(server->output, server->said + server->len,
                   sizeof(server->said) - 1 - server->len);
        if (got <= 0)
            return false;
        server->len += (size_t)got;
        server->said[server->len] = '\0';
    }
    return true;
}

/* It prints what it reads, and sends what it is given. */
static void start(struct server *server, const char *options)
{
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                "Content-Length: 2\r\n\r\n{}";
    char command[512];
    char *const arguments[] = {(char *)"sh", (char *)"-c", command, NULL};
    posix_spawn_file_actions_t actions;
    int input[2];
    int output[2];
    unsigned port = 0;

    memset(server, 0, sizeof(*server));
    snprintf(command, sizeof(command), "exec openssl s_server -accept 127.0.0.1:0 %s 2>&1",
             options);
    assert_int_equal(pipe(input), 0);
    assert_int_equal(pipe(output), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, input[1]);
    posix_spawn_file_actions_addclose(&actions, output[0]);
    assert_int_equal(posix_spawn(&server->process, "/bin/sh", &actions, NULL, arguments, environ),
                     0);
    posix_spawn_file_actions_destroy(&actions);
    close(input[0]);
    close(output[1]);
    server->input = input[1];
    server->output = output[0];
    assert_true(read_until(server, "ACCEPT", 10000));
    assert_true(read_until(server, "\n", 10000));
    assert_int_equal(sscanf(strstr(server->said, "ACCEPT"), "ACCEPT 127.0.0.1:%u", &port), 1);
    snprintf(server->origin, sizeof(server->origin), "https://127.0.0.1:%u", port);
    assert_true(write(server->input, reply, sizeof(reply) - 1) > 0);
}

static void stop(struct server *server)
{
    /* What it read, it prints at once. */
    (void)read_until(server, "never said", 200);
    kill(server->process, SIGTERM);
    waitpid(server->process, NULL, 0);
    close(server->input);
    close(server->output);
}

static void test_http_tls__sends_only_to_whom_it_trusts(void **state)
{
    static const struct {
        const char *name, *server; /* its options */
        const char *ca_file, *certificate, *key, *password;
        enum ses_http_end end;
        bool arrives;
        const char *reason;
    } rows[] = {
        {"trusted", "-cert here.pem -key here.key", "here.pem", NULL, NULL, NULL, SES_HTTP_REPLIED,
         true, ""},
        {"unknown", "-cert here.pem -key here.key", NULL, NULL, NULL, NULL, SES_HTTP_UNUSABLE,
         false, "certificate"},
        {"other authority", "-cert here.pem -key here.key", "there.pem", NULL, NULL, NULL,
         SES_HTTP_UNUSABLE, false, "certificate"},
        {"other name", "-cert there.pem -key there.key", "there.pem", NULL, NULL, NULL,
         SES_HTTP_UNUSABLE, false, "certificate"},
        {"no such ca_file", "-cert here.pem -key here.key", "none.pem", NULL, NULL, NULL,
         SES_HTTP_UNUSABLE, false, "certificate"},
        {"client certificate", "-cert here.pem -key here.key -Verify 1 -CAfile client.pem",
         "here.pem", "client.pem", "client.key", NULL, SES_HTTP_REPLIED, true, ""},
        {"locked key", "-cert here.pem -key here.key -Verify 1 -CAfile client.pem", "here.pem",
         "client.pem", "locked.key", "geheim", SES_HTTP_REPLIED, true, ""},
        {"wrong password", "-cert here.pem -key here.key", "here.pem", "client.pem", "locked.key",
         "falsch", SES_HTTP_UNUSABLE, false, "key"},
        {"no such certificate", "-cert here.pem -key here.key", "here.pem", "none.pem", NULL, NULL,
         SES_HTTP_UNUSABLE, false, "certificate"},
        /* With TLS 1.3 the first byte has gone when the server says so. */
        {"none given",
         "-cert here.pem -key here.key -Verify 1 -verify_return_error -CAfile client.pem",
         "here.pem", NULL, NULL, NULL, SES_HTTP_UNUSABLE, false, "certificate required"},
        {"one that is not accepted",
         "-cert here.pem -key here.key -Verify 1 -verify_return_error -CAfile client.pem",
         "here.pem", "there.pem", "there.key", NULL, SES_HTTP_UNUSABLE, false, "alert"},
        {"the same, before TLS 1.3",
         "-tls1_2 -cert here.pem -key here.key -Verify 1 -verify_return_error -CAfile client.pem",
         "here.pem", "there.pem", "there.key", NULL, SES_HTTP_UNUSABLE, false, "alert"},
    };
    static const struct ses_http_request post = {
        .method = "POST", .target = {"/api/now/table/incident", 23}, .body = {"{}", 2}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct server server;
        struct ses_http_options options = {.ca_file = rows[i].ca_file,
                                           .certificate = rows[i].certificate,
                                           .key = rows[i].key,
                                           .key_password = rows[i].password,
                                           .connect_seconds = 20,
                                           .transfer_seconds = 20};
        struct ses_http_reply reply SES_CLEANUP(ses_http_reply_done);
        struct ses_http *http = NULL;

        start(&server, rows[i].server);
        ses_http_reply_init(&reply);
        options.origin = server.origin;
        assert_int_equal(ses_http_new(&options, &http), 0);
        assert_int_equal(http->send(http, &post, &reply), 0);
        ses_http_freep(&http);
        stop(&server);
        if (reply.end != rows[i].end || !strcasestr(reply.reason, rows[i].reason))
            fail_msg("%s: end %d, '%s'", rows[i].name, reply.end, reply.reason);
        ASSERT_ROW(rows[i].name, (strstr(server.said, "POST /api") != NULL) == rows[i].arrives);
        ASSERT_ROW(rows[i].name, !strstr(reply.reason, "geheim"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http_tls__sends_only_to_whom_it_trusts),
    };

    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
