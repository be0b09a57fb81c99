/* SPDX-License-Identifier: MIT */
/* DNS messages (RFC 1035 section 4): a query is written, an answer is read.
 *
 * The reader trusts no byte. It follows the CNAMEs of the answer section in whatever order they
 * stand, and looks at the authority section only for the SOA of a negative answer (RFC 2308). */
#ifndef SES_VERIFY_MESSAGE_H
#define SES_VERIFY_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/str.h"
#include "verify/resolver.h"

#define SES_MAX_MESSAGE 65535 /* RFC 1035 section 4.2.2: the length that TCP can say */
#define SES_MAX_QUERY 512     /* header, one name, and an OPT record: far below */
#define SES_MAX_CHAIN 16      /* CNAMEs in a row that are followed; resolvers stop at 8 to 17 */

/* The UDP payload that we take (RFC 6891): passes every network unfragmented (DNS flag day 2020).
 */
#define SES_MESSAGE_PAYLOAD 1232

enum ses_query_flag {
    SES_QUERY_EDNS = 1,     /* with an OPT record */
    SES_QUERY_CHECKING = 2, /* checking disabled: the answer even if it does not validate */
};

/* Writes a query with the id and the flags. Returns its length. */
size_t ses_message_write_query(uint16_t id, const struct ses_question *question, unsigned flags,
                               unsigned char bytes[SES_MAX_QUERY]);

/* The id of a message, 0 where it is too short to have one. */
uint16_t ses_message_id(struct ses_str message);

/* True where `message` is an answer to the question. Other messages are not for us, or forged. */
bool ses_message_answers(struct ses_str message, const struct ses_question *question);

/* What the header and the OPT record say. */
struct ses_message_head {
    unsigned rcode; /* RFC 6895, with the upper bits of EDNS */
    bool truncated, authoritative, recursive, authentic;
    int extended;                 /* RFC 8914: an extended error; -1 where there is none */
    struct ses_str extended_text; /* slice of the message; may be empty */
};

/* Reads a message into `*ret_answer`, whose strings are in the arena, and `*ret_head`. What cannot
 * be read is SES_ANSWER_MALFORMED. Returns 0 or SES_ENOMEM. */
int ses_message_read(struct ses_str message, const struct ses_question *question,
                     struct ses_arena *arena, struct ses_message_head *ret_head,
                     struct ses_answer *ret_answer) SES_MUSTCHECK;

/* What a number of RFC 8914 means; NULL for one that it does not list. */
const char *ses_message_extended_name(int extended);

/* True where an extended error is about DNSSEC validation. */
bool ses_message_is_dnssec_error(int extended);

#endif
