/* SPDX-License-Identifier: MIT */
#include "verify/message.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/name.h"

#define HEADER_LEN 12
#define CLASS_IN 1
#define TYPE_OPT 41
#define OPTION_EXTENDED 15 /* RFC 8914 section 2 */

/* 255 octets on the wire, each at most four characters as text. */
#define MAX_NAME_TEXT 1024

/* A message, and how far it was read. After the first bad byte nothing more is. */
struct reader {
    const unsigned char *bytes;
    size_t len;
    size_t at;
    bool bad;
};

static unsigned read_number(struct reader *reader, size_t octets)
{
    unsigned number = 0;

    if (reader->bad || reader->len - reader->at < octets) {
        reader->bad = true;
        return 0;
    }
    for (size_t i = 0; i < octets; i++)
        number = number << 8 | reader->bytes[reader->at++];
    return number;
}

static void skip(struct reader *reader, size_t octets)
{
    if (reader->bad || reader->len - reader->at < octets)
        reader->bad = true;
    else
        reader->at += octets;
}

static char *write_octet(char *at, unsigned char octet)
{
    if (octet == '.' || octet == '\\' || octet == '"' || octet == '(' || octet == ')' ||
        octet == ';' || octet == '@' || octet == '$') {
        *at++ = '\\';
        *at++ = (char)octet;
    } else if (octet <= ' ' || octet > '~') {
        at += snprintf(at, 5, "\\%03u", octet);
    } else {
        *at++ = (char)octet;
    }
    return at;
}

/* One label behind its length; the dot in front of it, unless it is the first. */
static char *write_label(char *at, const char *start, const unsigned char *label, size_t len)
{
    if (at > start)
        *at++ = '.';
    for (size_t i = 0; i < len; i++)
        at = write_octet(at, label[i]);
    return at;
}

/* Reads a name as text; where it ends in a pointer (RFC 1035 section 4.1.4) the reader goes on
 * behind the pointer. A pointer must lead backwards, further each time, so that there is an end. */
static struct ses_str read_name(struct reader *reader, char text[MAX_NAME_TEXT])
{
    struct reader jumper = *reader;
    size_t octets = 0;
    size_t limit = reader->at;
    bool jumped = false;
    char *at = text;

    for (;;) {
        unsigned len = read_number(&jumper, 1);

        if ((len & 0xC0) == 0xC0) {
            size_t target = (len & 0x3F) << 8 | read_number(&jumper, 1);

            if (!jumped)
                reader->at = jumper.at;
            jumped = true;
            jumper.bad |= target >= limit;
            limit = jumper.at = target;
        } else if (len > 0) {
            octets += len + 1;
            jumper.bad |= len > SES_MAX_LABEL || octets > 254 || jumper.len - jumper.at < len;
            if (!jumper.bad)
                at = write_label(at, text, jumper.bytes + jumper.at, len);
            skip(&jumper, len);
        }
        if (jumper.bad || len == 0)
            break;
    }
    if (!jumped)
        reader->at = jumper.at;
    reader->bad = jumper.bad;
    if (at == text)
        *at++ = '.';
    return (struct ses_str){text, (size_t)(at - text)};
}

static void write_number(unsigned char **at, unsigned number)
{
    *(*at)++ = (unsigned char)(number >> 8);
    *(*at)++ = (unsigned char)number;
}

static void write_name(unsigned char **at, struct ses_str name)
{
    struct ses_str label;

    while (ses_str_split(&name, '.', &label)) {
        *(*at)++ = (unsigned char)label.len;
        memcpy(*at, label.ptr, label.len);
        *at += label.len;
    }
    *(*at)++ = 0;
}

size_t ses_message_write_query(uint16_t id, const struct ses_question *question, unsigned flags,
                               unsigned char bytes[SES_MAX_QUERY])
{
    unsigned char *at = bytes;
    bool edns = (flags & SES_QUERY_EDNS) != 0;

    write_number(&at, id);
    /* Recursion desired, and AD, which asks to be told whether the answer validated (RFC 6840
     * section 5.7). */
    write_number(&at, 0x0120U | ((flags & SES_QUERY_CHECKING) ? 0x0010U : 0));
    write_number(&at, 1);
    write_number(&at, 0);
    write_number(&at, 0);
    write_number(&at, edns);
    write_name(&at, question->name);
    write_number(&at, (unsigned)question->type);
    write_number(&at, CLASS_IN);
    if (edns) {
        *at++ = 0;
        write_number(&at, TYPE_OPT);
        write_number(&at, SES_MESSAGE_PAYLOAD);
        write_number(&at, 0);
        write_number(&at, 0);
        write_number(&at, 0);
    }
    return (size_t)(at - bytes);
}

