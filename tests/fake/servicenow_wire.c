/* SPDX-License-Identifier: MIT */
#include "servicenow_wire.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "servicenow_exchange.h"

#ifndef POLLRDHUP
#define POLLRDHUP 0
#endif

#define POLL_MS 50

static bool wait_writable(const struct sn_wire *wire)
{
    struct pollfd both[] = {{.fd = wire->socket, .events = POLLOUT}, {.fd = wire->stop}};

    return poll(both, 2, -1) > 0 && both[1].revents == 0 &&
           !(both[0].revents & (POLLERR | POLLHUP));
}

static bool send_all(const struct sn_wire *wire, const char *ptr, size_t len)
{
    while (len > 0) {
        ssize_t sent;
        bool again;

        if (wire->tls) {
            sent = gnutls_record_send(wire->tls, ptr, len);
            again = sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED;
        } else {
            sent = send(wire->socket, ptr, len, 0);
            again = sent < 0 && (errno == EAGAIN || errno == EINTR);
        }
        if (sent <= 0 && !(again && wait_writable(wire)))
            return false;
        if (sent > 0) {
            ptr += sent;
            len -= (size_t)sent;
        }
    }
    return true;
}

bool sn_wire_wait(int stop, int milliseconds)
{
    struct pollfd end = {.fd = stop};

    return poll(&end, 1, milliseconds) == 0;
}

/* Until the client goes, or the server does. Where the system does not tell that the other side
 * closed, reading from it does. */
static void hang(const struct sn_wire *wire)
{
    struct pollfd both[] = {{.fd = wire->socket, .events = POLLRDHUP}, {.fd = wire->stop}};
    char byte;

    for (;;) {
        if (poll(both, 2, POLL_MS) > 0)
            return;
        if (recv(wire->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
            return;
    }
}

void sn_wire_reset(const struct sn_wire *wire)
{
    struct linger now = {.l_onoff = 1};
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};

    /* To connect to nowhere is how Linux sends RST at once; elsewhere closing does. */
    setsockopt(wire->socket, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    (void)connect(wire->socket, &nowhere, sizeof(nowhere));
}

static size_t format_headers(const struct sn_exchange *exchange, const char *reason,
                             struct sn_bytes *text)
{
    size_t i;
    json_t *pair;

    sn_bytes_printf(text, "HTTP/1.1 %d %s\r\n", exchange->status, reason);
    json_array_foreach (exchange->reply_headers, i, pair)
        sn_bytes_printf(text, "%s: %s\r\n", json_string_value(json_array_get(pair, 0)),
                        json_string_value(json_array_get(pair, 1)));
    sn_bytes_printf(text, "Content-Length: %zu\r\nConnection: close\r\n\r\n", exchange->reply.len);
    return text->len;
}

static void send_slowly(const struct sn_wire *wire, const struct sn_bytes *text, int pace_ms)
{
    for (size_t i = 0; i < text->len; i++) {
        if (!send_all(wire, text->ptr + i, 1) || !sn_wire_wait(wire->stop, pace_ms))
            return;
    }
}

void sn_wire_end(const struct sn_wire *wire, const struct sn_exchange *exchange, const char *reason)
{
    struct sn_bytes text = {0};
    size_t headers = format_headers(exchange, reason, &text);

    if (exchange->reply.len > 0)
        sn_bytes_add(&text, exchange->reply.ptr, exchange->reply.len);
    switch (exchange->ending) {
    case SN_CUT_HEADERS:
        send_all(wire, text.ptr, headers / 2);
        break;
    case SN_CUT_BODY:
        send_all(wire, text.ptr, headers + exchange->reply.len / 2);
        break;
    case SN_SLOW:
        send_slowly(wire, &text, exchange->pace_ms);
        break;
    case SN_RESET:
        sn_wire_reset(wire);
        break;
    case SN_HANG:
        hang(wire);
        break;
    case SN_CUT:
    case SN_REPLY:
        break;
    }
    /* Now: the server closes its side when it comes to it. */
    if (exchange->ending != SN_RESET)
        shutdown(wire->socket, SHUT_RDWR);
    sn_bytes_done(&text);
}

bool sn_wire_certified(const struct sn_wire *wire)
{
    unsigned int wrong = 1, count = 0;

    return wire->tls && gnutls_certificate_get_peers(wire->tls, &count) && count > 0 &&
           gnutls_certificate_verify_peers2(wire->tls, &wrong) == GNUTLS_E_SUCCESS && wrong == 0;
}
