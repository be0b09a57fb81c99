/* SPDX-License-Identifier: MIT */
/* A server on loopback that does what it is told with each request, and counts what arrived.
 *
 * One thread, one connection at a time, no memory of its own: it can run beside alloc_fail.h. */
#ifndef SES_TESTS_HTTP_SERVER_H
#define SES_TESTS_HTTP_SERVER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* What comes after the reply. */
enum server_then {
    SERVER_KEEP,  /* the next request on the same connection */
    SERVER_CLOSE, /* an orderly end */
    SERVER_RESET, /* RST: as from a server that died */
    SERVER_HANG,  /* nothing, until the client goes away */
};

/* What is done with one request. */
struct server_step {
    const char *reply; /* borrowed; sent up to `cut` */
    size_t cut;        /* bytes of it; 0 is none */
    enum server_then then;
    bool unread;       /* does so when a request has begun to come, and reads none of it */
    unsigned delay_ms; /* between each two bytes */
};

struct server {
    int listener, stop[2];
    unsigned short port;
    pthread_t thread;
    const struct server_step *steps; /* borrowed */
    size_t step_count;
    size_t next; /* the step to come */
    /* What came: to be looked at after server_stop. */
    size_t arrived; /* whole requests */
    size_t writes;  /* of those, other than GET */
    size_t connections;
    volatile size_t closed; /* of those: may be waited for */
    char last[65536];       /* the last whole request */
    size_t last_len;
};

/* The whole of a reply. */
#define SERVER_WHOLE(text) (text), sizeof(text) - 1

/* Assertions of cmocka where it cannot be. */
void server_start(struct server *server, const struct server_step *steps, size_t count);
void server_stop(struct server *server);

/* "http://127.0.0.1:PORT". */
const char *server_origin(const struct server *server, char text[64]);

#endif
