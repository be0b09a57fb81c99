/* SPDX-License-Identifier: MIT */
#include "servicenow_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "servicenow_route.h"
#include "servicenow_wire.h"

/* Headers and target of a request must fit. */
#define CONNECTION_MEMORY ((size_t)64 * 1024)
#define MEBIBYTE 1048576

/* servicenow.md 1.4, "other recorded headers". */
static const char *const fixed_headers[][2] = {
    {"Server", "ServiceNow"},
    {"Strict-Transport-Security", "max-age=63072000; includeSubDomains"},
    {"Pragma", "no-store,no-cache"},
    {"Cache-Control", "no-cache,no-store,must-revalidate,max-age=-1"},
    {"Expires", "0"},
};

static struct sn_wire wire_of(const struct sn_server *server, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *socket =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *tls =
        server->core->tls ? MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)
                          : NULL;

    return (struct sn_wire){socket->connect_fd, tls ? tls->tls_session : NULL, server->stop[0]};
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *connection)
{
    struct sn_server *server = cls;

    (void)connection;
    return sn_exchange_new(server->core, target);
}

static enum MHD_Result on_accept(void *cls, const struct sockaddr *address, socklen_t len)
{
    struct sn_server *server = cls;
    bool refused;

    (void)address;
    (void)len;
    pthread_mutex_lock(&server->lock);
    refused = sn_faults_connection(&server->core->faults);
    pthread_mutex_unlock(&server->lock);
    return refused ? MHD_NO : MHD_YES;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct sn_server *server = cls;

    (void)connection;
    if (what != MHD_CONNECTION_NOTIFY_STARTED)
        return;
    pthread_mutex_lock(&server->lock);
    *context = (void *)(uintptr_t)++server->connections;
    pthread_mutex_unlock(&server->lock);
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct sn_exchange *exchange = cls;
    char *lower = sn_copy(name, strlen(name));

    (void)kind;
    for (char *at = lower; *at; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    if (json_object_set_new(exchange->headers, lower, json_string(value ? value : "")) != 0)
        sn_set(exchange->headers, lower, "");
    free(lower);
    return MHD_YES;
}

/* The request line and the headers, as received. */
static void begin(struct sn_server *server, struct sn_exchange *exchange,
                  struct MHD_Connection *connection, const char *method)
{
    const char *other;
    struct sn_wire wire = wire_of(server, connection);

    MHD_get_connection_values(connection, MHD_HEADER_KIND, take_header, exchange);
    other = sn_header(exchange, "x-http-method-override");
    snprintf(exchange->method, sizeof(exchange->method), "%s", *other ? other : method);
    exchange->certified = server->options.client_ca && sn_wire_certified(&wire);
    exchange->connection =
        (unsigned)(uintptr_t)MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
            ->socket_context;
    sn_route_find(exchange);
    pthread_mutex_lock(&server->lock);
    exchange->fault = sn_faults_request(&server->core->faults, sn_route_kind(exchange));
    exchange->number = server->core->faults.requests;
    if (++server->in_flight > server->in_flight_most)
        server->in_flight_most = server->in_flight;
    pthread_mutex_unlock(&server->lock);
    if (exchange->fault)
        exchange->fault_name = exchange->fault->kind->name;
}

static size_t ceiling_of(const struct sn_exchange *exchange)
{
    const struct sn_instance *instance = &exchange->core->instance;

    if (sn_route_kind(exchange) == SN_ATTACH)
        return (size_t)sn_instance_number(instance, "com.glide.attachment.max_size") * MEBIBYTE;
    return (size_t)sn_instance_number(instance, "glide.rest.max_content_length");
}

static void take_body(struct sn_exchange *exchange, const char *data, size_t len)
{
    if (exchange->body.len + len > ceiling_of(exchange))
        exchange->too_large = true;
    if (exchange->too_large)
        sn_bytes_done(&exchange->body);
    else
        sn_bytes_add(&exchange->body, data, len);
}

static enum MHD_Result write_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    (void)kind;
    fprintf(cls, "%s: %s\n", name, value ? value : "");
    return MHD_YES;
}

/* The request as it came, for tests that pin its bytes: NNNNNN in the folder. */
static void record(const struct sn_server *server, const struct sn_exchange *exchange,
                   struct MHD_Connection *connection)
{
    char path[4096];
    FILE *file;

