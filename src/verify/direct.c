/* SPDX-License-Identifier: MIT */
#include "verify/direct.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "model/name.h"
#include "verify/message.h"
#include "verify/tcp.h"

#define FIRST_WINDOW 16
#define LEAST_WINDOW 4
#define WINDOW_PAUSE 1000 /* milliseconds in which losses count as one */

/* How long an answer is waited for, each time it is asked for. */
static const int patience[] = {1000, 2000, 4000};

#define ATTEMPTS (sizeof(patience) / sizeof(patience[0]))

#define STREAM_PATIENCE 5000 /* for TCP, from the first packet to the last */
#define MAX_STREAMS 32
#define MAX_SILENCE 64      /* questions in a row without an answer after which no more is asked */
#define MAX_FIRST_SILENCE 8 /* the same for a server that has never answered */
#define MAX_PACKETS 32 /* read before the next are asked: the server is to have work meanwhile */
#define RECEIVE_BUFFER (4 * 1024 * 1024)

/* What the answer that is waited for will tell. */
enum stage {
    STAGE_ASK,
    STAGE_UNCHECKED, /* the server failed: does it answer without validation? */
    STAGE_AGAIN,     /* it does: does it still fail with it? Then it is the validation. */
};

struct slot {
    bool used;
    bool wants_stream;
    struct ses_tcp *stream; /* owned; NULL over UDP */
    char name[SES_MAX_NAME + 1];
    struct ses_question question; /* its name is the text above */
    void (*done)(void *context, const struct ses_answer *answer);
    void *context; /* borrowed */
    uint16_t id;
    enum stage stage;
    bool edns;
    size_t attempt;
    int64_t deadline;
    int extended; /* of the failure in STAGE_ASK */
    char failure[160];
    struct slot *next_free;
};

struct direct {
    struct ses_resolver resolver; /* first, so that a resolver is a direct */
    struct ses_clock *clock;      /* borrowed */
    struct sockaddr_storage server;
    socklen_t server_len;
    int fd;
    struct slot slots[SES_MAX_IN_FLIGHT];
    struct slot *free;
    size_t used;
    size_t streams;
    uint16_t by_id[UINT16_MAX + 1]; /* slot number plus one; 0 for none */
    uint16_t ids[128];              /* random, not yet used */
    size_t ids_left;
    size_t window;       /* questions on their way at most */
    size_t threshold;    /* up to here it grows with each answer, then once a window */
    size_t since_growth; /* answers */
    int64_t window_cut;
    int64_t next_deadline;
    size_t silence;
    bool answered; /* ever */
    bool strays;   /* messages came that answer no question of ours */
    bool unreachable;
    struct ses_arena arena; /* of one answer */
    unsigned char packet[SES_MAX_MESSAGE];
};

static int parse_server(struct ses_str text, struct ses_address *ret_address, uint16_t *ret_port)
{
    size_t at = ses_str_find(text, '@');
    uint32_t port = 53;

    if (at < text.len &&
        (!ses_str_to_number(ses_str_slice(text, at + 1, text.len), UINT16_MAX, &port) || port == 0))
        return SES_EINVALID;
    *ret_port = (uint16_t)port;
    return ses_address_parse(ses_str_slice(text, 0, at), ret_address);
}

static void set_server(struct direct *direct, const struct ses_address *address, uint16_t port)
{
    struct sockaddr_in *in = (struct sockaddr_in *)&direct->server;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&direct->server;

    if (address->version == 4) {
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        memcpy(&in->sin_addr, address->bytes, sizeof(in->sin_addr));
        direct->server_len = sizeof(*in);
    } else {
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        memcpy(&in6->sin6_addr, address->bytes, sizeof(in6->sin6_addr));
        direct->server_len = sizeof(*in6);
    }
}

bool ses_direct_is_server(struct ses_str text)
{
    struct ses_address address;
    uint16_t port;

    return parse_server(text, &address, &port) == 0;
}

