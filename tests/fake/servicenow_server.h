/* SPDX-License-Identifier: MIT */
/* The server: connections, their threads, and the one lock around what they share.
 *
 * Each connection has its thread, so that one which hangs holds up no other. A request is read,
 * then answered and committed under the lock, then its reply is sent without it. */
#ifndef FAKE_SERVICENOW_SERVER_H
#define FAKE_SERVICENOW_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "servicenow_exchange.h"

struct sn_server_options {
    int port;                 /* 0: any */
    const char *certificate;  /* PEM text; NULL without TLS */
    const char *key;          /* PEM text */
    const char *client_ca;    /* PEM text; NULL where no certificate is asked for */
    int delay_ms;             /* before each request is answered */
    const char *log, *record; /* a file, a folder; NULL for none */
};

struct MHD_Daemon;

struct sn_server {
    struct sn_core *core; /* borrowed */
    struct sn_server_options options;
    struct MHD_Daemon *daemon; /* owned */
    int port;
    int stop[2];                  /* owned: a pipe whose reading end ends with the server */
    int log;                      /* owned: a descriptor; negative for none */
    pthread_mutex_t lock;         /* around everything below, and the core */
    pthread_mutex_t sessions[64]; /* one at a time of each session, where the instance has it so */
    unsigned connections, in_flight, in_flight_most, new_sessions;
};

/* Listens on 127.0.0.1. Ends the program where that fails. */
void sn_server_start(struct sn_server *server, struct sn_core *core,
                     const struct sn_server_options *options);
void sn_server_stop(struct sn_server *server);

/* Answers a line of the control channel (README.md) with a line on `out`. */
void sn_server_control(struct sn_server *server, const char *line, FILE *out);

#endif