    if (!server->options.record)
        return;
    snprintf(path, sizeof(path), "%s/%06u", server->options.record, exchange->number);
    file = fopen(path, "wb");
    if (!file)
        sn_die("%s: %s", path, strerror(errno));
    fprintf(file, "%s %s\n", exchange->method, exchange->target);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, write_header, file);
    fputc('\n', file);
    if (exchange->body.len > 0)
        fwrite(exchange->body.ptr, 1, exchange->body.len, file);
    if (fclose(file) != 0)
        sn_die("%s: %s", path, strerror(errno));
}

/* One line, in one write. */
static void write_log(const struct sn_server *server, const struct sn_exchange *exchange)
{
    bool silent =
        exchange->ending == SN_CUT || exchange->ending == SN_RESET || exchange->ending == SN_HANG;
    struct sn_bytes line = {0};

    if (server->log < 0)
        return;
    sn_bytes_printf(&line, "%u %s %s %s %d %s %u\n", exchange->number,
                    sn_kind_name(sn_route_kind(exchange)), exchange->method, exchange->target,
                    silent ? 0 : exchange->status, exchange->fault_name, exchange->connection);
    if (write(server->log, line.ptr, line.len) != (ssize_t)line.len)
        sn_die("%s: %s", server->options.log, strerror(errno));
    sn_bytes_done(&line);
}

static void add_cookies(struct sn_server *server, struct sn_exchange *exchange)
{
    const char *secure = server->core->tls ? "; Secure" : "";
    char id[SN_ID];

    if (strstr(sn_header(exchange, "cookie"), "JSESSIONID="))
        return;
    server->new_sessions++;
    sn_id(id);
    sn_reply_header(exchange, "Set-Cookie", "JSESSIONID=%s; Path=/; HttpOnly%s", id, secure);
    sn_id(id);
    sn_reply_header(exchange, "Set-Cookie",
                    "glide_user_route=glide.%s; Max-Age=2147483647; Path=/; HttpOnly%s", id,
                    secure);
    sn_id(id);
    sn_reply_header(exchange, "Set-Cookie",
                    "glide_session_store=%s; Max-Age=300; Path=/; HttpOnly%s", id, secure);
}

static void add_headers(struct sn_server *server, struct sn_exchange *exchange)
{
    char id[SN_ID];

    for (size_t i = 0; i < sizeof(fixed_headers) / sizeof(*fixed_headers); i++)
        sn_reply_header(exchange, fixed_headers[i][0], "%s", fixed_headers[i][1]);
    sn_reply_header(exchange, "X-Is-Logged-In", exchange->user ? "true" : "false");
    sn_id(id);
    sn_reply_header(exchange, "X-Transaction-ID", "%.12s", id);
    sn_reply_header(exchange, "Server-Timing", "t;desc=\"%.12s\", sem_wait;dur=1, sesh_wait;dur=0",
                    id);
    add_cookies(server, exchange);
}

static void commit(struct sn_exchange *exchange)
{
    sn_store_commit(&exchange->core->store, exchange->changes);
    exchange->changes = json_array();
}

/* The answer with what its fault makes of it; under the lock. */
static void answer(struct sn_server *server, struct sn_exchange *exchange)
{
    const struct sn_fault_kind *fault = exchange->fault ? exchange->fault->kind : NULL;

    if (fault && fault->phase == SN_INSTEAD) {
        fault->act(exchange);
    } else {
        sn_route_answer(exchange);
        commit(exchange);
    }
    if (fault && fault->phase == SN_AFTER)
        fault->act(exchange);
    add_headers(server, exchange);
    write_log(server, exchange);
}

/* One session's requests run one at a time (servicenow.md 6). */
static pthread_mutex_t *session_of(struct sn_server *server, const struct sn_exchange *exchange)
{
    const char *cookie = strstr(sn_header(exchange, "cookie"), "JSESSIONID=");
    size_t sum = 0;

    if (!cookie || !sn_instance_flag(&server->core->instance, "fake.session_serial"))
        return NULL;
    for (const char *at = cookie; *at && *at != ';'; at++)
        sum = sum * 31 + (unsigned char)*at;
    return &server->sessions[sum % (sizeof(server->sessions) / sizeof(*server->sessions))];
}