/* An id that no question on its way has. */
static int take_id(struct direct *direct, struct slot *slot)
{
    do {
        if (direct->ids_left == 0) {
            if (getrandom(direct->ids, sizeof(direct->ids), 0) != (ssize_t)sizeof(direct->ids))
                return SES_EIO;
            direct->ids_left = sizeof(direct->ids) / sizeof(direct->ids[0]);
        }
        slot->id = direct->ids[--direct->ids_left];
    } while (direct->by_id[slot->id] != 0);
    direct->by_id[slot->id] = (uint16_t)(slot - direct->slots + 1);
    return 0;
}

static void drop_stream(struct direct *direct, struct slot *slot)
{
    if (slot->stream)
        direct->streams--;
    ses_tcp_close(slot->stream);
    slot->stream = NULL;
    slot->wants_stream = false;
}

static void release(struct direct *direct, struct slot *slot)
{
    drop_stream(direct, slot);
    direct->by_id[slot->id] = 0;
    slot->used = false;
    slot->next_free = direct->free;
    direct->free = slot;
    direct->used--;
}

/* The slot is free when the caller is told, so that it can ask the next question at once. */
static void deliver(struct direct *direct, struct slot *slot, const struct ses_answer *answer)
{
    void (*done)(void *context, const struct ses_answer *answer) = slot->done;
    void *context = slot->context;

    release(direct, slot);
    done(context, answer);
}

static void deliver_failure(struct direct *direct, struct slot *slot, enum ses_answer_status status,
                            const char *reason)
{
    struct ses_answer answer = {.status = status, .reason = ses_str_of(reason)};

    deliver(direct, slot, &answer);
}

static void set_deadline(struct direct *direct, struct slot *slot, int64_t deadline)
{
    slot->deadline = deadline;
    if (deadline < direct->next_deadline)
        direct->next_deadline = deadline;
}

static struct ses_str write_query(const struct slot *slot, unsigned char bytes[SES_MAX_QUERY])
{
    unsigned flags = (slot->edns ? SES_QUERY_EDNS : 0U) |
                     (slot->stage == STAGE_UNCHECKED ? SES_QUERY_CHECKING : 0U);

    return (struct ses_str){(const char *)bytes,
                            ses_message_write_query(slot->id, &slot->question, flags, bytes)};
}

/* Errors that say that the server cannot be reached at all, and not only this packet. */
static bool is_unreachable(int number)
{
    return number == ECONNREFUSED || number == EHOSTUNREACH || number == ENETUNREACH ||
           number == EADDRNOTAVAIL || number == EACCES || number == EPERM;
}

/* What cannot be sent now counts as lost: it is sent again when its time is over. */
static void send_query(struct direct *direct, struct slot *slot)
{
    unsigned char bytes[SES_MAX_QUERY];
    struct ses_str query = write_query(slot, bytes);
    ssize_t sent = send(direct->fd, query.ptr, query.len, 0);

    /* The first error may be left from a packet before. */
    if (sent < 0 && errno == ECONNREFUSED)
        sent = send(direct->fd, query.ptr, query.len, 0);
    if (sent < 0 && is_unreachable(errno))
        direct->unreachable = true;
    set_deadline(direct, slot, direct->clock->now(direct->clock) + patience[slot->attempt]);
}

/* The same question in another way: as if it had not been asked yet. */
static void ask_anew(struct direct *direct, struct slot *slot)
{
    drop_stream(direct, slot);
    slot->attempt = 0;
    send_query(direct, slot);
}

static bool is_given_up(const struct direct *direct)
{
    return (direct->unreachable && !direct->answered) ||
           direct->silence >= (direct->answered ? MAX_SILENCE : MAX_FIRST_SILENCE);
}

static int ask(struct ses_resolver *resolver, const struct ses_question *question,
               void (*done)(void *context, const struct ses_answer *answer), void *context)
{
    struct direct *direct = (struct direct *)resolver;
    struct slot *slot = direct->free;
    int error;

    if (!slot || direct->used >= direct->window)
        return SES_ELIMIT;
    error = take_id(direct, slot);
    if (error != 0)
        return error;
    direct->free = slot->next_free;
    direct->used++;
    slot->used = true;
    slot->stage = STAGE_ASK;
    slot->edns = true;
    slot->attempt = 0;
    slot->extended = -1;
    slot->failure[0] = '\0';
    slot->done = done;
    slot->context = context;
    memcpy(slot->name, question->name.ptr, question->name.len);
    slot->question = (struct ses_question){{slot->name, question->name.len}, question->type};
    if (is_given_up(direct))
        set_deadline(direct, slot, 0);
    else
        send_query(direct, slot);
    return 0;
}

