/* SPDX-License-Identifier: MIT */
/* The client of http.h with libcurl. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "submit/http.h"
#include "submit/mask.h"
#include "submit/trace.h"

/* Headers of one request: those of a caller, and ours. */
#define MAX_HEADERS (SES_MAX_HTTP_HEADERS + 3)

/* Bytes of a URL: ServiceNow refuses far shorter ones. */
#define MAX_URL ((size_t)64 * 1024)

/* Bytes of headers that are kept for a trace. */
#define MAX_HEAD ((size_t)64 * 1024)

/* A reply with a token is some hundred bytes. */
#define SECRET_ROOM ((size_t)64 * 1024)

/* Shorter cookies are words like "true", which a trace may show. */
#define MIN_COOKIE 8

struct client {
    struct ses_http http; /* first: what a caller has */
    struct ses_http_options options;
    CURL *easy; /* owned */

    /* Of the request in hand. */
    const struct ses_http_request *request; /* borrowed */
    struct ses_http_reply *reply;           /* borrowed */
    struct ses_buf head;                    /* the lines of the reply, for a trace */
    unsigned begun;                         /* how often its first byte was about to be sent */
    bool has_head;                          /* the headers of the reply are all there */
    bool has_length;                        /* where its body ends is said */
    char retry_after[64], date[64];
    char error[CURL_ERROR_SIZE];
};

/* Headers can be secrets. */
static void free_list(struct curl_slist **list)
{
    for (struct curl_slist *item = *list; item; item = item->next)
        ses_secret_wipe(item->data, strlen(item->data));
    curl_slist_free_all(*list);
}

/* libcurl calls this when a connection stands, TLS included, and nothing of the request has been
 * sent on it; and once more before it sends a request again by itself, which it does when a
 * connection that was used before ends without a reply, though the request may have been executed
 * (curl issue 18417). Only what does no harm twice is let through again. */
static int begin(void *context, char *ip, char *local_ip, int port, int local_port)
{
    struct client *client = context;

    (void)ip, (void)local_ip, (void)port, (void)local_port;
    if (client->begun > 0 && strcmp(client->request->method, "GET") != 0)
        return CURL_PREREQFUNC_ABORT;
    client->begun++;
    return CURL_PREREQFUNC_OK;
}

static int watch(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total,
                 curl_off_t up_now)
{
    struct client *client = context;

    (void)total, (void)now, (void)up_total, (void)up_now;
    return client->options.is_stopped && client->options.is_stopped(client->options.context);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct client *client = context;

    ses_buf_add(&client->reply->body, (struct ses_str){bytes, size * count});
    return ses_buf_status(&client->reply->body) == 0 ? size * count : 0;
}

static void copy(char *to, size_t room, struct ses_str text)
{
    snprintf(to, room, "%.*s", (int)(text.len < room ? text.len : room - 1), text.ptr);
}

static void take_header(struct client *client, struct ses_str name, struct ses_str value)
{
    struct ses_http_reply *reply = client->reply;

    if (ses_str_eq_nocase(name, SES_STR("Content-Type")))
        copy(reply->content_type, sizeof(reply->content_type), value);
    else if (ses_str_eq_nocase(name, SES_STR("X-Transaction-ID")))
        copy(reply->transaction, sizeof(reply->transaction), value);
    else if (ses_str_eq_nocase(name, SES_STR("Retry-After")))
        copy(client->retry_after, sizeof(client->retry_after), value);
    else if (ses_str_eq_nocase(name, SES_STR("Date")))
        copy(client->date, sizeof(client->date), value);
    else if (ses_str_eq_nocase(name, SES_STR("X-MFA_TOKEN")))
        reply->wants_mfa = true;
    else if (ses_str_starts_nocase(name, SES_STR("X-RateLimit-")))
        reply->has_rule = true;
    else if (ses_str_eq_nocase(name, SES_STR("Content-Length")))
        client->has_length = true;
    else if (ses_str_eq_nocase(name, SES_STR("Transfer-Encoding")))
        client->has_length =
            client->has_length || ses_str_contains_nocase(value, SES_STR("chunked"));
}

/* A reply after an interim one (RFC 9110 section 15.2) starts anew. */
static void forget_head(struct client *client)
{
    struct ses_http_reply *reply = client->reply;

    reply->content_type[0] = reply->transaction[0] = '\0';
    reply->has_rule = reply->wants_mfa = false;
    client->retry_after[0] = client->date[0] = '\0';
    client->has_length = false;
}

