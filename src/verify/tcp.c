/* SPDX-License-Identifier: MIT */
#include "verify/tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

static bool would_wait(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINPROGRESS || errno == ENOTCONN ||
           errno == EINTR;
}

int ses_tcp_open(const struct sockaddr *server, socklen_t server_len, struct ses_str query,
                 struct ses_tcp **ret_stream)
{
    struct ses_tcp *tcp = calloc(1, sizeof(*tcp));

    if (!tcp)
        return SES_ENOMEM;
    tcp->in = malloc(SES_MAX_MESSAGE + 2);
    tcp->fd = socket(server->sa_family, SOCK_STREAM, 0);
    tcp->out[0] = (unsigned char)(query.len >> 8);
    tcp->out[1] = (unsigned char)query.len;
    memcpy(tcp->out + 2, query.ptr, query.len);
    tcp->out_len = query.len + 2;
    if (!tcp->in) {
        ses_tcp_close(tcp);
        return SES_ENOMEM;
    }
    if (tcp->fd < 0 || fcntl(tcp->fd, F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(tcp->fd, F_SETFD, FD_CLOEXEC) != 0 ||
        (connect(tcp->fd, server, server_len) != 0 && !would_wait())) {
        ses_tcp_close(tcp);
        return SES_EIO;
    }
    *ret_stream = tcp;
    return 0;
}

short ses_tcp_events(const struct ses_tcp *tcp)
{
    return tcp->out_at < tcp->out_len ? POLLOUT : POLLIN;
}

static int write_out(struct ses_tcp *tcp)
{
    ssize_t len = send(tcp->fd, tcp->out + tcp->out_at, tcp->out_len - tcp->out_at, MSG_NOSIGNAL);

    if (len < 0)
        return would_wait() ? 0 : SES_EREMOTE;
    tcp->out_at += (size_t)len;
    return 0;
}

/* The length stands in the first two octets. */
static size_t wanted(const struct ses_tcp *tcp)
{
    return tcp->in_at < 2 ? 2 : ((size_t)tcp->in[0] << 8 | tcp->in[1]) + 2;
}

static int read_in(struct ses_tcp *tcp)
{
    while (tcp->in_at < wanted(tcp)) {
        ssize_t len = recv(tcp->fd, tcp->in + tcp->in_at, wanted(tcp) - tcp->in_at, 0);

        if (len < 0)
            return would_wait() ? 0 : SES_EREMOTE;
        if (len == 0)
            return SES_EREMOTE;
        tcp->in_at += (size_t)len;
    }
    return 1;
}

int ses_tcp_step(struct ses_tcp *tcp)
{
    int error = tcp->out_at < tcp->out_len ? write_out(tcp) : 0;

    if (error != 0 || tcp->out_at < tcp->out_len)
        return error;
    return read_in(tcp);
}

struct ses_str ses_tcp_message(const struct ses_tcp *tcp)
{
    return (struct ses_str){(const char *)tcp->in + 2, tcp->in_at - 2};
}

void ses_tcp_close(struct ses_tcp *tcp)
{
    if (!tcp)
        return;
    if (tcp->fd >= 0)
        close(tcp->fd);
    free(tcp->in);
    free(tcp);
}