/* Fewer at a time from now on; what is lost together counts once. */
static void cut_window(struct direct *direct, int64_t now)
{
    if (now - direct->window_cut < WINDOW_PAUSE)
        return;
    direct->window_cut = now;
    direct->window = direct->window / 2 < LEAST_WINDOW ? LEAST_WINDOW : direct->window / 2;
    direct->threshold = direct->window;
}

static void time_out(struct direct *direct, struct slot *slot)
{
    if (slot->stream || slot->wants_stream) {
        deliver_failure(direct, slot, SES_ANSWER_TRUNCATED, "");
    } else if (slot->stage != STAGE_ASK) {
        deliver_failure(direct, slot, SES_ANSWER_SERVFAIL, slot->failure);
    } else if (direct->unreachable && !direct->answered) {
        deliver_failure(direct, slot, SES_ANSWER_UNREACHABLE, "");
    } else {
        direct->silence++;
        deliver_failure(direct, slot, SES_ANSWER_TIMEOUT,
                        direct->strays ? "messages came that answer no question" : "");
    }
}

static void expire(struct direct *direct, struct slot *slot, int64_t now)
{
    bool last = slot->attempt + 1 >= ATTEMPTS;

    if (slot->stream || slot->wants_stream || last || is_given_up(direct)) {
        time_out(direct, slot);
        return;
    }
    cut_window(direct, now);
    slot->attempt++;
    /* What stands between may drop what it does not know. */
    if (slot->attempt + 1 == ATTEMPTS)
        slot->edns = false;
    send_query(direct, slot);
}

static void expire_all(struct direct *direct, int64_t now)
{
    bool given_up = is_given_up(direct);

    if (now < direct->next_deadline && !given_up)
        return;
    direct->next_deadline = INT64_MAX;
    for (size_t i = 0; i < SES_MAX_IN_FLIGHT; i++) {
        struct slot *slot = &direct->slots[i];

        if (slot->used && (slot->deadline <= now || (given_up && !slot->stream)))
            expire(direct, slot, now);
        if (slot->used && slot->deadline < direct->next_deadline)
            direct->next_deadline = slot->deadline;
    }
}

/* Keeps what the server says of its failure, for people. */
static void keep_failure(struct slot *slot, const struct ses_message_head *head)
{
    const char *name = ses_message_extended_name(head->extended);

    slot->extended = head->extended;
    if (head->extended >= 0)
        snprintf(slot->failure, sizeof(slot->failure), "%s%s%.*s", name ? name : "",
                 name && head->extended_text.len > 0 ? ": " : "", SES_STR_ARG(head->extended_text));
}

/* A server that validates says SERVFAIL where an answer is bogus (RFC 4035 section 5.5), and some
 * say so in an extended error. True where the question was asked in another way instead of an end.
 */
static bool look_behind_failure(struct direct *direct, struct slot *slot,
                                const struct ses_message_head *head, struct ses_answer *answer)
{
    bool failed = answer->status == SES_ANSWER_SERVFAIL;
    bool may_be_bogus = slot->extended < 0 || ses_message_is_dnssec_error(slot->extended);

    switch (slot->stage) {
    case STAGE_ASK:
        if (!failed)
            return false;
        keep_failure(slot, head);
        may_be_bogus = slot->extended < 0 || ses_message_is_dnssec_error(slot->extended);
        if (!head->recursive || !may_be_bogus)
            break;
        slot->stage = STAGE_UNCHECKED;
        ask_anew(direct, slot);
        return true;
    case STAGE_UNCHECKED:
        if (answer->status > SES_ANSWER_LOOP) {
            *answer = (struct ses_answer){.status = SES_ANSWER_SERVFAIL};
            break;
        }
        slot->stage = STAGE_AGAIN;
        ask_anew(direct, slot);
        return true;
    case STAGE_AGAIN:
        if (!failed)
            return false;
        answer->status = SES_ANSWER_BOGUS;
        break;
    }
    answer->reason = ses_str_of(slot->failure);
    return false;
}