/* A line of the head, or of the trailer behind a chunked body, which says nothing to us. */
static size_t take_line(char *bytes, size_t size, size_t count, void *context)
{
    struct client *client = context;
    struct ses_str line = {bytes, size * count};
    size_t colon = ses_str_find(line, ':');
    long status = 0;

    if (client->options.trace)
        ses_buf_add(&client->head, line);
    while (line.len > 0 && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
        line.len--;
    if (client->has_head)
        return size * count;
    if (line.len == 0) {
        curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
        client->has_head = status >= 200;
    } else if (ses_str_starts(line, SES_STR("HTTP/"))) {
        forget_head(client);
    } else if (colon < line.len) {
        take_header(client, ses_str_slice(line, 0, colon),
                    ses_str_trim(ses_str_slice(line, colon + 1, line.len)));
    }
    return size * count;
}

/* Seconds, or a date (RFC 9110 section 10.2.3), which is counted from the clock of the other side:
 * it knows better than ours what it meant. */
static void read_retry_after(struct client *client)
{
    struct ses_http_reply *reply = client->reply;
    struct ses_str text = ses_str_of(client->retry_after);
    time_t until;
    time_t now;

    reply->has_retry_after = ses_str_to_number(text, UINT32_MAX, &reply->retry_after);
    if (text.len == 0 || reply->has_retry_after)
        return;
    until = curl_getdate(client->retry_after, NULL);
    now = curl_getdate(client->date, NULL);
    if (until < 0 || now < 0 || until - now > UINT32_MAX)
        return;
    reply->has_retry_after = true;
    reply->retry_after = until > now ? (uint32_t)(until - now) : 0;
}

/* Errors before the first byte that the next try meets again. All others may pass: a name server or
 * a gateway that is down, a time-out. */
static bool is_lasting(CURLcode code, long proxy_status)
{
    static const CURLcode lasting[] = {
        CURLE_UNSUPPORTED_PROTOCOL,
        CURLE_URL_MALFORMAT,
        CURLE_NOT_BUILT_IN,
        CURLE_SSL_ENGINE_NOTFOUND,
        CURLE_SSL_ENGINE_SETFAILED,
        CURLE_SSL_CERTPROBLEM,
        CURLE_SSL_CIPHER,
        CURLE_PEER_FAILED_VERIFICATION,
        CURLE_SSL_CACERT_BADFILE,
        CURLE_SSL_CRL_BADFILE,
        CURLE_SSL_ISSUER_ERROR,
        CURLE_SSL_PINNEDPUBKEYNOTMATCH,
        CURLE_SSL_INVALIDCERTSTATUS,
        CURLE_SSL_CLIENTCERT,
        CURLE_BAD_FUNCTION_ARGUMENT,
    };

    for (size_t i = 0; i < sizeof(lasting) / sizeof(lasting[0]); i++) {
        if (lasting[i] == code)
            return true;
    }
    /* What a proxy answered to CONNECT: that it will not. */
    return proxy_status >= 400 && proxy_status < 500;
}

/* In TLS 1.3 a server looks at the certificate of a client when that is sending already: it says
 * what is wrong with it in the place of a reply, and reads nothing of the request (RFC 8446 section
 * 4.4.2.4). The words are those of OpenSSL; where they differ, the request counts as lost. */
static bool is_certificate_alert(const struct client *client)
{
    struct ses_str text = ses_str_of(client->error);

    return ses_str_contains(text, SES_STR("alert")) &&
           (ses_str_contains(text, SES_STR("certificate")) ||
            ses_str_contains(text, SES_STR("unknown ca")));
}

static enum ses_http_end end_of(const struct client *client, CURLcode code)
{
    long proxy_status = 0;
    long header_bytes = 0;

    curl_easy_getinfo(client->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    curl_easy_getinfo(client->easy, CURLINFO_HEADER_SIZE, &header_bytes);
    if (code == CURLE_OK)
        return client->has_length || client->reply->status == 204 ? SES_HTTP_REPLIED
                                                                  : SES_HTTP_LOST;
    if (header_bytes == 0 && is_certificate_alert(client))
        return SES_HTTP_UNUSABLE;
    if (client->begun > 0)
        return SES_HTTP_LOST;
    return is_lasting(code, proxy_status) ? SES_HTTP_UNUSABLE : SES_HTTP_UNSENT;
}

static const char *reason_of(struct client *client, CURLcode code)
{
    if (code == CURLE_OK)
        return "the reply does not say how long it is, and may be cut";
    if (code == CURLE_WRITE_ERROR)
        return "the reply is longer than any that is asked for";
    if (code == CURLE_ABORTED_BY_CALLBACK && watch(client, 0, 0, 0, 0))
        return "it was stopped";
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return "the connection ended before a reply came";
    return client->error[0] ? client->error : curl_easy_strerror(code);
}

/* The headers of a request, in the order in which they are sent. */
struct headers {
    struct ses_http_header items[MAX_HEADERS];
    size_t count;
};

static void add(struct headers *headers, struct ses_str name, struct ses_str value)
{
    headers->items[headers->count++] = (struct ses_http_header){name, value};
}

static void collect_headers(struct headers *headers, const struct ses_http_request *request)
{
    headers->count = 0;
    add(headers, SES_STR("User-Agent"), SES_STR("sesdns/" SESDNS_VERSION));
    add(headers, SES_STR("Accept"),
        request->accept.len > 0 ? request->accept : SES_STR("application/json"));
    if (request->content_type.len > 0)
        add(headers, SES_STR("Content-Type"), request->content_type);
    for (size_t i = 0; i < request->header_count; i++)
        add(headers, request->headers[i].name, request->headers[i].value);
}

/* A line break in a value would begin a header of its own (RFC 9110 section 5.5). */
static bool is_line(struct ses_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7F)
            return false;
    }
    return true;
}

