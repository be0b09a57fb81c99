/* SPDX-License-Identifier: MIT */
/* A resolver that asks one server, and takes its word: a resolver of the site, or an authoritative
 * server.
 *
 * It says exactly what the server said. An answer counts only if it comes from the server's address
 * and repeats id and question; one that UDP cut is asked for again over TCP; one that does not come
 * is asked for again twice, with growing patience. Where a server that validates fails, it is asked
 * once more without validation, which tells a bogus answer from a failure.
 *
 * Polite: the number of questions on their way begins small, grows with each answer and is halved
 * where answers stay away (the congestion control of TCP, RFC 5681, as RFC 8085 section 3.1 wants
 * it). A server that answers nothing at all is given up. */
#ifndef SES_VERIFY_DIRECT_H
#define SES_VERIFY_DIRECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attribute.h"
#include "base/clock.h"
#include "base/str.h"
#include "verify/resolver.h"

/* Questions on their way at a time: as many as dnsperf(1) has, and as fit into the socket of a
 * server that nobody has tuned. */
#define SES_MAX_IN_FLIGHT 100

/* True for an IP address, with "@PORT" behind it if it is not port 53. */
bool ses_direct_is_server(struct ses_str text);

/* `server` is an IP address, with "@PORT" behind it if it is not port 53. Returns 0, SES_EINVALID
 * where it is not one, SES_EIO or SES_ENOMEM. The caller frees the resolver; the clock is borrowed.
 */
int ses_direct_new(struct ses_str server, struct ses_clock *clock,
                   struct ses_resolver **ret_resolver) SES_MUSTCHECK;

#endif
