/* SPDX-License-Identifier: MIT */
/* What stands in the way of a change: the zone, and what is at the names already. */
#include "verify/before.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"
#include "ingest/node.h"
#include "scripted.h"
#include "verify/verify.h"

#define HEADER "Type,Name,Value\n"
#define T1 "lb26ujzerk7o5xgpav5yif3ifuonjc4z"
#define OWNER T1 "._domainkey.example.edu"
#define TARGET T1 ".dkim.amazonses.com"
#define DKIM "CNAME," OWNER "," TARGET "\n"
#define TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
#define VERIFICATION "TXT,_amazonses.example.edu," TOKEN "\n"
#define MX "MX,mail.example.edu,10 feedback-smtp.us-east-1.amazonses.com\n"
#define SPF "TXT,mail.example.edu,v=spf1 include:amazonses.com ~all\n"
#define DMARC "TXT,_dmarc.example.edu,v=DMARC1; p=none;\n"
#define RANDOM "r4nd0m"

#define RR(name, type, data)                                                                       \
    {                                                                                              \
        name, SES_QTYPE_##type, data, 0, NULL                                                      \
    }
#define STATUS(name, status)                                                                       \
    {                                                                                              \
        name, 0, "", status, "because"                                                             \
    }
#define ROOT RR("", SOA, "nstld@example.com")
#define EDU RR("edu", SOA, "registry@example.com")
#define ZONE                                                                                       \
    RR("example.edu", SOA, "hostmaster@example.edu"), RR("example.edu", NS, "ns1.example.edu")
#define END                                                                                        \
    {                                                                                              \
        NULL, 0, NULL, 0, NULL                                                                     \
    }

struct row {
    const char *name;
    const char *rows;
    struct scripted_row dns[8];
    const char *zone;
    const char *expected; /* "code name TYPE found;" for each */
    const char *named;    /* the zone of the request; NULL for none */
    const char *node;     /* "ADDRESS=NAME", or NULL */
};

static void ask(const struct row *row, struct ses_verification *verification)
{
    static const struct ses_verify_options options = {.before = true,
                                                      .random_label = {RANDOM, sizeof(RANDOM) - 1}};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct scripted scripted = {.resolver = {scripted_ask, scripted_wait, NULL},
                                .rows = row->dns,
                                .recursive = true,
                                .limit = 3};
    struct ses_requests requests = {0};
    struct ses_str text;
    const char *texts[2] = {NULL, NULL};
    struct ses_node node;
    int error = 0;

    collect_init(&collect, SES_ERROR);
    assert_int_equal(ses_arena_printf(&arena, &text, HEADER "%s", row->rows), 0);
    texts[0] = text.ptr;
    assert_int_equal(collect_requests(texts, &arena, &requests, &collect.findings), 0);
    assert_int_equal(requests.count, 1);
    requests.items[0]->zone = ses_str_of(row->named);
    if (row->node) {
        assert_int_equal(ses_node_parse(ses_str_of(row->node), (struct ses_place){0}, &arena, &node,
                                        &collect.findings),
                         0);
        assert_int_equal(ses_request_add_node(requests.items[0], &arena, &node), 0);
    }
    assert_int_equal(ses_verification_take(verification, requests.items[0], &options), 0);
    for (int i = 0; i < 100 && !ses_verification_is_done(verification) && error == 0; i++) {
        error = ses_verification_step(verification, &scripted.resolver);
        if (error == 0 || error == SES_ELIMIT)
            error = scripted_wait(&scripted.resolver, 0);
    }
    assert_int_equal(error, 0);
    ASSERT_ROW(row->name, ses_verification_is_done(verification));
}

static void describe(const struct ses_before *before, char text[4000])
{
    size_t len = 0;

    text[0] = '\0';
    for (size_t i = 0; i < before->obstacle_count; i++) {
        const struct ses_obstacle *obstacle = &before->obstacles[i];

        len += (size_t)snprintf(
            text + len, 4000 - len, "%s %.*s %s %.*s;", obstacle->code->code,
            SES_STR_ARG(obstacle->question.name), ses_qtype_name(obstacle->question.type),
            SES_STR_ARG(obstacle->found_count > 0 ? obstacle->found[0] : SES_STR("-")));
    }
}