static bool are_lines(const struct headers *headers, struct ses_str target)
{
    for (size_t i = 0; i < headers->count; i++) {
        if (!is_line(headers->items[i].name) || !is_line(headers->items[i].value))
            return false;
    }
    return is_line(target);
}

static int append(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);

    if (!longer)
        return SES_ENOMEM;
    *list = longer;
    return 0;
}

static int list_headers(struct curl_slist **list, const struct headers *headers)
{
    /* libcurl would wait for the permission to send a long body, and ask again where it is denied;
     * and would name a type where none is given. */
    int error = append(list, "Expect:");
    bool has_type = false;

    for (size_t i = 0; error == 0 && i < headers->count; i++) {
        const struct ses_http_header *header = &headers->items[i];
        struct ses_buf line SES_CLEANUP(ses_secret_buf_done);

        ses_secret_buf_init(&line, header->name.len + header->value.len + 2);
        ses_buf_add(&line, header->name);
        ses_buf_add(&line, SES_STR(": "));
        ses_buf_add(&line, header->value);
        error = ses_buf_status(&line);
        if (error == 0)
            error = append(list, line.ptr);
        has_type = has_type || ses_str_eq(header->name, SES_STR("Content-Type"));
    }
    return error != 0 || has_type ? error : append(list, "Content-Type:");
}

static CURLcode set_method(CURL *easy, const struct ses_http_request *request)
{
    bool is_get = strcmp(request->method, "GET") == 0;
    CURLcode code;

    if (is_get)
        code = curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    else
        code = curl_easy_setopt(easy, CURLOPT_POST, 1L);
    if (code == CURLE_OK && !is_get)
        code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
    if (code == CURLE_OK && !is_get)
        code = curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                                request->body.len > 0 ? request->body.ptr : "");
    if (code != CURLE_OK)
        return code;
    return curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
                            is_get || strcmp(request->method, "POST") == 0 ? NULL
                                                                           : request->method);
}