/* FORMERR, NOTIMP and BADVERS of a server that does not know EDNS (RFC 6891 section 7). */
static bool dislikes_edns(const struct slot *slot, const struct ses_message_head *head)
{
    return slot->edns && (head->rcode == 1 || head->rcode == 4 || head->rcode == 16);
}

static void note_answer(struct direct *direct)
{
    direct->answered = true;
    direct->silence = 0;
    if (direct->window >= SES_MAX_IN_FLIGHT ||
        (direct->window >= direct->threshold && ++direct->since_growth < direct->window))
        return;
    direct->since_growth = 0;
    direct->window++;
}

static int take_message(struct direct *direct, struct slot *slot, struct ses_str message)
{
    struct ses_message_head head;
    struct ses_answer answer;
    int error;

    ses_arena_clear(&direct->arena);
    error = ses_message_read(message, &slot->question, &direct->arena, &head, &answer);
    if (error != 0)
        return error;
    note_answer(direct);
    /* Only a server that validates may say so. */
    answer.secure &= answer.recursive;
    if (head.truncated && !slot->stream) {
        slot->wants_stream = true;
        set_deadline(direct, slot, direct->clock->now(direct->clock) + STREAM_PATIENCE);
    } else if (dislikes_edns(slot, &head)) {
        slot->edns = false;
        ask_anew(direct, slot);
    } else if (head.truncated) {
        deliver_failure(direct, slot, SES_ANSWER_TRUNCATED, "");
    } else if (!look_behind_failure(direct, slot, &head, &answer)) {
        deliver(direct, slot, &answer);
    }
    return 0;
}

static int take_packet(struct direct *direct, struct ses_str packet)
{
    uint16_t number = direct->by_id[ses_message_id(packet)];
    struct slot *slot = number > 0 ? &direct->slots[number - 1] : NULL;

    if (!slot || !ses_message_answers(packet, &slot->question)) {
        direct->strays = true;
        return 0;
    }
    /* The cut answer may come twice. */
    if (slot->stream || slot->wants_stream)
        return 0;
    return take_message(direct, slot, packet);
}

static int read_packets(struct direct *direct)
{
    int error = 0;

    for (int i = 0; i < MAX_PACKETS && error == 0; i++) {
        ssize_t len = recv(direct->fd, direct->packet, sizeof(direct->packet), 0);

        if (len < 0 && is_unreachable(errno))
            direct->unreachable = true;
        else if (len < 0)
            return 0;
        else
            error =
                take_packet(direct, (struct ses_str){(const char *)direct->packet, (size_t)len});
    }
    return error;
}

static int open_streams(struct direct *direct)
{
    for (size_t i = 0; i < SES_MAX_IN_FLIGHT && direct->streams < MAX_STREAMS; i++) {
        struct slot *slot = &direct->slots[i];
        unsigned char bytes[SES_MAX_QUERY];
        int error;

        if (!slot->used || !slot->wants_stream || slot->stream)
            continue;
        error = ses_tcp_open((const struct sockaddr *)&direct->server, direct->server_len,
                             write_query(slot, bytes), &slot->stream);
        if (error == SES_ENOMEM)
            return error;
        if (error != 0) {
            deliver_failure(direct, slot, SES_ANSWER_TRUNCATED, "");
            continue;
        }
        direct->streams++;
        set_deadline(direct, slot, direct->clock->now(direct->clock) + STREAM_PATIENCE);
    }
    return 0;
}

static int step_stream(struct direct *direct, struct slot *slot)
{
    int result = ses_tcp_step(slot->stream);
    struct ses_str message;

    if (result == 0)
        return 0;
    message = result == 1 ? ses_tcp_message(slot->stream) : (struct ses_str){0};
    if (ses_message_id(message) != slot->id || !ses_message_answers(message, &slot->question)) {
        deliver_failure(direct, slot, SES_ANSWER_TRUNCATED, "");
        return 0;
    }
    return take_message(direct, slot, message);
}