static const struct row rows[] = {
    {"nothing in the way",
     DKIM VERIFICATION MX SPF DMARC,
     {ZONE, END},
     "example.edu",
     "",
     NULL,
     NULL},
    {"not registered",
     DKIM,
     {EDU, END},
     "edu",
     "before-unregistered example.edu SOA -;",
     NULL,
     NULL},
    {"a subdomain of the zone",
     "TXT,_amazonses.sub.example.edu," TOKEN "\n",
     {EDU, ZONE, END},
     "example.edu",
     "",
     NULL,
     NULL},
    {"all is there",
     VERIFICATION,
     {ZONE, RR("_amazonses.example.edu", TXT, TOKEN), END},
     "example.edu",
     "before-live example.edu SOA -;",
     NULL,
     NULL},
    {"another CNAME",
     DKIM,
     {ZONE, RR(OWNER, CNAME, "other.example.org"), END},
     "example.edu",
     "before-occupied " OWNER " TXT other.example.org;",
     NULL,
     NULL},
    {"other data where a CNAME is to be",
     DKIM,
     {ZONE, RR(OWNER, A, "192.0.2.1"), END},
     "example.edu",
     "before-occupied " OWNER " A 192.0.2.1;",
     NULL,
     NULL},
    {"a TXT where a CNAME is to be",
     DKIM,
     {ZONE, RR(OWNER, TXT, "hello"), END},
     "example.edu",
     "before-occupied " OWNER " TXT hello;",
     NULL,
     NULL},
    {"names below do no harm",
     DKIM,
     {ZONE, RR("a." OWNER, A, "192.0.2.1"), END},
     "example.edu",
     "",
     NULL,
     NULL},
    {"a CNAME where a TXT is to be",
     VERIFICATION,
     {ZONE, RR("_amazonses.example.edu", CNAME, "a.example.org"), END},
     "example.edu",
     "before-cname _amazonses.example.edu TXT a.example.org;",
     NULL,
     NULL},
    {"other values stay",
     VERIFICATION,
     {ZONE, RR("_amazonses.example.edu", TXT, "of another account"), END},
     "example.edu",
     "",
     NULL,
     NULL},
    {"DMARC to keep",
     DMARC,
     {ZONE, RR("_dmarc.example.edu", TXT, "v=DMARC1; p=reject"), END},
     "example.edu",
     "before-keep _dmarc.example.edu TXT v=DMARC1; p=reject;",
     NULL,
     NULL},
    {"SPF and MX",
     MX SPF,
     {ZONE, RR("mail.example.edu", TXT, "v=spf1 -all"),
      RR("mail.example.edu", MX, "5 mx.example.edu"), END},
     "example.edu",
     "before-mx mail.example.edu MX 5 mx.example.edu;before-keep mail.example.edu TXT v=spf1 "
     "-all;",
     NULL,
     NULL},
    {"delegated below",
     DKIM,
     {ZONE, RR("_domainkey.example.edu", SOA, "dkim@example.org"), END},
     "example.edu",
     "before-other-zone _domainkey.example.edu SOA ;",
     NULL,
     NULL},
    {"a failure",
     VERIFICATION,
     {ZONE, STATUS("_amazonses.example.edu", SES_ANSWER_SERVFAIL), END},
     "example.edu",
     "before-unknown _amazonses.example.edu TXT -;",
     NULL,
     NULL},
    {"bogus",
     VERIFICATION,
     {ZONE, STATUS("_amazonses.example.edu", SES_ANSWER_BOGUS), END},
     "example.edu",
     "before-bogus _amazonses.example.edu TXT -;",
     NULL,
     NULL},
    {"no answer for the zone",
     VERIFICATION,
     {STATUS("example.edu", SES_ANSWER_TIMEOUT), END},
     "",
     "before-unknown example.edu SOA -;",
     NULL,
     NULL},
    {"another zone than was named",
     VERIFICATION,
     {ZONE, END},
     "example.edu",
     "before-zone example.edu SOA -;",
     "edu",
     NULL},
    {"the zone that was named", VERIFICATION, {ZONE, END}, "example.edu", "", "example.edu", NULL},
    {"a name in use",
     VERIFICATION,
     {ZONE, RR("m.example.edu", A, "192.0.2.8"), END},
     "example.edu",
     "before-node m.example.edu A 192.0.2.8;",
     NULL,
     "192.0.2.7=m.example.edu"},
    {"a CNAME at the subject hides the zone, which is above",
     VERIFICATION,
     {RR("example.edu", CNAME, "www.example.org"), EDU, END},
     "edu",
     "before-unregistered example.edu SOA -;",
     NULL,
     NULL},
};