/* Waits for the end, and borrows nothing of the request after it. */
static int perform(struct client *client, const struct headers *headers, CURLcode *ret_code)
{
    struct curl_slist *list SES_CLEANUP(free_list) = NULL;
    struct ses_buf url SES_CLEANUP(ses_buf_done);
    int error = list_headers(&list, headers);
    CURLcode code;

    ses_buf_init(&url, MAX_URL);
    ses_buf_add(&url, ses_str_of(client->options.origin));
    ses_buf_add(&url, client->request->target);
    if (error == 0)
        error = ses_buf_status(&url);
    if (error != 0)
        return error;
    code = set_method(client->easy, client->request);
    if (code == CURLE_OK)
        code = curl_easy_setopt(client->easy, CURLOPT_URL, url.ptr);
    if (code == CURLE_OK)
        code = curl_easy_setopt(client->easy, CURLOPT_HTTPHEADER, list);
    if (code == CURLE_OK)
        code = curl_easy_perform(client->easy);
    curl_easy_setopt(client->easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(client->easy, CURLOPT_POSTFIELDS, NULL);
    if (code == CURLE_OUT_OF_MEMORY || client->reply->body.status == SES_ENOMEM ||
        client->head.status == SES_ENOMEM)
        return SES_ENOMEM;
    *ret_code = code;
    return 0;
}

/* Sets all of the reply, but for what the callbacks have set. */
static int judge(struct client *client, const struct ses_mask *mask, CURLcode code)
{
    struct ses_http_reply *reply = client->reply;
    struct ses_buf reason SES_CLEANUP(ses_buf_done);
    long status = 0;
    int error;

    ses_buf_init(&reason, (size_t)4 * CURL_ERROR_SIZE);
    curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
    reply->status = (unsigned)status;
    reply->end = end_of(client, code);
    if (reply->end == SES_HTTP_REPLIED) {
        read_retry_after(client);
        return 0;
    }
    /* libcurl names a proxy as it was given, with the password that is in it. */
    error = ses_mask_text(mask, &reason, ses_str_of(reason_of(client, code)));
    if (error == 0)
        copy(reply->reason, sizeof(reply->reason), ses_buf_str(&reason));
    return error;
}

/* What came of a reply that is none is of no use to anybody. */
static void forget_part(struct ses_http_reply *reply)
{
    if (reply->end == SES_HTTP_REPLIED)
        return;
    reply->status = 0;
    reply->content_type[0] = '\0';
    reply->has_rule = reply->wants_mfa = reply->has_retry_after = false;
    ses_buf_clear(&reply->body);
}

static void add_cookies(struct ses_mask *mask, CURL *easy)
{
    struct curl_slist *list SES_CLEANUP(free_list) = NULL;

    curl_easy_getinfo(easy, CURLINFO_COOKIELIST, &list);
    for (const struct curl_slist *item = list; item; item = item->next) {
        const char *tab = strrchr(item->data, '\t');

        if (tab && strlen(tab + 1) >= MIN_COOKIE)
            ses_mask_add(mask, ses_str_of(tab + 1));
    }
}

static int trace_reply(struct client *client, struct ses_mask *mask)
{
    curl_off_t microseconds = 0;

    if (!client->options.trace)
        return 0;
    add_cookies(mask, client->easy);
    curl_easy_getinfo(client->easy, CURLINFO_TOTAL_TIME_T, &microseconds);
    return ses_trace_reply(&client->options, mask, client->request, ses_buf_str(&client->head),
                           client->reply, microseconds / 1000);
}

static int exchange(struct client *client, const struct headers *headers, struct ses_mask *mask)
{
    CURLcode code = CURLE_OK;
    int error;

    ses_mask_add_secrets(mask, client->options.secrets);
    ses_mask_add_url(mask, ses_str_of(client->options.proxy));
    ses_trace_add_secrets(mask, &client->options, headers->items, headers->count);
    error =
        ses_trace_request(&client->options, mask, client->request, headers->items, headers->count);
    if (error == 0)
        error = perform(client, headers, &code);
    if (error == 0)
        error = judge(client, mask, code);
    if (error == 0)
        error = trace_reply(client, mask);
    forget_part(client->reply);
    return error;
}

/* So that a token does not stay where the body was before it grew. */
static int make_room(struct ses_buf *body)
{
    int error;

    ses_buf_printf(body, "%*s", (int)SECRET_ROOM, "");
    error = ses_buf_status(body);
    ses_buf_clear(body);
    return error;
}

static int send_request(struct ses_http *http, const struct ses_http_request *request,
                        struct ses_http_reply *reply)
{
    struct client *client = (struct client *)http;
    struct ses_mask mask SES_CLEANUP(ses_mask_done);
    struct headers headers;

    ses_mask_init(&mask);
    ses_http_reply_clear(reply);
    client->request = request;
    client->reply = reply;
    client->begun = 0;
    client->has_head = false;
    client->error[0] = '\0';
    ses_buf_clear(&client->head);
    forget_head(client);
    collect_headers(&headers, request);
    if (request->secret && make_room(&reply->body) != 0)
        return SES_ENOMEM;
    if (are_lines(&headers, request->target))
        return exchange(client, &headers, &mask);
    reply->end = SES_HTTP_UNUSABLE;
    copy(reply->reason, sizeof(reply->reason), SES_STR("a header has control characters"));
    return 0;
}

static void free_client(struct ses_http *http)
{
    struct client *client = (struct client *)http;

    curl_easy_cleanup(client->easy);
    ses_buf_done(&client->head);
    free(client);
}

/* Every number that differs from libcurl's own, or that we rely on. */
static CURLcode set_numbers(const struct client *client)
{
    const struct ses_http_options *options = &client->options;
    const struct {
        CURLoption option;
        long value;
    } rows[] = {
        {CURLOPT_NOSIGNAL, 1}, /* time-outs by signal do not go with threads */
        {CURLOPT_NOPROGRESS, 0},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1}, /* HTTP/2 sends again on refused streams */
        {CURLOPT_HTTP09_ALLOWED, 0},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_PROXYAUTH, CURLAUTH_BASIC},
        {CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
        {CURLOPT_PATH_AS_IS, 1},
        {CURLOPT_MAXCONNECTS, 1},
        {CURLOPT_TCP_KEEPALIVE, 1},
        {CURLOPT_CONNECTTIMEOUT, options->connect_seconds},
        {CURLOPT_TIMEOUT, options->transfer_seconds},
    };
    CURLcode code = CURLE_OK;

    for (size_t i = 0; code == CURLE_OK && i < sizeof(rows) / sizeof(rows[0]); i++)
        code = curl_easy_setopt(client->easy, rows[i].option, rows[i].value);
    return code;
}