uint16_t ses_message_id(struct ses_str message)
{
    const unsigned char *bytes = (const unsigned char *)message.ptr;

    return message.len < HEADER_LEN ? 0 : (uint16_t)((unsigned)bytes[0] << 8 | bytes[1]);
}

static struct reader reader_of(struct ses_str message)
{
    return (struct reader){.bytes = (const unsigned char *)message.ptr, .len = message.len};
}

struct header {
    unsigned flags;
    unsigned counts[4]; /* questions, answers, authorities, additionals */
};

static struct header read_header(struct reader *reader)
{
    struct header header;

    skip(reader, 2);
    header.flags = read_number(reader, 2);
    for (int i = 0; i < 4; i++)
        header.counts[i] = read_number(reader, 2);
    return header;
}

/* True where the reader stands before the question that was asked; moves behind it. */
static bool read_question(struct reader *reader, const struct ses_question *question)
{
    char text[MAX_NAME_TEXT];
    struct ses_str name = read_name(reader, text);
    unsigned type = read_number(reader, 2);
    unsigned class = read_number(reader, 2);

    return !reader->bad && type == (unsigned)question->type && class == CLASS_IN &&
           ses_str_eq_nocase(name, question->name);
}

bool ses_message_answers(struct ses_str message, const struct ses_question *question)
{
    struct reader reader = reader_of(message);
    struct header header = read_header(&reader);

    if (reader.bad || (header.flags & 0xF800) != 0x8000) /* a response to a standard query */
        return false;
    /* A server that could not read the query may leave the question out. */
    if (header.counts[0] == 0)
        return (header.flags & 0x000F) != 0;
    return header.counts[0] == 1 && read_question(&reader, question);
}

/* What stands before the data of a record. */
struct rr_head {
    struct ses_str owner;
    unsigned type, class;
    uint32_t ttl;
    size_t end; /* where the data ends */
};

static bool read_rr_head(struct reader *reader, char text[MAX_NAME_TEXT], struct rr_head *ret_head)
{
    unsigned len;

    ret_head->owner = read_name(reader, text);
    ret_head->type = read_number(reader, 2);
    ret_head->class = read_number(reader, 2);
    ret_head->ttl = read_number(reader, 4);
    if (ret_head->ttl > INT32_MAX && ret_head->type != TYPE_OPT)
        ret_head->ttl = 0; /* RFC 2181 section 8 */
    len = read_number(reader, 2);
    reader->bad |= reader->len - reader->at < len;
    ret_head->end = reader->at + len;
    return !reader->bad;
}

static int keep_name(struct reader *reader, struct ses_arena *arena, struct ses_str *ret_name)
{
    char text[MAX_NAME_TEXT];
    struct ses_str name = read_name(reader, text);

    return ses_arena_copy(arena, name, ret_name);
}

static int keep_text(struct reader *reader, size_t end, struct ses_arena *arena,
                     struct ses_str *ret_text)
{
    char *text = ses_arena_alloc(arena, end - reader->at + 1);
    size_t len = 0;

    if (!text)
        return SES_ENOMEM;
    while (!reader->bad && reader->at < end) {
        size_t part = read_number(reader, 1);

        reader->bad |= end - reader->at < part;
        if (reader->bad)
            break;
        memcpy(text + len, reader->bytes + reader->at, part);
        len += part;
        reader->at += part;
    }
    *ret_text = (struct ses_str){text, len};
    return 0;
}

static void read_address(struct reader *reader, int version, struct ses_address *ret_address)
{
    size_t octets = version == 4 ? 4 : 16;

    *ret_address = (struct ses_address){.version = version};
    if (reader->len - reader->at < octets) {
        reader->bad = true;
        return;
    }
    memcpy(ret_address->bytes, reader->bytes + reader->at, octets);
    reader->at += octets;
    inet_ntop(version == 4 ? AF_INET : AF_INET6, ret_address->bytes, ret_address->text,
              sizeof(ret_address->text));
}

