/* SPDX-License-Identifier: MIT */
#include "check/batch.h"

#include <stdbool.h>

#include "base/error.h"

enum {
    SUBJECT_TWICE,
    TOKEN_SHARED,
    OWNER_CONFLICT,
    ADDRESS_TWO_NAMES,
    NAME_TWO_ADDRESSES,
    LIFETIMES_MIXED,
};

const struct ses_code ses_batch_codes[] = {
    [SUBJECT_TWICE] = {"batch-subject-twice", SES_ERROR, "A domain or host is in the input twice.",
                       "It would get two tickets, perhaps with different dates, and one would undo "
                       "the other.",
                       "Join the two rows into one: a row may name several exports.",
                       "Follows from one ticket a subject; ServiceNow has no guard of its own"},
    [TOKEN_SHARED] =
        {"batch-dkim-token-shared", SES_ERROR, "Two domains have the same DKIM token.",
         "SES gives every identity tokens of its own: rows of two exports were mixed, "
         "and one of the domains will not be verified.",
         "Download the exports of both domains again.",
         "55 of 55 published tokens are distinct; Amazon SES Developer Guide, Easy DKIM"},
    [OWNER_CONFLICT] =
        {"batch-owner-conflict", SES_ERROR,
         "Two requests want different records at one owner name.",
         "A CNAME, an SPF or a DMARC record can stand there once; whichever ticket is "
         "done last wins, or the zone does not load.",
         "Decide which of the two is right and take the other out.",
         "RFC 2181 section 10.1, RFC 7208 section 3.2, RFC 7489 section 6.6.3"},
    [ADDRESS_TWO_NAMES] = {"batch-address-two-names", SES_ERROR,
                           "One address has different names in two requests.",
                           "A mail server's address must have exactly one name, or forward and "
                           "reverse DNS do not agree.",
                           "Give the address one name, the same in all requests.",
                           "RFC 1912 section 2.1; NetDB help, reverse lookup order"},
    [NAME_TWO_ADDRESSES] =
        {"batch-name-two-addresses", SES_WARNING,
         "One name has different addresses in two requests.",
         "It resolves to either at random, and a node cloned twice is refused the "
         "second time.",
         "Give each address a name of its own.", "NetDB help, node names are unique"},
    [LIFETIMES_MIXED] = {"batch-lifetimes-mixed", SES_WARNING,
                         "One ticket group has proofs of concept and production.",
                         "They never share a ticket: a ticket is removed on its date or never. The "
                         "group gets two.",
                         "Nothing to do where that is meant; else correct the lifetime.",
                         "The process: proof of concept or production"},
};
const size_t ses_batch_code_count = sizeof(ses_batch_codes) / sizeof(ses_batch_codes[0]);

/* What a string is, where it is looked up: the same bytes as something else are another string. */
enum purpose {
    NOTHING,
    SUBJECT,
    DKIM_TOKEN,
    MAIL_FROM_OWNER,
    SPF_OWNER,
    DMARC_OWNER,
    CNAME_OWNER,
    ADDRESS,
    NAME_OF_IPV4,
    NAME_OF_IPV6,
    TICKET_GROUP,
};

/* The request that is being added. */
struct visit {
    struct ses_batch *batch;
    const struct ses_request *request;
    uint32_t self; /* what is remembered of it */
    struct ses_findings *findings;
};

/* A string that must be this request's alone, or go together with one other only. */
struct claim {
    enum purpose purpose;
    struct ses_str key;
    struct ses_place place; /* where the request says so */
    int code;               /* of the finding where it is another's */
};

void ses_batch_init(struct ses_batch *batch, const struct ses_requests *given,
                    enum ses_group_key group_by)
{
    *batch = (struct ses_batch){.given = given, .group_by = group_by};
}

void ses_batch_done(struct ses_batch *batch)
{
    if (batch)
        ses_seen_done(&batch->seen);
}

/* A row of a manifest is where people look; without one, what the row would have said. */
static struct ses_place place_of(const struct visit *visit, const struct claim *claim)
{
    return visit->request->row_at.line > 0 ? visit->request->row_at : claim->place;
}

static int report(const struct visit *visit, const struct claim *claim, uint32_t earlier)
{
    static const char *const sentences[] = {
        [SUBJECT_TWICE] = "domain or host that was requested already",
        [TOKEN_SHARED] = "DKIM token that belongs to another domain already",
        [OWNER_CONFLICT] = "owner name at which another record was requested already",
        [ADDRESS_TWO_NAMES] = "address that has another name already",
        [NAME_TWO_ADDRESSES] = "name that has another address already",
        [LIFETIMES_MIXED] = "two tickets for this group: it has the other lifetime already",
    };
    const struct ses_requests *given = visit->batch->given;
    struct ses_finding finding = {.code = &ses_batch_codes[claim->code],
                                  .place = place_of(visit, claim),
                                  .value = claim->key,
                                  .subject = visit->request->subject.ptr};

    if (visit->request->row_at.line > 0)
        return ses_finding_report(visit->findings, finding, "%s, on line %u of the manifest",
                                  sentences[claim->code], (unsigned)earlier);
    if (given && earlier < given->count)
        return ses_finding_report(visit->findings, finding, "%s, by %s", sentences[claim->code],
                                  given->items[earlier]->subject.ptr);
    return ses_finding_report(visit->findings, finding, "%s, by request %u", sentences[claim->code],
                              (unsigned)earlier + 1);
}

