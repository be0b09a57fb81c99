/* SPDX-License-Identifier: MIT */
/* The connection below HTTP: what a server that fails does to it. */
#ifndef FAKE_SERVICENOW_WIRE_H
#define FAKE_SERVICENOW_WIRE_H

#include <stdbool.h>
#include <stddef.h>

struct sn_exchange;

struct sn_wire {
    int socket;
    void *tls; /* borrowed: a gnutls_session_t; NULL without TLS */
    int stop;  /* a descriptor that ends when the server does */
};

/* Ends the exchange in another way than as HTTP has it; the caller then closes the connection.
 * `reason` is the phrase behind the status. */
void sn_wire_end(const struct sn_wire *wire, const struct sn_exchange *exchange,
                 const char *reason);

/* RST to the client. */
void sn_wire_reset(const struct sn_wire *wire);

/* False where the server ended meanwhile. */
bool sn_wire_wait(int stop, int milliseconds);

/* True where the client showed a certificate that is trusted. */
bool sn_wire_certified(const struct sn_wire *wire);

#endif