static void answer_in_turn(struct sn_server *server, struct sn_exchange *exchange)
{
    pthread_mutex_t *session = session_of(server, exchange);

    if (session)
        pthread_mutex_lock(session);
    if (exchange->fault && exchange->fault->kind->phase == SN_BEFORE)
        exchange->fault->kind->act(exchange);
    if (server->options.delay_ms + exchange->wait_ms > 0)
        sn_wire_wait(server->stop[0], server->options.delay_ms + exchange->wait_ms);
    pthread_mutex_lock(&server->lock);
    answer(server, exchange);
    pthread_mutex_unlock(&server->lock);
    if (session)
        pthread_mutex_unlock(session);
}

struct reader {
    char *ptr; /* owned */
    size_t len;
};

static ssize_t read_reply(void *cls, uint64_t at, char *to, size_t max)
{
    const struct reader *reader = cls;
    size_t left = reader->len - (size_t)at;

    if (left == 0)
        return MHD_CONTENT_READER_END_OF_STREAM;
    max = max < left ? max : left;
    memcpy(to, reader->ptr + at, max);
    return (ssize_t)max;
}

static void free_reader(void *cls)
{
    struct reader *reader = cls;

    free(reader->ptr);
    free(reader);
}

/* Chunked, as recorded; what has no body says so. */
static struct MHD_Response *response_of(struct sn_exchange *exchange)
{
    struct reader *reader;

    if (exchange->reply.len == 0)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    reader = sn_alloc(sizeof(*reader));
    *reader = (struct reader){exchange->reply.ptr, exchange->reply.len};
    exchange->reply = (struct sn_bytes){0};
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, read_reply, reader,
                                             free_reader);
}

static enum MHD_Result send_reply(struct sn_exchange *exchange, struct MHD_Connection *connection)
{
    struct MHD_Response *response = response_of(exchange);
    enum MHD_Result result;
    size_t i;
    json_t *pair;

    if (!response)
        sn_die("out of memory");
    json_array_foreach (exchange->reply_headers, i, pair)
        MHD_add_response_header(response, json_string_value(json_array_get(pair, 0)),
                                json_string_value(json_array_get(pair, 1)));
    result = MHD_queue_response(connection, (unsigned)exchange->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result finish(struct sn_server *server, struct sn_exchange *exchange,
                              struct MHD_Connection *connection)
{
    struct sn_wire wire = wire_of(server, connection);

    record(server, exchange, connection);
    answer_in_turn(server, exchange);
    if (exchange->ending == SN_REPLY)
        return send_reply(exchange, connection);
    sn_wire_end(&wire, exchange, MHD_get_reason_phrase_for((unsigned)exchange->status));
    return MHD_NO;
}

/* Called with the headers, then with each piece of the body, then once more. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *len, void **context)
{
    struct sn_server *server = cls;
    struct sn_exchange *exchange = *context;
    struct sn_wire wire;

    (void)url;
    (void)version;
    if (exchange->number == 0) {
        begin(server, exchange, connection, method);
        if (!exchange->fault || exchange->fault->kind->phase != SN_AT_HEADERS)
            return MHD_YES;
        exchange->fault->kind->act(exchange);
        record(server, exchange, connection);
        write_log(server, exchange);
        wire = wire_of(server, connection);
        sn_wire_end(&wire, exchange, "");
        return MHD_NO;
    }
    if (*len == 0)
        return finish(server, exchange, connection);
    take_body(exchange, data, *len);
    *len = 0;
    return MHD_YES;
}

/* A transaction that ran on after its client was told that it was cancelled. If the server ends
 * before, it is lost, as one is when its node goes down. */
static void commit_late(struct sn_server *server, struct sn_exchange *exchange)
{
    if (!sn_wire_wait(server->stop[0], exchange->late_ms))
        return;
    pthread_mutex_lock(&server->lock);
    sn_reply_clear(exchange);
    sn_route_answer(exchange);
    commit(exchange);
    pthread_mutex_unlock(&server->lock);
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode how)
{
    struct sn_server *server = cls;
    struct sn_exchange *exchange = *context;

    (void)connection;
    (void)how;
    if (!exchange)
        return;
    if (exchange->number > 0) {
        pthread_mutex_lock(&server->lock);
        server->in_flight--;
        pthread_mutex_unlock(&server->lock);
    }
    if (exchange->late_ms > 0)
        commit_late(server, exchange);
    sn_exchange_free(exchange);
    *context = NULL;
}

/* Ours, so that a server that was killed can have its port again at once. */
static int listen_on(int port, int *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    socklen_t len = sizeof(address);
    int yes = 1, listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || fcntl(listener, F_SETFD, FD_CLOEXEC) != 0 ||
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
        bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(listener, SOMAXCONN) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &len) != 0)
        sn_die("port %d: %s", port, strerror(errno));
    *ret_port = ntohs(address.sin_port);
    return listener;
}

