/* SPDX-License-Identifier: MIT */
#include "http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* True where there is something to read; false when the test is over. */
static bool wait_for(const struct server *server, int descriptor, int milliseconds)
{
    struct pollfd items[] = {{.fd = server->stop[0], .events = POLLIN},
                             {.fd = descriptor, .events = POLLIN}};

    poll(items, descriptor < 0 ? 1 : 2, milliseconds);
    return items[0].revents == 0;
}

/* The length of the whole request at the beginning of `bytes`, which has a NUL behind it; 0 where
 * it is not whole. */
static size_t request_len(const char *bytes, size_t len)
{
    const char *end = memmem(bytes, len, "\r\n\r\n", 4);
    const char *length = strcasestr(bytes, "\r\nContent-Length:");
    size_t whole;

    if (!end)
        return 0;
    whole = (size_t)(end - bytes) + 4;
    if (length && length < end)
        whole += strtoul(length + 17, NULL, 10);
    return whole <= len ? whole : 0;
}

static bool read_request(struct server *server, int connection)
{
    size_t len = 0;

    for (;;) {
        ssize_t got;

        if (!wait_for(server, connection, -1))
            return false;
        got = recv(connection, server->last + len, sizeof(server->last) - 1 - len, 0);
        if (got <= 0)
            return false;
        len += (size_t)got;
        server->last[len] = '\0';
        server->last_len = request_len(server->last, len);
        if (server->last_len > 0)
            break;
    }
    server->arrived++;
    server->writes += strncmp(server->last, "GET ", 4) != 0;
    return true;
}

static void send_reply(const struct server *server, int connection, const struct server_step *step)
{
    size_t at = 0;

    while (at < step->cut) {
        size_t piece = step->delay_ms > 0 ? 1 : step->cut - at;
        ssize_t sent = send(connection, step->reply + at, piece, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        at += (size_t)sent;
        if (step->delay_ms > 0 && !wait_for(server, -1, (int)step->delay_ms))
            return;
    }
}

static void serve(struct server *server, int connection)
{
    static const struct server_step none = {.then = SERVER_CLOSE};
    const struct linger linger = {.l_onoff = 1, .l_linger = 0};
    const struct server_step *step;

    do {
        step = server->next < server->step_count ? &server->steps[server->next] : &none;
        if (step->unread ? !wait_for(server, connection, -1) : !read_request(server, connection))
            break;
        server->next++;
        send_reply(server, connection, step);
    } while (step->then == SERVER_KEEP);
    if (step->then == SERVER_HANG) {
        char byte;

        while (wait_for(server, connection, -1) && recv(connection, &byte, 1, 0) > 0)
            ;
    }
    if (step->then == SERVER_RESET)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    close(connection);
    server->closed++;
}

static void *run(void *context)
{
    struct server *server = context;

    while (wait_for(server, server->listener, -1)) {
        int connection = accept(server->listener, NULL, NULL);

        if (connection < 0)
            continue;
        server->connections++;
        serve(server, connection);
    }
    return NULL;
}

void server_start(struct server *server, const struct server_step *steps, size_t count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(address);

    memset(server, 0, sizeof(*server));
    server->steps = steps;
    server->step_count = count;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(server->listener >= 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(server->listener, 16), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &len), 0);
    server->port = ntohs(address.sin_port);
    assert_int_equal(pipe(server->stop), 0);
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
}

void server_stop(struct server *server)
{
    assert_int_equal(write(server->stop[1], "", 1), 1);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->stop[1]);
    close(server->listener);
}

const char *server_origin(const struct server *server, char text[64])
{
    snprintf(text, 64, "http://127.0.0.1:%u", server->port);
    return text;
}