/* Looks for `hash`. Where nobody had it, it is this request's from now on. */
static int meet(const struct visit *visit, uint64_t hash, bool *ret_found, uint32_t *ret_number)
{
    *ret_number = visit->self;
    *ret_found = ses_seen_find(&visit->batch->seen, hash, ret_number);
    return *ret_found ? 0 : ses_seen_add(&visit->batch->seen, hash, visit->self);
}

/* Reports a claim to what an earlier request has. `*ret_taken` says whether it was. */
static int take(const struct visit *visit, const struct claim *claim, bool *ret_taken)
{
    uint32_t earlier;
    bool found;
    int error = meet(visit, ses_seen_hash(claim->key, claim->purpose), &found, &earlier);

    *ret_taken = found && earlier != visit->self;
    if (error != 0 || !*ret_taken)
        return error;
    return report(visit, claim, earlier);
}

/* A claim that another request may make too, as long as `other` is the same. Each other value is
 * reported once. */
static int bind(const struct visit *visit, const struct claim *claim, struct ses_str other)
{
    uint64_t hash = ses_seen_hash(claim->key, claim->purpose);
    uint64_t pair = hash ^ (ses_seen_hash(other, claim->purpose) * 31);
    uint32_t earlier, unused;
    bool found, same;
    int error = meet(visit, hash, &found, &earlier);

    if (error == 0)
        error = meet(visit, pair != 0 ? pair : 1, &same, &unused);
    if (error != 0 || same || !found || earlier == visit->self)
        return error;
    return report(visit, claim, earlier);
}

/* Which names can have one record of a kind only. DKIM names are those of their domain, so that two
 * requests can share one only where the domain is there twice. */
static const enum purpose owner_purposes[SES_RECORD_KINDS] = {
    [SES_RECORD_MAIL_FROM] = MAIL_FROM_OWNER,
    [SES_RECORD_SPF] = SPF_OWNER,
    [SES_RECORD_DMARC] = DMARC_OWNER,
    [SES_RECORD_OTHER] = CNAME_OWNER,
};

static int add_record(const struct visit *visit, const struct ses_record *record)
{
    struct claim claim = {owner_purposes[record->kind], record->owner, record->owner_at,
                          OWNER_CONFLICT};
    bool taken;

    if (record->kind == SES_RECORD_DKIM) {
        claim = (struct claim){DKIM_TOKEN, ses_record_target_token(record), record->owner_at,
                               TOKEN_SHARED};
        return claim.key.len > 0 ? take(visit, &claim, &taken) : 0;
    }
    /* Of records that mean nothing to SES, only a CNAME has its name to itself. */
    if (claim.purpose == NOTHING || (record->kind == SES_RECORD_OTHER && record->type != SES_CNAME))
        return 0;
    return bind(visit, &claim, record->target.len > 0 ? record->target : record->value);
}

static int add_node(const struct visit *visit, const struct ses_node *node)
{
    struct ses_str address = ses_str_of(node->address.text);
    const struct claim by_address = {ADDRESS, address, node->place, ADDRESS_TWO_NAMES};
    const struct claim by_name = {node->address.version == 4 ? NAME_OF_IPV4 : NAME_OF_IPV6,
                                  node->name, node->place, NAME_TWO_ADDRESSES};
    int error;

    if (node->address.version == 0 || node->name.len == 0)
        return 0;
    error = bind(visit, &by_address, node->name);
    return error != 0 ? error : bind(visit, &by_name, address);
}

static int add_lifetime(const struct visit *visit)
{
    const struct ses_request *request = visit->request;
    const struct claim claim = {TICKET_GROUP, ses_group_value(request, visit->batch->group_by),
                                request->subject_at, LIFETIMES_MIXED};

    if (visit->batch->group_by == SES_GROUP_NONE || request->lifetime.kind == SES_LIFETIME_NONE)
        return 0;
    return bind(visit, &claim,
                request->lifetime.kind == SES_LIFETIME_POC ? SES_STR("poc")
                                                           : SES_STR("production"));
}

int ses_batch_add(struct ses_batch *batch, const struct ses_request *request,
                  struct ses_findings *findings)
{
    const struct visit visit = {.batch = batch,
                                .request = request,
                                .self = request->row_at.line > 0 ? (uint32_t)request->row_at.line
                                                                 : batch->count,
                                .findings = findings};
    const struct claim claim = {SUBJECT, request->subject, request->subject_at, SUBJECT_TWICE};
    bool twice;
    int error = take(&visit, &claim, &twice);

    batch->count++;
    /* All else that the two have in common follows from that. */
    if (error != 0 || twice)
        return error;
    for (size_t i = 0; i < request->published_count && error == 0; i++)
        error = add_record(&visit, request->published[i]);
    for (size_t i = 0; i < request->node_count && error == 0; i++)
        error = add_node(&visit, &request->nodes[i]);
    return error != 0 ? error : add_lifetime(&visit);
}
