/* SPDX-License-Identifier: MIT */
/* Verdicts: what an answer of DNS means for what was asked for. */
#include "verify/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "collect.h"
#include "ingest/node.h"
#include "scripted.h"
#include "verify/code.h"

#define HEADER "Type,Name,Value\n"
#define T1 "lb26ujzerk7o5xgpav5yif3ifuonjc4z"
#define TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
#define OTHER_TOKEN "TTTTdZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
#define DKIM "CNAME," T1 "._domainkey.example.edu," T1 ".dkim.amazonses.com\n"
#define OWNER T1 "._domainkey.example.edu"
#define TARGET T1 ".dkim.amazonses.com"
#define VERIFICATION "TXT,_amazonses.example.edu," TOKEN "\n"
#define MX "MX,mail.example.edu,10 feedback-smtp.us-east-1.amazonses.com\n"
#define FEEDBACK "feedback-smtp.us-east-1.amazonses.com"
#define SPF "TXT,mail.example.edu,v=spf1 include:amazonses.com ~all\n"
#define DMARC "TXT,_dmarc.example.edu,v=DMARC1; p=none;\n"
#define BYODKIM "TXT,s._domainkey.example.edu,p=" RSA_1024 "\n"
/* Public keys made for this test with openssl. */
#define RSA_512                                                                                    \
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANC+EssbruPqavmVcRCrVwDEn3NWbmx9ty8EOmoAZCC/"                 \
    "rhpFrJZNkn9cgQhqUIYOwnq5IiuQvRWP4x7VZYv8++8CAwEAAQ=="
#define RSA_1024                                                                                   \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDS6uv1Ly0u75jFe7xZy0aLoFzCqcAXJHefP0ZB"                 \
    "OvIJBJoSQyb7oaJLsPY3yDoN4ztbNiu8sSZ7GK4nPE/J75O6gl7nZpbDSVnR+qyitb8lgSwqJ+Ic"                 \
    "k79BzNTG9ntcZ1B+XvTPzeLKzT7UBqw4zkL11yFAwg6YSB9086eASJY+mwIDAQAB"
#define KEY_HEAD                                                                                   \
    "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDS6uv1Ly0u75jFe7xZy0aLoFzCqcAXJHefP0ZB"               \
    "OvIJBJoSQyb7oaJLsPY3yDoN4ztbNiu8sSZ7GK4nPE/J75O6gl7nZpbDSVnR+qyitb8lgSwqJ+Ic"
#define KEY_TAIL "k79BzNTG9ntcZ1B+XvTPzeLKzT7UBqw4zkL11yFAwg6YSB9086eASJY+mwIDAQAB"
#define ED25519 "MCowBQYDK2VwAyEAyzmV6uKlATmJgEV4VhhJMWTQye8z6aK7FzslqtuypUc="

/* What a zone holds besides its records. */
#define ZONE                                                                                       \
    {                                                                                              \
        "example.edu", SES_QTYPE_SOA, "hostmaster@example.edu", 0, NULL                            \
    }
#define CNAME_ROW(target)                                                                          \
    {                                                                                              \
        OWNER, SES_QTYPE_CNAME, target, 0, NULL                                                    \
    }
#define KEY_ROW(text)                                                                              \
    {                                                                                              \
        TARGET, SES_QTYPE_TXT, text, 0, NULL                                                       \
    }
#define TXT_ROW(name, text)                                                                        \
    {                                                                                              \
        name, SES_QTYPE_TXT, text, 0, NULL                                                         \
    }
#define MX_ROW(data)                                                                               \
    {                                                                                              \
        "mail.example.edu", SES_QTYPE_MX, data, 0, NULL                                            \
    }
#define STATUS(name, type, status)                                                                 \
    {                                                                                              \
        name, type, "", status, "because"                                                          \
    }
#define END                                                                                        \
    {                                                                                              \
        NULL, 0, NULL, 0, NULL                                                                     \
    }

/* Files are read in the order of documents: DKIM, verification, MAIL FROM, SPF, DMARC; nodes last.
 */

