/* SPDX-License-Identifier: MIT */
/* One request and what becomes of it.
 *
 * A handler reads the request, fills `status`, `reply_headers` and `body`, and leaves what it wants
 * kept in `changes`. It runs under the server's lock, and its changes are committed before the
 * reply is sent. Handlers return nothing: a refusal is a reply like others. */
#ifndef FAKE_SERVICENOW_EXCHANGE_H
#define FAKE_SERVICENOW_EXCHANGE_H

#include <jansson.h>
#include <stdbool.h>

#include "servicenow_fault.h"
#include "servicenow_instance.h"
#include "servicenow_rate.h"
#include "servicenow_store.h"
#include "servicenow_text.h"

/* How a reply leaves the house. */
enum sn_ending {
    SN_REPLY,       /* as HTTP has it */
    SN_CUT,         /* the connection is closed without a byte */
    SN_CUT_HEADERS, /* half of the headers, then closed */
    SN_CUT_BODY,    /* headers and half of the body, then closed */
    SN_RESET,       /* RST */
    SN_HANG,        /* nothing, until the client goes */
    SN_SLOW,        /* a byte at a time */
};

struct sn_core {
    struct sn_instance instance;
    struct sn_store store;
    struct sn_faults faults;
    struct sn_rate rate;
    bool tls;
};

struct sn_exchange {
    struct sn_core *core; /* borrowed */
    /* the request */
    unsigned number, connection; /* from 1, since the start or the last reset */
    char method[16];
    char *target;                 /* owned: as received */
    char *path;                   /* owned: decoded, without the query */
    json_t *parameters;           /* owned: name -> value, decoded */
    json_t *headers;              /* owned: lower-case name -> value */
    struct sn_bytes body;         /* as received */
    bool too_large;               /* the body passed its ceiling and was not kept */
    bool certified;               /* the client showed a certificate that is trusted */
    const struct sn_route *route; /* borrowed; NULL where no address is like this one */
    json_t *segments;             /* owned: the parts of the path that the route left open */
    int version;                  /* of the API, from the path; 0 where it names none */
    struct sn_fault *fault;       /* owned; NULL where nothing goes wrong */
    const char *fault_name;       /* static; for the log */
    /* who asks, once that is known: a member of "users" */
    const char *user;      /* borrowed; user name */
    const json_t *account; /* borrowed */
    /* the reply */
    int status;
    json_t *reply_headers; /* owned: array of [name, value] */
    struct sn_bytes reply;
    json_t *changes; /* owned: for sn_store_commit */
    enum sn_ending ending;
    int pace_ms; /* for SN_SLOW */
    int wait_ms; /* before the handler runs */
    int late_ms; /* the handler runs again, for good, that long after the reply */
};

struct sn_exchange *sn_exchange_new(struct sn_core *core, const char *target);
void sn_exchange_free(struct sn_exchange *exchange);

/* A parameter, a header (lower-case name), an open segment of the path; "" where there is none. */
const char *sn_parameter(const struct sn_exchange *exchange, const char *name);
const char *sn_header(const struct sn_exchange *exchange, const char *name);
const char *sn_segment(const struct sn_exchange *exchange, size_t number);
bool sn_is_true(const struct sn_exchange *exchange, const char *parameter);

/* "https://127.0.0.1:PORT", as the request named the instance. The caller frees it. */
char *sn_base(const struct sn_exchange *exchange);

void sn_reply_header(struct sn_exchange *exchange, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Forgets reply and changes. */
void sn_reply_clear(struct sn_exchange *exchange);

/* A reply of any text. */
void sn_reply_text(struct sn_exchange *exchange, int status, const char *type, const char *text);

/* {"result": ...}. Consumes `result`. */
void sn_reply_result(struct sn_exchange *exchange, int status, json_t *result);
/* Any JSON. Consumes `document`. */
void sn_reply_json(struct sn_exchange *exchange, int status, json_t *document);

/* The envelope of errors (servicenow.md 1.6); `detail` may be NULL. Forgets what was to be changed:
 * what is refused is not kept. */
void sn_refuse(struct sn_exchange *exchange, int status, const char *message, const char *detail);

/* Adds a row to what will be kept. */
void sn_keep(struct sn_exchange *exchange, const char *table, json_t *row);
void sn_keep_delete(struct sn_exchange *exchange, const char *table, const char *id);

/* The body as one JSON object, owned by the caller; of an array the first (servicenow.md 1.1). NULL
 * where it was refused. */
json_t *sn_body_object(struct sn_exchange *exchange);

#endif
