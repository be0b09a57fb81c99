/* SPDX-License-Identifier: MIT */
/* What DNS still has of a request that is to go. */
#include "verify/remains.h"

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
#include "verify/verifier.h"

#define HEADER "Type,Name,Value\n"
#define T1 "lb26ujzerk7o5xgpav5yif3ifuonjc4z"
#define DKIM "CNAME," T1 "._domainkey.example.edu," T1 ".dkim.amazonses.com\n"
#define OWNER T1 "._domainkey.example.edu"
#define TARGET T1 ".dkim.amazonses.com"
#define TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="
#define VERIFICATION "TXT,_amazonses.example.edu," TOKEN "\n"
#define NAME "_amazonses.example.edu"
#define MX "MX,mail.example.edu,10 feedback-smtp.us-east-1.amazonses.com\n"
#define FEEDBACK "feedback-smtp.us-east-1.amazonses.com"
#define ROW(name, type, data)                                                                      \
    {                                                                                              \
        name, type, data, 0, NULL                                                                  \
    }
#define ZONE ROW("example.edu", SES_QTYPE_SOA, "hostmaster@example.edu")
#define END ROW(NULL, 0, NULL)

struct row {
    const char *name, *rows, *node;
    struct scripted_row zone[8];
    const char *expected;   /* a verdict for each expectation */
    const char *neighbours; /* "type name data;" each */
};

static const struct row rows[] = {
    {"a CNAME that is there",
     DKIM,
     NULL,
     {ZONE, ROW(OWNER, SES_QTYPE_CNAME, TARGET), END},
     "ok skipped ",
     ""},
    /* What it leads to has no key any more; the record is there all the same. */
    {"a CNAME that is gone", DKIM, NULL, {ZONE, END}, "missing skipped ", ""},
    {"a CNAME to another target",
     DKIM,
     NULL,
     {ZONE, ROW(OWNER, SES_QTYPE_CNAME, "x.edu"), END},
     "missing skipped ",
     ""},
    {"a TXT among others",
     VERIFICATION,
     NULL,
     {ZONE, ROW(NAME, SES_QTYPE_TXT, "theirs"), ROW(NAME, SES_QTYPE_TXT, TOKEN), END},
     "ok ",
     "TXT " NAME " theirs;"},
    {"other types at the name",
     VERIFICATION,
     NULL,
     {ZONE, ROW(NAME, SES_QTYPE_TXT, TOKEN), ROW(NAME, SES_QTYPE_MX, "10 mx.example.edu"),
      ROW(NAME, SES_QTYPE_A, "192.0.2.1"), END},
     "ok ",
     "MX " NAME " 10 mx.example.edu;A " NAME " 192.0.2.1;"},
    {"a TXT that is another now",
     VERIFICATION,
     NULL,
     {ZONE, ROW(NAME, SES_QTYPE_TXT, "theirs"), END},
     "missing ",
     ""},
    /* The value behind a CNAME is a record of another name. */
    {"a CNAME in the place of a TXT",
     VERIFICATION,
     NULL,
     {ZONE, ROW(NAME, SES_QTYPE_CNAME, "other.example.edu"),
      ROW("other.example.edu", SES_QTYPE_TXT, TOKEN), END},
     "missing ",
     ""},
    {"the case of a value matters",
     VERIFICATION,
     NULL,
     {ZONE, ROW(NAME, SES_QTYPE_TXT, "mKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="), END},
     "missing ",
     ""},
    {"an MX beside another",
     MX,
     NULL,
     {ZONE, ROW("mail.example.edu", SES_QTYPE_MX, "10 " FEEDBACK),
      ROW("mail.example.edu", SES_QTYPE_MX, "20 mx.example.edu"), END},
     "ok ",
     "MX mail.example.edu 20 mx.example.edu;"},
    {"an MX of another preference",
     MX,
     NULL,
     {ZONE, ROW("mail.example.edu", SES_QTYPE_MX, "20 " FEEDBACK), END},
     "missing ",
     ""},
    {"a node with another address too",
     VERIFICATION,
     "198.51.100.7=mail1.example.edu",
     {ZONE, ROW("mail1.example.edu", SES_QTYPE_A, "198.51.100.7"),
      ROW("mail1.example.edu", SES_QTYPE_A, "198.51.100.8"), END},
     "missing ok skipped ",
     "A mail1.example.edu 198.51.100.8;"},
    {"nobody tells",
     VERIFICATION,
     NULL,
     {ZONE, {NAME, SES_QTYPE_TXT, "", SES_ANSWER_SERVFAIL, "because"}, END},
     "unknown ",
     ""},
    {"somebody lies",
     VERIFICATION,
     NULL,
     {ZONE, {NAME, SES_QTYPE_TXT, "", SES_ANSWER_BOGUS, "because"}, END},
     "bogus ",
     ""},
};