/* What poll(2) looks at: UDP first, then the streams. */
static nfds_t list_fds(const struct direct *direct, struct pollfd fds[1 + MAX_STREAMS],
                       size_t numbers[1 + MAX_STREAMS])
{
    nfds_t count = 0;

    fds[count++] = (struct pollfd){.fd = direct->fd, .events = POLLIN};
    for (size_t i = 0; i < SES_MAX_IN_FLIGHT && direct->streams > 0; i++) {
        const struct slot *slot = &direct->slots[i];

        if (!slot->used || !slot->stream)
            continue;
        numbers[count] = i;
        fds[count++] =
            (struct pollfd){.fd = slot->stream->fd, .events = ses_tcp_events(slot->stream)};
    }
    return count;
}

static int poll_once(struct direct *direct, int milliseconds)
{
    struct pollfd fds[1 + MAX_STREAMS];
    size_t numbers[1 + MAX_STREAMS];
    nfds_t count = list_fds(direct, fds, numbers);
    int error;

    if (poll(fds, count, milliseconds) < 0)
        return errno == EINTR ? 0 : SES_EIO;
    error = fds[0].revents != 0 ? read_packets(direct) : 0;
    for (nfds_t i = 1; i < count && error == 0; i++) {
        struct slot *slot = &direct->slots[numbers[i]];

        if (fds[i].revents != 0 && slot->used && slot->stream)
            error = step_stream(direct, slot);
    }
    return error;
}

static bool wants_streams(const struct direct *direct)
{
    bool wanted = false;

    for (size_t i = 0; i < SES_MAX_IN_FLIGHT && !wanted; i++)
        wanted = direct->slots[i].used && direct->slots[i].wants_stream && !direct->slots[i].stream;
    return wanted && direct->streams < MAX_STREAMS;
}

static int wait_answers(struct ses_resolver *resolver, int milliseconds)
{
    struct direct *direct = (struct direct *)resolver;
    int64_t now = direct->clock->now(direct->clock);
    int64_t left;
    int error;

    expire_all(direct, now);
    if (direct->used == 0)
        return 0;
    error = wants_streams(direct) ? open_streams(direct) : 0;
    if (error != 0)
        return error;
    left = direct->next_deadline - now;
    if (left < milliseconds)
        milliseconds = left > 0 ? (int)left : 0;
    return poll_once(direct, milliseconds);
}

static void free_direct(struct ses_resolver *resolver)
{
    struct direct *direct = (struct direct *)resolver;

    for (size_t i = 0; i < SES_MAX_IN_FLIGHT; i++)
        ses_tcp_close(direct->slots[i].stream);
    if (direct->fd >= 0)
        close(direct->fd);
    ses_arena_done(&direct->arena);
    free(direct);
}

static int open_socket(struct direct *direct)
{
    const int size = RECEIVE_BUFFER;

    direct->fd = socket(direct->server.ss_family, SOCK_DGRAM, 0);
    /* Connected: the kernel lets through only what comes from the server, and reports its errors.
     */
    if (direct->fd < 0 || fcntl(direct->fd, F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(direct->fd, F_SETFD, FD_CLOEXEC) != 0)
        return SES_EIO;
    setsockopt(direct->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    if (connect(direct->fd, (const struct sockaddr *)&direct->server, direct->server_len) != 0)
        direct->unreachable = true;
    return 0;
}

int ses_direct_new(struct ses_str server, struct ses_clock *clock,
                   struct ses_resolver **ret_resolver)
{
    struct ses_address address;
    struct direct *direct;
    uint16_t port;
    int error = parse_server(server, &address, &port);

    if (error != 0)
        return error;
    direct = calloc(1, sizeof(*direct));
    if (!direct)
        return SES_ENOMEM;
    set_server(direct, &address, port);
    direct->resolver = (struct ses_resolver){ask, wait_answers, free_direct};
    direct->clock = clock;
    direct->fd = -1;
    direct->window = FIRST_WINDOW;
    direct->threshold = SES_MAX_IN_FLIGHT;
    direct->next_deadline = INT64_MAX;
    for (size_t i = SES_MAX_IN_FLIGHT; i > 0; i--) {
        direct->slots[i - 1].next_free = direct->free;
        direct->free = &direct->slots[i - 1];
    }
    error = open_socket(direct);
    if (error != 0) {
        free_direct(&direct->resolver);
        return error;
    }
    *ret_resolver = &direct->resolver;
    return 0;
}