/* A request, a zone, and what comes of it: "verdict code;" for each expectation. */
struct row {
    const char *name;
    const char *rows;
    const char *node; /* "ADDRESS=NAME" */
    struct scripted_row zone[6];
    const char *expected;
    enum ses_live live;
};

static void make_request(const struct row *row, struct ses_arena *arena,
                         struct ses_request **ret_request)
{
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_requests requests = {0};
    struct ses_str text;
    const char *texts[2] = {NULL, NULL};
    struct ses_node node;

    collect_init(&collect, SES_ERROR);
    assert_int_equal(ses_arena_printf(arena, &text, HEADER "%s", row->rows ? row->rows : DKIM), 0);
    texts[0] = text.ptr;
    assert_int_equal(collect_requests(texts, arena, &requests, &collect.findings), 0);
    assert_int_equal(requests.count, 1);
    *ret_request = requests.items[0];
    if (!row->node)
        return;
    assert_int_equal(ses_node_parse(ses_str_of(row->node), (struct ses_place){0}, arena, &node,
                                    &collect.findings),
                     0);
    assert_int_equal(ses_request_add_node(*ret_request, arena, &node), 0);
    if (!row->rows)
        (*ret_request)->published_count = 0;
}

static int run(struct ses_verification *verification, struct ses_resolver *resolver)
{
    int error = 0;

    while (!ses_verification_is_done(verification) && error == 0) {
        error = ses_verification_step(verification, resolver);
        if (error == SES_ELIMIT)
            error = 0;
        if (error == 0)
            error = resolver->wait(resolver, 0);
    }
    return error;
}

static void describe(const struct ses_verification *verification, char text[4000])
{
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 0; i < verification->expectations.count; i++) {
        const struct ses_expectation *expectation = &verification->expectations.items[i];

        len += (size_t)snprintf(
            text + len, 4000 - len, "%s%s%s;", ses_verdict_name(expectation->verdict),
            expectation->code ? " " : "", expectation->code ? expectation->code->code : "");
    }
}

static void assert_row(const struct row *row, size_t limit)
{
    static const struct ses_verify_options options = {0};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_verification verification SES_CLEANUP(ses_verification_done) = {0};
    struct scripted scripted = {.resolver = {scripted_ask, scripted_wait, NULL},
                                .rows = row->zone,
                                .recursive = true,
                                .limit = limit};
    struct ses_request *request;
    char found[4000];

    make_request(row, &arena, &request);
    /* Nothing of the request is needed any more. */
    assert_int_equal(ses_verification_take(&verification, request, &options), 0);
    assert_int_equal(run(&verification, &scripted.resolver), 0);
    describe(&verification, found);
    if (strcmp(found, row->expected) != 0)
        fail_msg("'%s': '%s', want '%s'", row->name, found, row->expected);
    ASSERT_ROW(row->name, verification.live == row->live);
}

