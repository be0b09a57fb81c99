/* SPDX-License-Identifier: MIT */
/* One question over TCP (RFC 7766), for an answer that UDP had to cut. Nothing here waits. */
#ifndef SES_VERIFY_TCP_H
#define SES_VERIFY_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/attribute.h"
#include "base/str.h"
#include "verify/message.h"

struct ses_tcp {
    int fd;
    unsigned char out[SES_MAX_QUERY + 2]; /* the query behind its length */
    size_t out_len, out_at;
    unsigned char *in; /* owned: room for the longest message behind its length */
    size_t in_at;
};

/* Begins to connect. Returns 0, SES_ENOMEM or SES_EIO. */
int ses_tcp_open(const struct sockaddr *server, socklen_t server_len, struct ses_str query,
                 struct ses_tcp **ret_stream) SES_MUSTCHECK;

/* What poll(2) is to look for. */
short ses_tcp_events(const struct ses_tcp *tcp);

/* Goes on as far as it can without waiting. Returns 1 when the whole answer is there, 0 when not
 * yet, SES_EREMOTE when it will never be. */
int ses_tcp_step(struct ses_tcp *tcp) SES_MUSTCHECK;

/* The answer, once it is there. */
struct ses_str ses_tcp_message(const struct ses_tcp *tcp);

/* Takes NULL. */
void ses_tcp_close(struct ses_tcp *tcp);

#endif
