/* SPDX-License-Identifier: MIT */
/* A ServiceNow to test against: the addresses that sesdns uses, with the behaviour and the failures
 * that were seen of real instances. README.md says how to start it and what it does. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#include "servicenow_seed.h"
#include "servicenow_server.h"

static const char usage[] =
    "usage: fake-servicenow --state DIR [--port N] [--tls CERTIFICATE --key KEY] [--client-ca "
    "FILE]\n"
    "                       [--config FILE] [--faults FILE] [--delay-ms N] [--log FILE]\n"
    "                       [--record DIR] [--control]\n"
    "       fake-servicenow --dump DIR\n"
    "       fake-servicenow --list-faults\n";

enum flag {
    STATE = 1,
    PORT,
    TLS,
    KEY,
    CLIENT_CA,
    CONFIG,
    FAULTS,
    DELAY,
    LOG,
    RECORD,
    CONTROL,
    DUMP,
    LIST,
    FLAGS
};

static const struct option options[] = {
    {"state", required_argument, NULL, STATE},
    {"port", required_argument, NULL, PORT},
    {"tls", required_argument, NULL, TLS},
    {"key", required_argument, NULL, KEY},
    {"client-ca", required_argument, NULL, CLIENT_CA},
    {"config", required_argument, NULL, CONFIG},
    {"faults", required_argument, NULL, FAULTS},
    {"delay-ms", required_argument, NULL, DELAY},
    {"log", required_argument, NULL, LOG},
    {"record", required_argument, NULL, RECORD},
    {"control", no_argument, NULL, CONTROL},
    {"dump", required_argument, NULL, DUMP},
    {"list-faults", no_argument, NULL, LIST},
    {NULL, 0, NULL, 0},
};

static void *allocate(size_t size)
{
    return sn_alloc(size);
}

static char *read_text(const char *path)
{
    struct sn_bytes bytes;

    if (!path)
        return NULL;
    if (!sn_read_file(path, &bytes))
        sn_die("%s: %s", path, strerror(errno));
    return bytes.ptr;
}

static void read_faults(struct sn_core *core, const char *path)
{
    char *text = read_text(path);
    const char *why = NULL;
    size_t line = text ? sn_faults_read(&core->faults, text, &why) : 0;

    if (line > 0)
        sn_die("%s:%zu: %s", path, line, why);
    free(text);
}

static int dump(const char *folder)
{
    struct sn_store store;
    json_t *document;

    sn_store_look(&store, folder);
    document = sn_store_dump(&store);
    json_dumpf(document, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(document);
    sn_store_close(&store);
    return fflush(stdout) == 0 ? 0 : 3;
}

static void on_signal(int number)
{
    (void)number;
}

/* Signals that end the program reach it only in pselect, and so in no thread but this one. */
static sigset_t block_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t ending, before;

    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGHUP);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    pthread_sigmask(SIG_BLOCK, &ending, &before);
    return before;
}

/* Answers the control channel, line by line, until it or the program ends. */
static void serve(struct sn_server *server, bool control, const sigset_t *signals)
{
    char line[4096];
    size_t len = 0;

    for (;;) {
        fd_set set;
        char *end;

        FD_ZERO(&set);
        FD_SET(STDIN_FILENO, &set);
        if (pselect(control ? STDIN_FILENO + 1 : 0, &set, NULL, NULL, NULL, signals) < 0)
            return;
        if (len == sizeof(line) || read(STDIN_FILENO, line + len, 1) != 1)
            return;
        end = line + len++;
        if (*end != '\n')
            continue;
        *end = '\0';
        sn_server_control(server, line, stdout);
        len = 0;
    }
}

static int run(const char *const given[FLAGS])
{
    struct sn_core core = {0};
    struct sn_server server;
    struct sn_server_options setup = {.log = given[LOG], .record = given[RECORD]};
    char *certificate = read_text(given[TLS]), *key = read_text(given[KEY]);
    char *client_ca = read_text(given[CLIENT_CA]);
    sigset_t signals = block_signals();
    json_t *seeds;

    setup.port = given[PORT] ? atoi(given[PORT]) : 0;
    setup.delay_ms = given[DELAY] ? atoi(given[DELAY]) : 0;
    setup.certificate = certificate;
    setup.key = key;
    setup.client_ca = client_ca;
    sn_instance_load(&core.instance, FAKE_SERVICENOW_INSTANCE, given[CONFIG]);
    seeds = sn_seed_rows(&core.instance);
    sn_store_open(&core.store, given[STATE], seeds);
    read_faults(&core, given[FAULTS]);
    sn_server_start(&server, &core, &setup);
    printf("listening %s://127.0.0.1:%d\n", core.tls ? "https" : "http", server.port);
    fflush(stdout);
    serve(&server, given[CONTROL] != NULL, &signals);
    sn_server_stop(&server);
    sn_store_close(&core.store);
    sn_faults_done(&core.faults);
    json_decref(core.rate.windows);
    sn_instance_done(&core.instance);
    json_decref(seeds);
    free(certificate);
    free(key);
    free(client_ca);
    return 0;
}

int main(int argc, char **argv)
{
    const char *given[FLAGS] = {0};
    int option;

    json_set_alloc_funcs(allocate, free);
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option < 1 || option >= FLAGS) {
            fputs(usage, stderr);
            return 2;
        }
        given[option] = optarg ? optarg : "";
    }
    if (given[LIST]) {
        sn_faults_list();
        return 0;
    }
    if (given[DUMP])
        return dump(given[DUMP]);
    if (optind != argc || !given[STATE] || !given[TLS] != !given[KEY]) {
        fputs(usage, stderr);
        return 2;
    }
    return run(given);
}