static const struct row rows[] = {
    {"all there, in another case",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW("LB26ujzerk7o5xgpav5yif3ifuonjc4z.DKIM.AmazonSES.com"),
      KEY_ROW("p=" RSA_1024), END},
     "ok;ok;",
     SES_LIVE},
    {"no CNAME", DKIM, NULL, {ZONE, END}, "missing verify-missing;skipped;", SES_LIVE_NONE},
    {"CNAME to another name",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW("other.example.org"), END},
     "different verify-different;skipped;",
     SES_LIVE_NONE},
    {"CNAME with the zone appended",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW(TARGET ".example.edu"), END},
     "different verify-target-appended;skipped;",
     SES_LIVE_NONE},
    {"CNAME at the doubled name",
     DKIM,
     NULL,
     {ZONE, {OWNER ".example.edu", SES_QTYPE_CNAME, TARGET, 0, NULL}, END},
     "missing verify-doubled;skipped;",
     SES_LIVE_NONE},
    {"another CNAME at the doubled name",
     DKIM,
     NULL,
     {ZONE, {OWNER ".example.edu", SES_QTYPE_CNAME, "example.org", 0, NULL}, END},
     "missing verify-missing;skipped;",
     SES_LIVE_NONE},
    {"flattened",
     DKIM,
     NULL,
     {ZONE, TXT_ROW(OWNER, "p=" RSA_1024), END},
     "different verify-not-cname;skipped;",
     SES_LIVE_NONE},
    {"no key",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW(TARGET), END},
     "ok;missing verify-dkim-key-missing;",
     SES_LIVE_PART},
    {"revoked",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW(TARGET), KEY_ROW("v=DKIM1; p="), END},
     "ok;different verify-dkim-key-invalid;",
     SES_LIVE_PART},
    {"short key",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW(TARGET), KEY_ROW("p=" RSA_512), END},
     "ok;different verify-dkim-key-invalid;",
     SES_LIVE_PART},
    {"not RSA",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW(TARGET), KEY_ROW("p=" ED25519), END},
     "ok;different verify-dkim-key-invalid;",
     SES_LIVE_PART},
    {"two keys",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW(TARGET), KEY_ROW("p=" RSA_1024), KEY_ROW("p=" RSA_512), END},
     "ok;different verify-several;",
     SES_LIVE_PART},
    {"CNAMEs in a circle behind",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW(TARGET), {TARGET, SES_QTYPE_CNAME, TARGET, 0, NULL}, END},
     "ok;missing verify-dkim-key-missing;",
     SES_LIVE_PART},
    {"the key is not told",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW(TARGET), STATUS(TARGET, 0, SES_ANSWER_SERVFAIL), END},
     "ok;unknown verify-unknown;",
     SES_LIVE_UNKNOWN},
    {"the key is bogus",
     DKIM,
     NULL,
     {ZONE, CNAME_ROW(TARGET), STATUS(TARGET, 0, SES_ANSWER_BOGUS), END},
     "ok;bogus verify-bogus;",
     SES_LIVE_PART},
    {"all is bogus",
     DKIM,
     NULL,
     {ZONE, STATUS(OWNER, 0, SES_ANSWER_BOGUS), END},
     "bogus verify-bogus;skipped;",
     SES_LIVE_NONE},
    {"nothing is told",
     DKIM,
     NULL,
     {ZONE, STATUS(OWNER, 0, SES_ANSWER_TIMEOUT), END},
     "unknown verify-unknown;skipped;",
     SES_LIVE_UNKNOWN},
    {"TXT fails and CNAME does not",
     DKIM,
     NULL,
     {ZONE, STATUS(OWNER, SES_QTYPE_TXT, SES_ANSWER_SERVFAIL), END},
     "missing verify-missing;skipped;",
     SES_LIVE_NONE},
    {"token",
     VERIFICATION,
     NULL,
     {ZONE, TXT_ROW("_amazonses.example.edu", TOKEN), END},
     "ok;",
     SES_LIVE},
    {"token beside others",
     VERIFICATION,
     NULL,
     {ZONE, TXT_ROW("_amazonses.example.edu", OTHER_TOKEN),
      TXT_ROW("_amazonses.example.edu", TOKEN), END},
     "ok;",
     SES_LIVE},
    {"others only",
     VERIFICATION,
     NULL,
     {ZONE, TXT_ROW("_amazonses.example.edu", OTHER_TOKEN), END},
     "missing verify-missing;",
     SES_LIVE_NONE},
    {"lower-cased",
     VERIFICATION,
     NULL,
     {ZONE, TXT_ROW("_amazonses.example.edu", "mku0dzrruvsduvgago0saci10ck7ehb05dihx0849wu="), END},
     "different verify-value-damaged;",
     SES_LIVE_NONE},
    {"quoted",
     VERIFICATION,
     NULL,
     {ZONE, TXT_ROW("_amazonses.example.edu", "\"" TOKEN "\""), END},
     "different verify-value-damaged;",
     SES_LIVE_NONE},
    {"blank behind",
     VERIFICATION,
     NULL,
     {ZONE, TXT_ROW("_amazonses.example.edu", TOKEN " "), END},
     "different verify-value-damaged;",
     SES_LIVE_NONE},
    {"cut",
     VERIFICATION,
     NULL,
     {ZONE, TXT_ROW("_amazonses.example.edu", "MKu0dZrRuvSdUvGaGo0sAci1"), END},
     "different verify-value-damaged;",
     SES_LIVE_NONE},
    {"token at the doubled name",
     VERIFICATION,
     NULL,
     {ZONE, TXT_ROW("_amazonses.example.edu.example.edu", TOKEN), END},
     "missing verify-doubled;",
     SES_LIVE_NONE},
    {"refused",
     VERIFICATION,
     NULL,
     {ZONE, STATUS("_amazonses.example.edu", 0, SES_ANSWER_REFUSED), END},
     "unknown verify-unknown;",
     SES_LIVE_UNKNOWN},
    {"lame",
     VERIFICATION,
     NULL,
     {ZONE, STATUS("_amazonses.example.edu", 0, SES_ANSWER_LAME), END},
     "unknown verify-unknown;",
     SES_LIVE_UNKNOWN},
    {"truncated",
     VERIFICATION,
     NULL,
     {ZONE, STATUS("_amazonses.example.edu", 0, SES_ANSWER_TRUNCATED), END},
     "unknown verify-unknown;",
     SES_LIVE_UNKNOWN},
    {"bogus is not missing",
     VERIFICATION,
     NULL,
     {ZONE, STATUS("_amazonses.example.edu", 0, SES_ANSWER_BOGUS), END},
     "bogus verify-bogus;",
     SES_LIVE_NONE},
    {"through a CNAME",
     VERIFICATION,
     NULL,
     {ZONE,
      {"_amazonses.example.edu", SES_QTYPE_CNAME, "t.example.org", 0, NULL},
      TXT_ROW("t.example.org", TOKEN),
      END},
     "ok;",
     SES_LIVE},
    {"a circle of CNAMEs",
     VERIFICATION,
     NULL,
     {ZONE,
      {"_amazonses.example.edu", SES_QTYPE_CNAME, "a.example.edu", 0, NULL},
      {"a.example.edu", SES_QTYPE_CNAME, "_amazonses.example.edu", 0, NULL},
      END},
     "different verify-different;",
     SES_LIVE_NONE},
    {"MAIL FROM",
     MX SPF,
     NULL,
     {ZONE, MX_ROW("10 Feedback-SMTP.us-east-1.amazonses.com"),
      TXT_ROW("mail.example.edu", "v=spf1 include:amazonses.com ~all"), END},
     "ok;ok;",
     SES_LIVE},
    {"another preference",
     MX,
     NULL,
     {ZONE, MX_ROW("20 " FEEDBACK), END},
     "different verify-different;",
     SES_LIVE_NONE},
    {"two MX",
     MX,
     NULL,
     {ZONE, MX_ROW("10 " FEEDBACK), MX_ROW("20 mx.example.edu"), END},
     "different verify-several;",
     SES_LIVE_NONE},
    {"MX with the zone appended",
     MX,
     NULL,
     {ZONE, MX_ROW("10 " FEEDBACK ".example.edu"), END},
     "different verify-target-appended;",
     SES_LIVE_NONE},
    {"no MX, but an address",
     MX,
     NULL,
     {ZONE, {"mail.example.edu", SES_QTYPE_A, "192.0.2.1", 0, NULL}, END},
     "missing verify-missing;",
     SES_LIVE_NONE},
    {"two SPF",
     SPF,
     NULL,
     {ZONE, TXT_ROW("mail.example.edu", "v=spf1 include:amazonses.com ~all"),
      TXT_ROW("mail.example.edu", "V=SPF1 -all"), END},
     "different verify-several;",
     SES_LIVE_NONE},
    {"other TXT beside SPF",
     SPF,
     NULL,
     {ZONE, TXT_ROW("mail.example.edu", "v=spf1 include:amazonses.com ~all"),
      TXT_ROW("mail.example.edu", "v=spf10 is another"), END},
     "ok;",
     SES_LIVE},
    {"another SPF",
     SPF,
     NULL,
     {ZONE, TXT_ROW("mail.example.edu", "v=spf1 -all"), END},
     "different verify-different;",
     SES_LIVE_NONE},
    {"another DMARC",
     DMARC,
     NULL,
     {ZONE, TXT_ROW("_dmarc.example.edu", "v=DMARC1; p=reject"), END},
     "different verify-different;",
     SES_LIVE_NONE},
    {"DMARC of another form",
     DMARC,
     NULL,
     {ZONE, TXT_ROW("_dmarc.example.edu", "v=DMARC1;p=none;"), END},
     "different verify-value-damaged;",
     SES_LIVE_NONE},
    {"two DMARC",
     DMARC,
     NULL,
     {ZONE, TXT_ROW("_dmarc.example.edu", "v=DMARC1; p=none;"),
      TXT_ROW("_dmarc.example.edu", "v=DMARC1; p=reject"), END},
     "different verify-several;",
     SES_LIVE_NONE},
    {"own key",
     BYODKIM,
     NULL,
     {ZONE, TXT_ROW("s._domainkey.example.edu", "p=" RSA_1024), END},
     "ok;",
     SES_LIVE},
    {"own key in two records",
     BYODKIM,
     NULL,
     {ZONE, TXT_ROW("s._domainkey.example.edu", KEY_TAIL),
      TXT_ROW("s._domainkey.example.edu", KEY_HEAD), END},
     "different verify-value-damaged;",
     SES_LIVE_NONE},
    {"own key, another one",
     BYODKIM,
     NULL,
     {ZONE, TXT_ROW("s._domainkey.example.edu", "p=" RSA_512), END},
     "different verify-different;",
     SES_LIVE_NONE},
    {"node",
     NULL,
     "192.0.2.7=m.example.edu",
     {ZONE,
      {"m.example.edu", SES_QTYPE_A, "192.0.2.7", 0, NULL},
      {"7.2.0.192.in-addr.arpa", SES_QTYPE_PTR, "M.example.edu", 0, NULL},
      END},
     "ok;ok;",
     SES_LIVE},
    {"node with more addresses",
     NULL,
     "192.0.2.7=m.example.edu",
     {ZONE,
      {"m.example.edu", SES_QTYPE_A, "192.0.2.8", 0, NULL},
      {"m.example.edu", SES_QTYPE_A, "192.0.2.7", 0, NULL},
      {"7.2.0.192.in-addr.arpa", SES_QTYPE_PTR, "m.example.edu", 0, NULL},
      {"7.2.0.192.in-addr.arpa", SES_QTYPE_PTR, "n.example.edu", 0, NULL},
      END},
     "ok;ok verify-ptr-several;",
     SES_LIVE},
    {"node elsewhere",
     NULL,
     "192.0.2.7=m.example.edu",
     {ZONE,
      {"m.example.edu", SES_QTYPE_A, "192.0.2.8", 0, NULL},
      {"7.2.0.192.in-addr.arpa", SES_QTYPE_PTR, "ec2-192-0-2-7.example.com", 0, NULL},
      END},
     "different verify-different;different verify-different;",
     SES_LIVE_NONE},
    {"node without reverse",
     NULL,
     "192.0.2.7=m.example.edu",
     {ZONE, {"m.example.edu", SES_QTYPE_A, "192.0.2.7", 0, NULL}, END},
     "ok;missing verify-missing;",
     SES_LIVE_PART},
    {"reverse through a CNAME (RFC 2317)",
     NULL,
     "192.0.2.7=m.example.edu",
     {ZONE,
      {"m.example.edu", SES_QTYPE_A, "192.0.2.7", 0, NULL},
      {"7.2.0.192.in-addr.arpa", SES_QTYPE_CNAME, "7.0-15.2.0.192.in-addr.arpa", 0, NULL},
      {"7.0-15.2.0.192.in-addr.arpa", SES_QTYPE_PTR, "m.example.edu", 0, NULL},
      END},
     "ok;ok;",
     SES_LIVE},
    {"node of IPv6",
     NULL,
     "2001:db8::7=m.example.edu",
     {ZONE,
      {"m.example.edu", SES_QTYPE_AAAA, "2001:db8:0::7", 0, NULL},
      {"7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", SES_QTYPE_PTR,
       "m.example.edu", 0, NULL},
      END},
     "ok;ok;",
     SES_LIVE},
};