/* The mailbox in an SOA: its first label is the local part, in which a dot is written as "\."
 * (RFC 1035 sections 3.3.13 and 8). */
static int keep_contact(struct reader *reader, struct ses_arena *arena, struct ses_str *ret_contact)
{
    char name[MAX_NAME_TEXT];
    char contact[MAX_NAME_TEXT];
    struct ses_str rest = read_name(reader, name);
    size_t len = 0;

    while (rest.len > 0 && rest.ptr[0] != '.') {
        if (rest.len >= 2 && rest.ptr[0] == '\\' && rest.ptr[1] == '.')
            rest = ses_str_slice(rest, 1, rest.len);
        contact[len++] = rest.ptr[0];
        rest = ses_str_slice(rest, 1, rest.len);
    }
    if (rest.len > 1)
        contact[len++] = '@';
    rest = ses_str_slice(rest, 1, rest.len);
    return ses_arena_printf(arena, ret_contact, "%.*s%.*s", (int)len, contact, SES_STR_ARG(rest));
}

static int read_soa(struct reader *reader, struct ses_arena *arena, struct ses_rr *rr)
{
    int error = keep_name(reader, arena, &rr->name);
    uint32_t minimum;

    if (error == 0)
        error = keep_contact(reader, arena, &rr->contact);
    rr->serial = read_number(reader, 4);
    skip(reader, 12);
    minimum = read_number(reader, 4);
    /* How long a negative answer may be kept: RFC 2308 section 5. */
    if (minimum < rr->ttl)
        rr->ttl = minimum;
    return error;
}

static int read_data(struct reader *reader, size_t end, struct ses_arena *arena, struct ses_rr *rr)
{
    switch (rr->type) {
    case SES_QTYPE_A:
    case SES_QTYPE_AAAA:
        read_address(reader, rr->type == SES_QTYPE_A ? 4 : 6, &rr->address);
        return 0;
    case SES_QTYPE_MX:
        rr->preference = read_number(reader, 2);
        return keep_name(reader, arena, &rr->name);
    case SES_QTYPE_TXT:
        return keep_text(reader, end, arena, &rr->text);
    case SES_QTYPE_SOA:
        return read_soa(reader, arena, rr);
    default:
        return keep_name(reader, arena, &rr->name);
    }
}

static bool is_wanted(unsigned type)
{
    return strcmp(ses_qtype_name((enum ses_qtype)type), "TYPE") != 0;
}

/* The records of a section that we know, in its order. */
struct section {
    struct ses_rr *rrs; /* arena */
    size_t count;
    size_t capacity;
};

static int read_record(struct reader *reader, struct ses_arena *arena, struct section *section)
{
    char text[MAX_NAME_TEXT];
    struct rr_head head;
    struct ses_rr *rr;
    int error;

    if (!read_rr_head(reader, text, &head))
        return 0;
    if (!is_wanted(head.type) || head.class != CLASS_IN) {
        reader->at = head.end;
        return 0;
    }
    error = ses_arena_grow(arena, &section->rrs, section->count, &section->capacity,
                           sizeof(*section->rrs));
    if (error != 0)
        return error;
    rr = &section->rrs[section->count];
    *rr = (struct ses_rr){.type = (enum ses_qtype)head.type, .ttl = head.ttl};
    error = ses_arena_copy(arena, head.owner, &rr->owner);
    if (error == 0)
        error = read_data(reader, head.end, arena, rr);
    section->count++;
    reader->bad |= reader->at != head.end;
    return error;
}

static int read_section(struct reader *reader, unsigned count, struct ses_arena *arena,
                        struct section *section)
{
    int error = 0;

    for (unsigned i = 0; i < count && !reader->bad && error == 0; i++)
        error = read_record(reader, arena, section);
    return error;
}

static void read_options(struct reader *reader, size_t end, struct ses_message_head *head)
{
    while (!reader->bad && reader->at < end) {
        unsigned code = read_number(reader, 2);
        unsigned len = read_number(reader, 2);

        reader->bad |= reader->at > end || end - reader->at < len;
        if (reader->bad)
            return;
        if (code == OPTION_EXTENDED && len >= 2 && head->extended < 0) {
            struct reader option = *reader;

            head->extended = (int)read_number(&option, 2);
            head->extended_text = (struct ses_str){(const char *)option.bytes + option.at, len - 2};
        }
        reader->at += len;
    }
}