/* An empty proxy and list of exceptions keep libcurl from looking at the environment. */
static CURLcode set_texts(const struct client *client)
{
    const struct ses_http_options *options = &client->options;
    struct ses_str origin = ses_str_of(options->origin);
    bool secure = ses_str_starts(origin, SES_STR("https:"));
    bool direct = ses_http_is_loopback(origin) || !options->proxy;
    const struct {
        CURLoption option;
        const char *value;
    } rows[] = {
        {CURLOPT_PROTOCOLS_STR, secure ? "https" : "http"},
        {CURLOPT_PROXY, direct ? "" : options->proxy},
        {CURLOPT_NOPROXY, options->no_proxy ? options->no_proxy : ""},
        {CURLOPT_COOKIEFILE, ""}, /* cookies, in memory */
        {CURLOPT_SSLCERT, options->certificate},
        {CURLOPT_SSLKEY, options->key},
        {CURLOPT_KEYPASSWD, options->key_password},
        /* Behind here only where there is a ca_file, which is in the place of all others. */
        {CURLOPT_CAINFO, options->ca_file},
        {CURLOPT_CAPATH, NULL},
        {CURLOPT_PROXY_CAINFO, options->ca_file},
        {CURLOPT_PROXY_CAPATH, NULL},
    };
    size_t count = sizeof(rows) / sizeof(rows[0]) - (options->ca_file ? 0 : 4);
    CURLcode code = CURLE_OK;

    for (size_t i = 0; code == CURLE_OK && i < count; i++)
        code = curl_easy_setopt(client->easy, rows[i].option, rows[i].value);
    return code;
}

static CURLcode set_callbacks(struct client *client)
{
    CURL *easy = client->easy;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, begin);

    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_PREREQDATA, client);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, watch);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_XFERINFODATA, client);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, client);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, client);
    if (code == CURLE_OK)
        code = curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, client->error);
    return code;
}

int ses_http_start(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : SES_ENOMEM;
}

void ses_http_stop(void)
{
    curl_global_cleanup();
}

int ses_http_new(const struct ses_http_options *options, struct ses_http **ret_http)
{
    struct client *client;
    CURLcode code;

    if (!ses_http_is_origin(ses_str_of(options->origin)))
        return SES_EINVALID;
    client = calloc(1, sizeof(*client));
    if (!client)
        return SES_ENOMEM;
    client->http = (struct ses_http){.send = send_request, .free = free_client};
    client->options = *options;
    ses_buf_init(&client->head, MAX_HEAD);
    client->easy = curl_easy_init();
    code = client->easy ? set_numbers(client) : CURLE_OUT_OF_MEMORY;
    if (code == CURLE_OK)
        code = set_texts(client);
    if (code == CURLE_OK)
        code = set_callbacks(client);
    if (code != CURLE_OK) {
        free_client(&client->http);
        return code == CURLE_OUT_OF_MEMORY ? SES_ENOMEM : SES_EINVALID;
    }
    *ret_http = &client->http;
    return 0;
}