static void test_verify__tells_what_is_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row(&rows[i], 64);
        assert_row(&rows[i], 1);
    }
}

/* What comes out when any allocation fails is that, and nothing leaks. */
struct trial {
    struct ses_request *request;
    const struct scripted_row *zone;
    const struct ses_verify_options *options;
};

static int try(void *context)
{
    const struct trial *trial = context;
    struct ses_verification verification SES_CLEANUP(ses_verification_done) = {0};
    struct scripted scripted = {.resolver = {scripted_ask, scripted_wait, NULL},
                                .rows = trial->zone,
                                .recursive = true,
                                .limit = 64};
    int error = ses_verification_take(&verification, trial->request, trial->options);

    return error != 0 ? error : run(&verification, &scripted.resolver);
}

static void test_verify__survives_want_of_memory(void **state)
{
    static const struct row wanted = {.name = "memory",
                                      .rows = DKIM VERIFICATION MX SPF DMARC,
                                      .node = "192.0.2.7=m.example.edu"};
    static const struct scripted_row zone[] = {ZONE,
                                               CNAME_ROW(TARGET),
                                               KEY_ROW("p="),
                                               MX_ROW("10 " FEEDBACK),
                                               MX_ROW("20 mx.example.edu"),
                                               TXT_ROW("mail.example.edu", "v=spf1 -all"),
                                               END};
    static const struct ses_verify_options options[] = {
        {0}, {.before = true, .random_label = {"r4nd0m", 6}}};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct trial trial = {.zone = zone};

    (void)state;
    make_request(&wanted, &arena, &trial.request);
    for (size_t i = 0; i < COUNT(options); i++) {
        trial.options = &options[i];
        alloc_fail_each(try, &trial);
    }
}