static void test_before__tells_what_stands_in_the_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_verification verification SES_CLEANUP(ses_verification_done) = {0};
        char found[4000];

        ask(&rows[i], &verification);
        describe(&verification.before, found);
        if (strcmp(found, rows[i].expected) != 0)
            fail_msg("'%s': '%s', want '%s'", rows[i].name, found, rows[i].expected);
        ASSERT_ROW(rows[i].name, ses_str_eq(verification.before.zone, ses_str_of(rows[i].zone)));
    }
}

/* The zone that was found is a part of the subject, and so is safe to print. */
static void test_before__names_the_zone_and_its_people(void **state)
{
    static const struct row row = {"zone",
                                   VERIFICATION,
                                   {RR("EXAMPLE.edu", SOA, "hostmaster@example.edu"),
                                    RR("example.edu", NS, "ns1.example.edu"),
                                    RR("example.edu", NS, "ns2.example.edu"), END},
                                   "example.edu",
                                   "",
                                   NULL,
                                   NULL};
    struct ses_verification verification SES_CLEANUP(ses_verification_done) = {0};
    const struct ses_before *before = &verification.before;

    (void)state;
    ask(&row, &verification);
    assert_true(ses_str_eq(before->zone, SES_STR("example.edu")));
    assert_true(ses_str_eq(before->contact, SES_STR("hostmaster@example.edu")));
    assert_int_equal(before->name_server_count, 2);
    assert_true(ses_str_eq(before->name_servers[1], SES_STR("ns2.example.edu")));
}

/* A wildcard answers for the random name as it does for ours: that is no record in the way. */
static void test_before__tells_a_wildcard_from_a_record(void **state)
{
    static const struct row with = {"wildcard",
                                    VERIFICATION,
                                    {ZONE, RR("_amazonses.example.edu", CNAME, "wild.example.org"),
                                     RR(RANDOM ".example.edu", CNAME, "wild.example.org"), END},
                                    "example.edu",
                                    "",
                                    NULL,
                                    NULL};
    static const struct row beside = {"wildcard and record",
                                      VERIFICATION,
                                      {ZONE, RR("_amazonses.example.edu", CNAME, "a.example.org"),
                                       RR(RANDOM ".example.edu", CNAME, "wild.example.org"), END},
                                      "example.edu",
                                      "",
                                      NULL,
                                      NULL};
    struct ses_verification verification SES_CLEANUP(ses_verification_done) = {0};
    char found[4000];

    (void)state;
    ask(&with, &verification);
    describe(&verification.before, found);
    assert_string_equal(found, "before-wildcard " RANDOM ".example.edu TXT wild.example.org;");
    ask(&beside, &verification);
    describe(&verification.before, found);
    assert_string_equal(found,
                        "before-wildcard " RANDOM ".example.edu TXT wild.example.org;before-cname "
                        "_amazonses.example.edu TXT a.example.org;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_before__tells_what_stands_in_the_way),
        cmocka_unit_test(test_before__names_the_zone_and_its_people),
        cmocka_unit_test(test_before__tells_a_wildcard_from_a_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