static void start_daemon(struct sn_server *server, int listener)
{
    const struct sn_server_options *options = &server->options;
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_AUTO | MHD_USE_ITC | (options->certificate ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->key},
        {options->client_ca ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0,
         (void *)(uintptr_t)options->client_ca},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

    server->daemon = MHD_start_daemon(
        flags, (uint16_t)server->port, on_accept, server, on_request, server,
        MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_ARRAY,
        options->certificate ? tls : none, MHD_OPTION_END);
    if (!server->daemon)
        sn_die("cannot start the server%s",
               options->certificate ? "; are certificate and key in PEM form, and a pair?" : "");
}

void sn_server_start(struct sn_server *server, struct sn_core *core,
                     const struct sn_server_options *options)
{
    *server = (struct sn_server){.core = core, .options = *options, .log = -1};
    core->tls = options->certificate != NULL;
    pthread_mutex_init(&server->lock, NULL);
    for (size_t i = 0; i < sizeof(server->sessions) / sizeof(*server->sessions); i++)
        pthread_mutex_init(&server->sessions[i], NULL);
    if (pipe(server->stop) != 0)
        sn_die("%s", strerror(errno));
    if (options->log) {
        server->log = open(options->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (server->log < 0)
            sn_die("%s: %s", options->log, strerror(errno));
    }
    start_daemon(server, listen_on(options->port, &server->port));
}

/* Whoever hangs is woken by the end of the pipe. */
void sn_server_stop(struct sn_server *server)
{
    close(server->stop[1]);
    MHD_stop_daemon(server->daemon);
    close(server->stop[0]);
    if (server->log >= 0)
        close(server->log);
    for (size_t i = 0; i < sizeof(server->sessions) / sizeof(*server->sessions); i++)
        pthread_mutex_destroy(&server->sessions[i]);
    pthread_mutex_destroy(&server->lock);
}

static json_t *status_of(const struct sn_server *server)
{
    const struct sn_faults *faults = &server->core->faults;
    json_t *kinds = json_object();

    for (int kind = 0; kind < SN_KINDS; kind++)
        json_object_set_new(kinds, sn_kind_name((enum sn_kind)kind),
                            json_integer(faults->kinds[kind]));
    return json_pack("{s:I, s:o, s:I, s:I, s:I}", "requests", (json_int_t)faults->requests, "kinds",
                     kinds, "connections", (json_int_t)server->connections, "at_once",
                     (json_int_t)server->in_flight_most, "sessions",
                     (json_int_t)server->new_sessions);
}

static void start_counting(struct sn_server *server)
{
    server->connections = server->new_sessions = 0;
    server->in_flight_most = server->in_flight;
    json_decref(server->core->rate.windows);
    server->core->rate.windows = NULL;
}

/* "faults FILE": other faults, and all counts from the beginning. */
static json_t *change_faults(struct sn_server *server, const char *path)
{
    struct sn_bytes text = {0};
    const char *why = NULL;
    size_t line;

    if (!sn_read_file(path, &text))
        return json_pack("{s:s}", "error", strerror(errno));
    line = sn_faults_read(&server->core->faults, text.ptr, &why);
    sn_bytes_done(&text);
    if (line > 0)
        return json_pack("{s:o}", "error", json_sprintf("line %zu: %s", line, why));
    start_counting(server);
    return json_object();
}

void sn_server_control(struct sn_server *server, const char *line, FILE *out)
{
    json_t *reply;
    char *text;

    pthread_mutex_lock(&server->lock);
    if (strncmp(line, "faults ", 7) == 0) {
        reply = change_faults(server, line + 7);
    } else if (strcmp(line, "reset") == 0) {
        sn_store_reset(&server->core->store);
        reply = json_object();
    } else if (strcmp(line, "dump") == 0) {
        reply = sn_store_dump(&server->core->store);
    } else if (strcmp(line, "status") == 0) {
        reply = status_of(server);
    } else {
        reply = json_pack("{s:s}", "error", "no such command");
    }
    pthread_mutex_unlock(&server->lock);
    text = json_dumps(reply, JSON_COMPACT);
    fprintf(out, "%s\n", text);
    fflush(out);
    free(text);
    json_decref(reply);
}