/* A server that has the CNAME and does not ask others says nothing of the key: that is no fault. */
static void test_verify__does_not_blame_a_server_for_what_it_does_not_have(void **state)
{
    static const struct scripted_row zone[] = {ZONE, CNAME_ROW(TARGET), END};
    static const struct row wanted = {.name = "unseen", .rows = DKIM};
    static const struct ses_verify_options options = {0};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_verification verification SES_CLEANUP(ses_verification_done) = {0};
    struct scripted scripted = {
        .resolver = {scripted_ask, scripted_wait, NULL}, .rows = zone, .limit = 64};
    struct ses_request *request;
    char found[4000];

    (void)state;
    make_request(&wanted, &arena, &request);
    assert_int_equal(ses_verification_take(&verification, request, &options), 0);
    assert_int_equal(run(&verification, &scripted.resolver), 0);
    describe(&verification, found);
    assert_string_equal(found, "ok;skipped verify-dkim-key-unseen;");
    assert_int_equal(verification.live, SES_LIVE);
}

/* Once more, after DNS has changed. */
static void test_verify__asks_anew(void **state)
{
    static const struct scripted_row before[] = {ZONE, END};
    static const struct scripted_row after[] = {ZONE, CNAME_ROW(TARGET), KEY_ROW("p=" RSA_1024),
                                                END};
    static const struct row wanted = {.name = "anew", .rows = DKIM};
    static const struct ses_verify_options options = {0};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_verification verification SES_CLEANUP(ses_verification_done) = {0};
    struct scripted scripted = {.resolver = {scripted_ask, scripted_wait, NULL},
                                .rows = before,
                                .recursive = true,
                                .limit = 64};
    struct ses_request *request;
    size_t kept;

    (void)state;
    make_request(&wanted, &arena, &request);
    assert_int_equal(ses_verification_take(&verification, request, &options), 0);
    assert_int_equal(run(&verification, &scripted.resolver), 0);
    assert_int_equal(verification.live, SES_LIVE_NONE);
    kept = verification.answers.total;
    for (int i = 0; i < 100; i++) {
        ses_verification_rewind(&verification);
        assert_false(ses_verification_is_done(&verification));
        assert_int_equal(run(&verification, &scripted.resolver), 0);
    }
    assert_int_equal(verification.answers.total, kept);
    scripted.rows = after;
    ses_verification_rewind(&verification);
    assert_int_equal(run(&verification, &scripted.resolver), 0);
    assert_int_equal(verification.live, SES_LIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verify__tells_what_is_there),
        cmocka_unit_test(test_verify__does_not_blame_a_server_for_what_it_does_not_have),
        cmocka_unit_test(test_verify__asks_anew),
        cmocka_unit_test(test_verify__survives_want_of_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