struct outcome {
    char verdicts[256], neighbours[1024];
};

static int verified(void *context, struct ses_verification *verification)
{
    const struct ses_expectations *expectations = &verification->expectations;
    const struct ses_neighbours *neighbours = &verification->neighbours;
    struct outcome *outcome = context;

    for (size_t i = 0; i < expectations->count; i++) {
        size_t len = strlen(outcome->verdicts);

        snprintf(outcome->verdicts + len, sizeof(outcome->verdicts) - len, "%s ",
                 ses_verdict_name(expectations->items[i].verdict));
    }
    for (size_t i = 0; i < neighbours->count; i++) {
        size_t len = strlen(outcome->neighbours);

        snprintf(outcome->neighbours + len, sizeof(outcome->neighbours) - len, "%s %.*s %.*s;",
                 ses_qtype_name(neighbours->items[i].question.type),
                 SES_STR_ARG(neighbours->items[i].question.name),
                 SES_STR_ARG(neighbours->items[i].text));
    }
    return 0;
}

static void free_nothing(struct ses_resolver *resolver)
{
    (void)resolver;
}

/* The request is made once; DNS is asked about it any number of times. */
struct scene {
    const struct row *row;
    char text[1024]; /* the export, which the request points into */
    struct ses_arena arena;
    struct collect collect;
    struct ses_requests requests;
    struct outcome outcome;
};

static void scene_init(struct scene *scene, const struct row *row)
{
    const char *texts[] = {scene->text, NULL};
    struct ses_node node;

    *scene = (struct scene){.row = row};
    collect_init(&scene->collect, SES_ERROR);
    snprintf(scene->text, sizeof(scene->text), HEADER "%s", row->rows);
    assert_int_equal(
        collect_requests(texts, &scene->arena, &scene->requests, &scene->collect.findings), 0);
    assert_int_equal(scene->requests.count, 1);
    if (!row->node)
        return;
    assert_int_equal(ses_node_parse(ses_str_of(row->node), (struct ses_place){0}, &scene->arena,
                                    &node, &scene->collect.findings),
                     0);
    assert_int_equal(ses_request_add_node(scene->requests.items[0], &scene->arena, &node), 0);
}

static void scene_done(struct scene *scene)
{
    collect_done(&scene->collect);
    ses_arena_done(&scene->arena);
}

static int ask(void *ctx)
{
    struct scene *scene = ctx;
    struct scripted scripted = {
        .resolver = {scripted_ask, scripted_wait, free_nothing},
        .rows = scene->row->zone,
        .recursive = true,
        .limit = 64,
    };
    struct ses_verifier verifier = {.resolver = &scripted.resolver,
                                    .options = {.remains = true},
                                    .done = verified,
                                    .context = &scene->outcome};
    int error = ses_verifier_init(&verifier);

    scene->outcome = (struct outcome){0};
    if (error == 0)
        error = ses_verifier_add(&verifier, scene->requests.items[0]);
    if (error == 0)
        error = ses_verifier_finish(&verifier);
    ses_verifier_done(&verifier);
    return error;
}

static void test_remains__tells_what_is_there_and_what_beside_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene scene;

        scene_init(&scene, &rows[i]);
        assert_int_equal(ask(&scene), 0);
        if (strcmp(scene.outcome.verdicts, rows[i].expected) != 0 ||
            strcmp(scene.outcome.neighbours, rows[i].neighbours) != 0)
            fail_msg("'%s': '%s' '%s', not '%s' '%s'", rows[i].name, scene.outcome.verdicts,
                     scene.outcome.neighbours, rows[i].expected, rows[i].neighbours);
        scene_done(&scene);
    }
}

static void test_remains__survives_every_failed_allocation(void **state)
{
    struct scene scene;

    (void)state;
    scene_init(&scene, &rows[4]);
    alloc_fail_each(ask, &scene);
    scene_done(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remains__tells_what_is_there_and_what_beside_it),
        cmocka_unit_test(test_remains__survives_every_failed_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