/* Of the additional section only the OPT record says anything to us. */
static void read_additional(struct reader *reader, unsigned count, struct ses_message_head *head)
{
    char text[MAX_NAME_TEXT];
    struct rr_head rr;

    for (unsigned i = 0; i < count && read_rr_head(reader, text, &rr); i++) {
        if (rr.type == TYPE_OPT) {
            head->rcode |= rr.ttl >> 24 << 4;
            read_options(reader, rr.end, head);
        }
        reader->at = rr.end;
    }
}

static const struct ses_rr *find_rr(const struct section *section, struct ses_str owner,
                                    enum ses_qtype type)
{
    for (size_t i = 0; i < section->count; i++) {
        if (section->rrs[i].type == type && ses_str_eq_nocase(section->rrs[i].owner, owner))
            return &section->rrs[i];
    }
    return NULL;
}

static bool has_other_target(const struct section *section, const struct ses_rr *cname)
{
    for (size_t i = 0; i < section->count; i++) {
        const struct ses_rr *rr = &section->rrs[i];

        if (rr->type == SES_QTYPE_CNAME && ses_str_eq_nocase(rr->owner, cname->owner) &&
            !ses_str_eq_nocase(rr->name, cname->name))
            return true;
    }
    return false;
}

static void lower_ttl(struct ses_answer *answer, uint32_t ttl)
{
    if (ttl < answer->ttl)
        answer->ttl = ttl;
}

/* Follows the CNAMEs from the name that was asked. Sets the chain, and `*ret_end` to its end. */
static int follow_chain(const struct section *section, const struct ses_question *question,
                        struct ses_arena *arena, struct ses_answer *answer, struct ses_str *ret_end)
{
    /* Each record serves once, or there is a circle. */
    size_t max = section->count < SES_MAX_CHAIN ? section->count : SES_MAX_CHAIN;
    struct ses_rr *chain = ses_arena_array(arena, max, sizeof(*chain));
    const struct ses_rr *cname;

    if (!chain)
        return SES_ENOMEM;
    *ret_end = question->name;
    answer->chain = chain;
    while (question->type != SES_QTYPE_CNAME &&
           (cname = find_rr(section, *ret_end, SES_QTYPE_CNAME)) != NULL) {
        if (answer->chain_count == max) {
            answer->status = SES_ANSWER_LOOP;
            return 0;
        }
        chain[answer->chain_count++] = *cname;
        answer->forked |= has_other_target(section, cname);
        lower_ttl(answer, cname->ttl);
        *ret_end = cname->name;
    }
    return 0;
}

static int collect(const struct section *section, struct ses_str owner, enum ses_qtype type,
                   struct ses_arena *arena, struct ses_answer *answer)
{
    struct ses_rr *rrs = ses_arena_array(arena, section->count, sizeof(*rrs));

    if (!rrs)
        return SES_ENOMEM;
    answer->rrs = rrs;
    for (size_t i = 0; i < section->count; i++) {
        const struct ses_rr *rr = &section->rrs[i];

        if (rr->type != type || !ses_str_eq_nocase(rr->owner, owner))
            continue;
        rrs[answer->count++] = *rr;
        lower_ttl(answer, rr->ttl);
    }
    answer->forked |= type == SES_QTYPE_CNAME && answer->count > 1;
    return 0;
}

/* What an answer without the records asked for means (RFC 2308 section 2). */
static enum ses_answer_status negative_status(const struct ses_answer *answer, unsigned rcode,
                                              bool refers)
{
    bool leads_away = answer->chain_count > 0 && !answer->soa && !answer->recursive;

    if (leads_away && rcode != 3)
        return SES_ANSWER_ELSEWHERE;
    if (rcode == 3)
        return SES_ANSWER_NXDOMAIN;
    /* A server that neither has the zone nor asks others points elsewhere, or nowhere. */
    if (!answer->soa && !answer->recursive && (refers || !answer->authoritative))
        return SES_ANSWER_LAME;
    return SES_ANSWER_NODATA;
}

