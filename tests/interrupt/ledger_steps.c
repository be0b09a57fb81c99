/* SPDX-License-Identifier: MIT */
/* What a ledger goes through in its life, a step after the other, for ledger.py to kill it at every
 * call: `ledger-steps FILE`. Behind each step it prints its name. Run again it does the same again:
 * what is done stays done. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "ledger/ledger.h"

#define NOW 1764547200 /* 2025-12-01 */
#define DIGEST "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static int complain(struct ses_findings *findings, const struct ses_finding *finding)
{
    (void)findings;
    fprintf(stderr, "%s: %s [%s]\n", finding->place.file, finding->sentence, finding->code->code);
    return 0;
}

static void end_unless(const char *step, int error)
{
    if (error == 0)
        return;
    fprintf(stderr, "ledger-steps: %s: %s\n", step, ses_strerror(error));
    exit(1);
}

/* Unbuffered, so that what was said was done. */
static void say(const char *step)
{
    char line[32];
    int len = snprintf(line, sizeof(line), "%s\n", step);

    if (write(STDOUT_FILENO, line, (size_t)len) != len)
        exit(1);
}

static struct ses_request *make_request(struct ses_arena *arena, const char *subject)
{
    struct ses_request *request = ses_arena_alloc(arena, sizeof(*request));
    struct ses_record *record = ses_arena_alloc(arena, sizeof(*record));
    struct ses_node node = {.name = ses_str_of(subject)};

    if (!request || !record)
        exit(1);
    ses_request_init(request, SES_SUBJECT_DOMAIN);
    request->subject = ses_str_of(subject);
    request->lifetime = (struct ses_lifetime){SES_LIFETIME_POC, {2026, 3, 31}};
    record->type = SES_TXT;
    record->value = SES_STR("v=DMARC1; p=none;");
    end_unless("record", ses_arena_printf(arena, &record->owner, "_dmarc.%s", subject));
    end_unless("record", ses_record_classify(record, arena));
    end_unless("record", ses_request_add_record(request, arena, record));
    end_unless("node", ses_address_parse(SES_STR("198.51.100.7"), &node.address));
    end_unless("node", ses_request_add_node(request, arena, &node));
    end_unless("request", ses_request_settle(request, arena));
    end_unless("request", ses_request_seal(request, NULL));
    return request;
}

struct run {
    struct ses_ledger *ledger;
    struct ses_findings findings;
    struct ses_arena arena;
    const struct ses_request *requests[2];
};

static struct ses_ledger_intent intent_of(struct run *run, const char *key,
                                          enum ses_operation operation, const char *refers_to)
{
    return (struct ses_ledger_intent){.ticket = {.key = ses_str_of(key),
                                                 .operation = operation,
                                                 .subject = SES_STR("physics"),
                                                 .digest = SES_STR(DIGEST),
                                                 .refers_to = ses_str_of(refers_to)},
                                      .requests = run->requests,
                                      .request_count = 2};
}

static int intend_two(struct run *run)
{
    const struct ses_ledger_intent intents[] = {intent_of(run, "a", SES_ADD, ""),
                                                intent_of(run, "b", SES_ADD, "")};

    return ses_ledger_intend(run->ledger, intents, 2, NOW, &run->findings);
}

static int send_a(struct run *run)
{
    return ses_ledger_sent(run->ledger, SES_STR("a"), NOW + 1, &run->findings);
}

static int open_a(struct run *run)
{
    const struct ses_ledger_ticket ticket = {.instance = SES_STR("https://example.com"),
                                             .table = SES_STR("incident"),
                                             .record = SES_STR("0123456789abcdef"),
                                             .number = SES_STR("INC0010001"),
                                             .state = SES_STR("New")};

    return ses_ledger_opened(run->ledger, SES_STR("a"), &ticket, NOW + 2, &run->findings);
}

static int attach_a(struct run *run)
{
    return ses_ledger_attached(run->ledger, SES_STR("a"), NOW + 3, &run->findings);
}

static int ask_dns(struct run *run)
{
    return ses_ledger_set_dns(run->ledger, SES_STR("a"), SES_STR("one.example.edu"),
                              SES_LEDGER_DNS_ALL, NOW + 4, &run->findings);
}

static int intend_renewal(struct run *run)
{
    const struct ses_ledger_intent intent = intent_of(run, "r", SES_RENEW, "a");

    return ses_ledger_intend(run->ledger, &intent, 1, NOW + 5, &run->findings);
}

static int renew(struct run *run)
{
    const struct ses_lifetime lifetime = {SES_LIFETIME_POC, {2026, 6, 30}};

    return ses_ledger_renewed(run->ledger, SES_STR("a"), SES_STR("one.example.edu"), SES_STR("r"),
                              &lifetime, &run->findings);
}

static int intend_removal(struct run *run)
{
    const struct ses_ledger_intent intent = intent_of(run, "d", SES_REMOVE, "b");

    return ses_ledger_intend(run->ledger, &intent, 1, NOW + 6, &run->findings);
}

static int ask_removal(struct run *run)
{
    return ses_ledger_removed(run->ledger, SES_STR("b"), SES_STR("two.example.edu"), SES_STR("d"),
                              0, &run->findings);
}

static int see_removal(struct run *run)
{
    return ses_ledger_removed(run->ledger, SES_STR("b"), SES_STR("two.example.edu"), SES_STR("d"),
                              NOW + 7, &run->findings);
}

static int intend_in_vain(struct run *run)
{
    const struct ses_ledger_intent intent = intent_of(run, "x", SES_ADD, "");

    return ses_ledger_intend(run->ledger, &intent, 1, NOW + 8, &run->findings);
}

static int forget(struct run *run)
{
    return ses_ledger_forget(run->ledger, SES_STR("x"), &run->findings);
}

static const struct {
    const char *name;
    int (*take)(struct run *run);
} steps[] = {
    {"intend-two", intend_two},
    {"send", send_a},
    {"open", open_a},
    {"attach", attach_a},
    {"ask-dns", ask_dns},
    {"intend-renewal", intend_renewal},
    {"renew", renew},
    {"intend-removal", intend_removal},
    {"ask-removal", ask_removal},
    {"see-removal", see_removal},
    {"intend-in-vain", intend_in_vain},
    {"forget", forget},
};

int main(int argc, char **argv)
{
    struct run run = {.findings = {.emit = complain}};

    if (argc != 2) {
        fputs("usage: ledger-steps FILE\n", stderr);
        return 2;
    }
    run.requests[0] = make_request(&run.arena, "one.example.edu");
    run.requests[1] = make_request(&run.arena, "two.example.edu");
    end_unless("make", ses_ledger_open(argv[1], SES_LEDGER_WRITE, "ledger-steps", &run.ledger,
                                       &run.findings));
    say("make");
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        end_unless(steps[i].name, steps[i].take(&run));
        say(steps[i].name);
    }
    ses_ledger_closep(&run.ledger);
    say("close");
    ses_arena_done(&run.arena);
    return 0;
}