static enum ses_answer_status failure_status(const struct ses_answer *answer, unsigned rcode)
{
    /* An authoritative server that refuses the target of a CNAME has said all it knows. */
    if (answer->chain_count > 0 && !answer->recursive)
        return SES_ANSWER_ELSEWHERE;
    return rcode == 2 ? SES_ANSWER_SERVFAIL : rcode == 5 ? SES_ANSWER_REFUSED : SES_ANSWER_RCODE;
}

static int conclude(const struct ses_question *question, struct ses_arena *arena, unsigned rcode,
                    const struct section *answers, const struct section *authorities,
                    struct ses_answer *answer)
{
    struct ses_str end;
    int error = follow_chain(answers, question, arena, answer, &end);

    if (error != 0 || answer->status == SES_ANSWER_LOOP)
        return error;
    error = collect(answers, end, question->type, arena, answer);
    for (size_t i = 0; i < authorities->count && !answer->soa; i++) {
        if (authorities->rrs[i].type == SES_QTYPE_SOA)
            answer->soa = &authorities->rrs[i];
    }
    if (error != 0 || answer->count > 0)
        return error;
    if (answer->soa)
        lower_ttl(answer, answer->soa->ttl);
    answer->status = rcode == 0 || rcode == 3
                         ? negative_status(answer, rcode, authorities->count > 0)
                         : failure_status(answer, rcode);
    if (answer->status == SES_ANSWER_RCODE)
        return ses_arena_printf(arena, &answer->reason, "response code %u", rcode);
    return 0;
}

int ses_message_read(struct ses_str message, const struct ses_question *question,
                     struct ses_arena *arena, struct ses_message_head *ret_head,
                     struct ses_answer *ret_answer)
{
    struct reader reader = reader_of(message);
    struct header header = read_header(&reader);
    struct section answers = {0};
    struct section authorities = {0};
    int error = 0;

    *ret_head = (struct ses_message_head){.extended = -1};
    *ret_answer = (struct ses_answer){.ttl = UINT32_MAX};
    if (!reader.bad && header.counts[0] > 0)
        reader.bad |= header.counts[0] != 1 || !read_question(&reader, question);
    ret_head->rcode = header.flags & 0x000F;
    ret_head->authoritative = ret_answer->authoritative = (header.flags & 0x0400) != 0;
    ret_head->truncated = (header.flags & 0x0200) != 0;
    ret_head->recursive = ret_answer->recursive = (header.flags & 0x0080) != 0;
    ret_head->authentic = ret_answer->secure = (header.flags & 0x0020) != 0;
    error = read_section(&reader, header.counts[1], arena, &answers);
    if (error == 0)
        error = read_section(&reader, header.counts[2], arena, &authorities);
    if (error != 0)
        return error;
    read_additional(&reader, header.counts[3], ret_head);
    /* What stands behind the message was not meant for us either. */
    if (reader.bad || reader.at != reader.len) {
        *ret_answer = (struct ses_answer){.status = SES_ANSWER_MALFORMED};
        return 0;
    }
    error = conclude(question, arena, ret_head->rcode, &answers, &authorities, ret_answer);
    if (ret_answer->ttl == UINT32_MAX)
        ret_answer->ttl = 0;
    return error;
}

/* RFC 8914 section 4. */
static const char *const extended_names[] = {
    "other error",
    "unsupported DNSKEY algorithm",
    "unsupported DS digest type",
    "stale answer",
    "forged answer",
    "DNSSEC indeterminate",
    "DNSSEC bogus",
    "signature expired",
    "signature not yet valid",
    "DNSKEY missing",
    "RRSIGs missing",
    "no zone key bit set",
    "NSEC missing",
    "cached error",
    "not ready",
    "blocked",
    "censored",
    "filtered",
    "prohibited",
    "stale NXDOMAIN answer",
    "not authoritative",
    "not supported",
    "no reachable authority",
    "network error",
    "invalid data",
};

const char *ses_message_extended_name(int extended)
{
    bool known =
        extended >= 0 && (size_t)extended < sizeof(extended_names) / sizeof(extended_names[0]);

    return known ? extended_names[extended] : NULL;
}

bool ses_message_is_dnssec_error(int extended)
{
    return extended >= 5 && extended <= 12;
}
