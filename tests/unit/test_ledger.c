/* SPDX-License-Identifier: MIT */
/* What a ledger keeps, and gives back. The file itself is test_store.c. */
#include "ledger/ledger.h"

#include "alloc_fail.h"
#include "base/buf.h"
#include "ledger_case.h"
#include "model/name.h"

#define TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="

static const struct wanted poc = {"example.edu", SES_SUBJECT_DOMAIN, SES_LIFETIME_POC,
                                  "2026-03-31"};

static struct ses_ledger_ticket find(struct ses_ledger *ledger, const char *key,
                                     struct ses_arena *arena, bool *ret_found)
{
    struct ses_ledger_ticket ticket = {0};

    COLLECT(collect);
    assert_int_equal(
        ses_ledger_find(ledger, ses_str_of(key), arena, &ticket, ret_found, &collect.findings), 0);
    assert_string_equal(collect_codes(&collect), "");
    return ticket;
}

/* What a list gives, a line an item: "key subject". */
static int add_line(void *context, const struct ses_ledger_item *item)
{
    ses_buf_printf(context, "%s %s\n", item->ticket.key.ptr, item->request->subject.ptr);
    return 0;
}

static void assert_list(struct ses_ledger *ledger, const struct ses_ledger_filter *filter,
                        const char *wanted)
{
    struct ses_buf lines SES_CLEANUP(ses_buf_done);

    COLLECT(collect);
    ses_buf_init(&lines, 100000);
    assert_int_equal(ses_ledger_list(ledger, filter, add_line, &lines, &collect.findings), 0);
    assert_string_equal(lines.ptr ? lines.ptr : "", wanted);
    assert_string_equal(collect_codes(&collect), "");
}

/* Every string of a ticket, with bytes that a careless statement would stumble over. */
static void test_ledger__gives_a_ticket_back(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_request *request = make_request(&poc, &arena);
    const struct ses_ledger_intent intent = {
        .ticket = {.key = SES_STR("sesdns-renew-1"),
                   .operation = SES_RENEW,
                   .subject = SES_STR("the group '\"; DROP TABLE ticket; --"),
                   .digest = SES_STR(DIGEST),
                   .refers_to = SES_STR("sesdns-add-0"),
                   .instance = SES_STR("https://example.service-now.com"),
                   .state = SES_STR("\xC3\xBC %s \n \x1b[31m")},
        .requests = &request,
        .request_count = 1};
    const struct ses_ledger_ticket opened = {.instance = SES_STR("https://other.example.com"),
                                             .table = SES_STR("sc_req_item"),
                                             .record = SES_STR("0123456789abcdef"),
                                             .number = SES_STR("RITM0010001")};
    struct ses_ledger_ticket found;
    bool there = false;

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    assert_int_equal(ses_ledger_intend(ledger, &intent, 1, NOW, &collect.findings), 0);
    found = find(ledger, "sesdns-renew-1", &arena, &there);
    assert_true(there);
    assert_true(ses_str_eq(found.key, intent.ticket.key));
    assert_int_equal(found.operation, SES_RENEW);
    assert_true(ses_str_eq(found.subject, intent.ticket.subject));
    assert_true(ses_str_eq(found.digest, intent.ticket.digest));
    assert_true(ses_str_eq(found.refers_to, intent.ticket.refers_to));
    assert_true(ses_str_eq(found.instance, intent.ticket.instance));
    assert_true(ses_str_eq(found.state, intent.ticket.state));
    assert_int_equal(found.table.len + found.record.len + found.number.len, 0);
    assert_true(found.intended_at == NOW);
    assert_true(found.sent_at == 0 && found.opened_at == 0 && found.attached_at == 0);

    assert_int_equal(ses_ledger_sent(ledger, intent.ticket.key, NOW + 1, &collect.findings), 0);
    assert_int_equal(
        ses_ledger_opened(ledger, intent.ticket.key, &opened, NOW + 2, &collect.findings), 0);
    assert_int_equal(ses_ledger_attached(ledger, intent.ticket.key, NOW + 3, &collect.findings), 0);
    found = find(ledger, "sesdns-renew-1", &arena, &there);
    assert_true(ses_str_eq(found.instance, opened.instance));
    assert_true(ses_str_eq(found.table, opened.table));
    assert_true(ses_str_eq(found.record, opened.record));
    assert_true(ses_str_eq(found.number, opened.number));
    /* Not said by who opened it, so it stays. */
    assert_true(ses_str_eq(found.state, intent.ticket.state));
    assert_true(found.intended_at == NOW && found.sent_at == NOW + 1 &&
                found.opened_at == NOW + 2 && found.attached_at == NOW + 3);
    find(ledger, "sesdns-renew-2", &arena, &there);
    assert_false(there);
}

static void test_ledger__keeps_when_it_was_opened_first(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_ledger_ticket opened = {.number = SES_STR("INC1"), .state = SES_STR("New")};
    struct ses_ledger_ticket found;
    bool there;

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    intend(ledger, "k", SES_ADD, "", make_request(&poc, &arena), NOW, &collect.findings);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(ses_ledger_sent(ledger, SES_STR("k"), NOW + i, &collect.findings), 0);
        assert_int_equal(
            ses_ledger_opened(ledger, SES_STR("k"), &opened, NOW + i, &collect.findings), 0);
        opened.state = (struct ses_str){0};
    }
    found = find(ledger, "k", &arena, &there);
    assert_true(found.sent_at == NOW + 3 && found.opened_at == NOW + 1);
    assert_string_equal(found.state.ptr, "New");
    assert_int_equal(
        ses_ledger_set_state(ledger, SES_STR("k"), SES_STR("Closed"), &collect.findings), 0);
    assert_string_equal(find(ledger, "k", &arena, &there).state.ptr, "Closed");
}

static void test_ledger__leaves_an_intent_that_is_there(void **state)
{
    static const struct wanted other = {"other.edu", SES_SUBJECT_DOMAIN, SES_LIFETIME_PRODUCTION,
                                        NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    bool there;

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    intend(ledger, "k", SES_ADD, "", make_request(&poc, &arena), NOW, &collect.findings);
    assert_int_equal(ses_ledger_sent(ledger, SES_STR("k"), NOW + 1, &collect.findings), 0);
    intend(ledger, "k", SES_REMOVE, "", make_request(&other, &arena), NOW + 2, &collect.findings);
    assert_true(find(ledger, "k", &arena, &there).intended_at == NOW);
    assert_true(find(ledger, "k", &arena, &there).sent_at == NOW + 1);
    assert_list(ledger, &(struct ses_ledger_filter){0}, "k example.edu\n");
}

/* What could not be read back is not written, and nothing that came with it. */
static void test_ledger__refuses_intents_that_are_none(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request *request = make_request(&poc, &arena);
    struct ses_request unsealed = *request;
    const struct ses_request *good[] = {request};
    const struct ses_request *bad[] = {&unsealed};
    static const char *const keys[] = {"",
                                       "a b",
                                       "a^b",
                                       "a,b",
                                       "a=b",
                                       "\xC3\xBC",
                                       ("1234567890123456789012345678901234567890123456789012345678"
                                        "90123456789012345678901234567890"
                                        "12345678901")};
    struct ses_ledger_intent intents[2] = {
        {.ticket = {.key = SES_STR("good"), .digest = SES_STR(DIGEST)},
         .requests = good,
         .request_count = 1}};
    bool there;

    (void)state;
    unsealed.digest[0] = '\0';
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    for (size_t i = 0; i < COUNT(keys) + 3; i++) {
        intents[1] = intents[0];
        intents[1].ticket.key = i < COUNT(keys) ? ses_str_of(keys[i]) : (struct ses_str){"k", 1};
        if (i == COUNT(keys))
            intents[1].requests = bad;
        if (i == COUNT(keys) + 1)
            intents[1].ticket.digest = SES_STR("sha256:" DIGEST);
        if (i == COUNT(keys) + 2)
            intents[1].ticket.refers_to = SES_STR("not a key");
        assert_int_equal(ses_ledger_intend(ledger, intents, 2, NOW, &collect.findings),
                         SES_EINVALID);
        find(ledger, "good", &arena, &there);
        assert_false(there);
    }
    assert_int_equal(ses_ledger_intend(ledger, intents, 1, NOW, &collect.findings), 0);
    assert_string_equal(collect_codes(&collect), "");
}

static void test_ledger__knows_no_other_keys(void **state)
{
    const struct ses_lifetime lifetime = {.kind = SES_LIFETIME_PRODUCTION};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_ledger_ticket ticket = {0};
    const struct ses_str none = SES_STR("none");
    const struct ses_str key = SES_STR("k");
    struct ses_findings *findings;
    struct ses_str subject;

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    findings = &collect.findings;
    intend(ledger, "k", SES_ADD, "", make_request(&poc, &arena), NOW, findings);
    subject = ses_str_of(poc.subject);
    assert_int_equal(ses_ledger_sent(ledger, none, NOW, findings), SES_EINVALID);
    assert_int_equal(ses_ledger_opened(ledger, none, &ticket, NOW, findings), SES_EINVALID);
    assert_int_equal(ses_ledger_attached(ledger, none, NOW, findings), SES_EINVALID);
    assert_int_equal(ses_ledger_forget(ledger, none, findings), SES_EINVALID);
    assert_int_equal(ses_ledger_set_state(ledger, none, none, findings), SES_EINVALID);
    assert_int_equal(ses_ledger_set_dns(ledger, none, subject, SES_LEDGER_DNS_ALL, NOW, findings),
                     SES_EINVALID);
    assert_int_equal(ses_ledger_set_dns(ledger, key, none, SES_LEDGER_DNS_ALL, NOW, findings),
                     SES_EINVALID);
    assert_int_equal(ses_ledger_renewed(ledger, none, subject, key, &lifetime, findings),
                     SES_EINVALID);
    assert_int_equal(ses_ledger_renewed(ledger, key, none, key, &lifetime, findings), SES_EINVALID);
    assert_int_equal(ses_ledger_renewed(ledger, key, subject, none, &lifetime, findings),
                     SES_EINVALID);
    assert_int_equal(ses_ledger_removed(ledger, none, subject, key, NOW, findings), SES_EINVALID);
    assert_int_equal(ses_ledger_removed(ledger, key, none, key, NOW, findings), SES_EINVALID);
    assert_int_equal(ses_ledger_removed(ledger, key, subject, none, NOW, findings), SES_EINVALID);
    assert_string_equal(collect_codes(&collect), "");
}

static void test_ledger__forgets_what_was_not_opened(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_ledger_ticket opened = {.number = SES_STR("INC1")};
    const struct ses_request *request = make_request(&poc, &arena);

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    intend(ledger, "a", SES_ADD, "", request, NOW, &collect.findings);
    intend(ledger, "b", SES_ADD, "", request, NOW, &collect.findings);
    assert_int_equal(ses_ledger_sent(ledger, SES_STR("b"), NOW, &collect.findings), 0);
    assert_int_equal(ses_ledger_opened(ledger, SES_STR("a"), &opened, NOW, &collect.findings), 0);
    assert_int_equal(ses_ledger_forget(ledger, SES_STR("a"), &collect.findings), SES_ECONFLICT);
    assert_int_equal(ses_ledger_forget(ledger, SES_STR("b"), &collect.findings), 0);
    assert_list(ledger, &(struct ses_ledger_filter){0}, "a example.edu\n");
    /* Its records went with it: the key can be used again. */
    intend(ledger, "b", SES_ADD, "", request, NOW + 1, &collect.findings);
    assert_list(ledger, &(struct ses_ledger_filter){0}, "a example.edu\nb example.edu\n");
}

static int take_digest(const struct ses_ledger_item *item)
{
    struct ses_request again = *item->request;
    char written[SES_DIGEST_TEXT];
    memcpy(written, item->request->digest, sizeof(written));
    assert_int_equal(ses_request_seal(&again, NULL), 0);
    assert_string_equal(written, again.digest);
    return 0;
}

static void assert_same_text(struct ses_str a, struct ses_str b)
{
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.ptr ? a.ptr : "", b.ptr ? b.ptr : "", a.len);
}

static void assert_same_request(const struct ses_request *a, const struct ses_request *b)
{
    assert_int_equal(a->operation, b->operation);
    assert_same_text(a->earlier.key, b->earlier.key);
    assert_int_equal(a->kind, b->kind);
    assert_same_text(a->subject, b->subject);
    assert_same_text(a->subject_unicode, b->subject_unicode);
    assert_same_text(a->zone, b->zone);
    assert_int_equal(a->lifetime.kind, b->lifetime.kind);
    assert_memory_equal(&a->lifetime.expires, &b->lifetime.expires, sizeof(struct ses_date));
    assert_same_text(a->contact, b->contact);
    assert_same_text(a->purpose, b->purpose);
    assert_same_text(a->account, b->account);
    assert_same_text(a->region, b->region);
    assert_same_text(a->group, b->group);
    assert_string_equal(a->digest, b->digest);
    assert_int_equal(a->record_count, b->record_count);
    for (size_t i = 0; i < a->record_count; i++) {
        assert_int_equal(a->records[i]->type, b->records[i]->type);
        assert_int_equal(a->records[i]->kind, b->records[i]->kind);
        assert_int_equal(a->records[i]->fate, b->records[i]->fate);
        assert_same_text(a->records[i]->owner, b->records[i]->owner);
        assert_same_text(a->records[i]->value, b->records[i]->value);
        assert_same_text(a->records[i]->target, b->records[i]->target);
        assert_same_text(a->records[i]->token, b->records[i]->token);
    }
    assert_int_equal(a->published_count, b->published_count);
    for (size_t i = 0; i < a->published_count; i++)
        assert_int_equal(ses_record_compare(a->published[i], b->published[i]), 0);
    assert_int_equal(a->node_count, b->node_count);
    for (size_t i = 0; i < a->node_count; i++) {
        assert_same_text(a->nodes[i].name, b->nodes[i].name);
        assert_string_equal(a->nodes[i].address.text, b->nodes[i].address.text);
        assert_same_text(a->nodes[i].allocation, b->nodes[i].allocation);
    }
    assert_int_equal(a->extra_count, b->extra_count);
    for (size_t i = 0; i < a->extra_count; i++) {
        assert_same_text(a->extra_names[i], b->extra_names[i]);
        assert_same_text(a->extra_values[i], b->extra_values[i]);
    }
    assert_int_equal(b->source_count, 0);
}

static int take_request(void *context, const struct ses_ledger_item *item)
{
    assert_same_request(context, item->request);
    assert_int_equal(item->dns, SES_LEDGER_DNS_UNKNOWN);
    assert_true(item->dns_at == 0 && item->removed_at == 0);
    assert_int_equal(item->removed_by.len + item->renewed_by.len, 0);
    assert_int_equal(item->lifetime.kind, item->request->lifetime.kind);
    return take_digest(item);
}

/* A domain with every kind of record, one of them twice and one in its other form, nodes and
 * columns of the site's own. The digest is that of the request with its files: they are no part of
 * it. */
static void test_ledger__gives_a_request_back(void **state)
{
    static const struct ses_str names[] = {{"x_team", 6}, {"x_cost", 6}};
    static const struct ses_str cells[] = {{"Bj\xC3\xB6rn, \"B\"\n", 12}, {NULL, 0}};
    struct ses_source source = {.path = "export.csv", .bytes = SES_STR("Type,Name,Value\n")};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request *request = make_request(&poc, &arena);

    (void)state;
    request->subject = SES_STR("xn--bcher-kva.example.edu");
    assert_int_equal(ses_name_to_unicode(request->subject, &arena, &request->subject_unicode), 0);
    request->zone = SES_STR("example.edu");
    request->contact = SES_STR("Ann \xE2\x80\xAE <ann@example.edu>");
    request->purpose = SES_STR("'; --");
    request->account = SES_STR("123456789012");
    request->region = SES_STR("us-west-2");
    request->group = SES_STR("physics");
    request->extra_names = names;
    request->extra_values = cells;
    request->extra_count = COUNT(names);
    add_record(request, &arena, SES_CNAME, "abc._domainkey.", "ABC.dkim.amazonses.com.");
    add_record(request, &arena, SES_CNAME, "abc._domainkey.", "ABC.dkim.amazonses.com.");
    add_record(request, &arena, SES_CNAME, "def._domainkey.", "not a name");
    add_record(request, &arena, SES_TXT, "sel._domainkey.", "p=MIGf");
    add_record(request, &arena, SES_TXT, "_amazonses.", TOKEN);
    add_record(request, &arena, SES_TXT, "", "amazonses:" TOKEN);
    add_record(request, &arena, SES_MX, "bounce.", "10 feedback-smtp.us-west-2.amazonses.com");
    add_record(request, &arena, SES_TXT, "bounce.", "v=spf1 include:amazonses.com ~all");
    add_node(request, &arena, "m2.example.edu", "2001:db8::25", "");
    add_node(request, &arena, "m1.example.edu", "198.51.100.7", "");
    assert_int_equal(ses_request_add_source(request, &arena, &source), 0);
    assert_int_equal(ses_request_settle(request, &arena), 0);
    assert_int_equal(ses_request_seal(request, NULL), 0);
    assert_true(request->published_count < request->record_count);

    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    intend(ledger, "k", SES_ADD, "", request, NOW, &collect.findings);
    assert_int_equal(ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, take_request, request,
                                     &collect.findings),
                     0);
    assert_list(ledger, &(struct ses_ledger_filter){0}, "k xn--bcher-kva.example.edu\n");
}

static void test_ledger__gives_a_host_back(void **state)
{
    static const struct wanted host = {"mail.example.edu", SES_SUBJECT_HOST,
                                       SES_LIFETIME_PRODUCTION, NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request *request = make_request(&host, &arena);

    (void)state;
    assert_int_equal(ses_name_to_unicode(request->subject, &arena, &request->subject_unicode), 0);
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    for (int i = 0; i < SES_OPERATIONS; i++) {
        char key[] = {(char)('a' + i), '\0'};
        const struct ses_ledger_filter filter = {.key = ses_str_of(key)};

        request->operation = (enum ses_operation)i;
        assert_int_equal(ses_request_seal(request, NULL), 0);
        request->earlier.key = i > 0 ? SES_STR("a") : (struct ses_str){0};
        intend(ledger, key, request->operation, i > 0 ? "a" : "", request, NOW, &collect.findings);
        assert_int_equal(ses_ledger_list(ledger, &filter, take_request, request, &collect.findings),
                         0);
    }
    assert_list(ledger, &(struct ses_ledger_filter){0},
                "a mail.example.edu\nb mail.example.edu\nc mail.example.edu\n");
}

/* As batch-subject-twice, allowed, makes it. */
static void test_ledger__holds_a_subject_twice_in_a_ticket(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_request *request = make_request(&poc, &arena);
    const struct ses_request *twice[] = {request, request};
    const struct ses_ledger_intent intent = {
        .ticket = {.key = SES_STR("k"), .digest = SES_STR(DIGEST)},
        .requests = twice,
        .request_count = 2};

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    assert_int_equal(ses_ledger_intend(ledger, &intent, 1, NOW, &collect.findings), 0);
    intend(ledger, "r", SES_RENEW, "k", request, NOW, &collect.findings);
    assert_list(ledger, &(struct ses_ledger_filter){.key = intent.ticket.key},
                "k example.edu\nk example.edu\n");
    assert_int_equal(ses_ledger_renewed(ledger, intent.ticket.key, request->subject, SES_STR("r"),
                                        &request->lifetime, &collect.findings),
                     0);
    assert_list(ledger, &(struct ses_ledger_filter){.key = intent.ticket.key},
                "k example.edu\nk example.edu\n");
}

/* The items that the tests of lists choose from. */
static void fill(struct ses_ledger *ledger, struct ses_arena *arena, struct ses_findings *findings)
{
    static const struct wanted early = {"b.edu", SES_SUBJECT_DOMAIN, SES_LIFETIME_POC,
                                        "2026-01-10"};
    static const struct wanted late = {"c.edu", SES_SUBJECT_DOMAIN, SES_LIFETIME_POC, "2026-12-31"};
    static const struct wanted never = {"a.edu", SES_SUBJECT_DOMAIN, SES_LIFETIME_PRODUCTION, NULL};
    static const struct wanted later = {"b.edu", SES_SUBJECT_DOMAIN, SES_LIFETIME_POC,
                                        "2026-06-30"};
    const struct ses_request *group[] = {make_request(&late, arena), make_request(&never, arena)};
    const struct ses_ledger_intent shared = {.ticket = {.key = SES_STR("group"),
                                                        .subject = SES_STR("physics"),
                                                        .digest = SES_STR(DIGEST)},
                                             .requests = group,
                                             .request_count = 2};
    const struct ses_lifetime renewed = make_request(&later, arena)->lifetime;

    intend(ledger, "early", SES_ADD, "", make_request(&early, arena), NOW, findings);
    intend(ledger, "oldest", SES_ADD, "", make_request(&early, arena), NOW - 5, findings);
    intend(ledger, "also", SES_ADD, "", make_request(&early, arena), NOW, findings);
    assert_int_equal(ses_ledger_intend(ledger, &shared, 1, NOW, findings), 0);
    intend(ledger, "renewal", SES_RENEW, "early", make_request(&later, arena), NOW + 1, findings);
    intend(ledger, "removal", SES_REMOVE, "lost", make_request(&late, arena), NOW + 2, findings);
    assert_int_equal(ses_ledger_renewed(ledger, SES_STR("early"), SES_STR("b.edu"),
                                        SES_STR("renewal"), &renewed, findings),
                     0);
    assert_int_equal(ses_ledger_removed(ledger, SES_STR("group"), SES_STR("c.edu"),
                                        SES_STR("removal"), NOW + 3, findings),
                     0);
}

static void test_ledger__lists_what_a_filter_names(void **state)
{
    static const enum ses_operation add = SES_ADD;
    static const enum ses_operation removal = SES_REMOVE;
    static const struct ses_date tenth = {2026, 1, 10};
    static const struct ses_date ninth = {2026, 1, 9};
    static const struct ses_date june = {2026, 6, 30};
    static const struct ses_date ever = {9999, 12, 31};
    const struct {
        struct ses_ledger_filter filter;
        const char *wanted;
    } rows[] = {
        {{.key = {NULL, 0}},
         "group a.edu\noldest b.edu\nalso b.edu\nearly b.edu\nrenewal b.edu\ngroup c.edu\n"
         "removal c.edu\n"},
        {{.subject = SES_STR("c.edu")}, "group c.edu\nremoval c.edu\n"},
        {{.subject = SES_STR("C.edu")}, ""},
        {{.key = SES_STR("group")}, "group a.edu\ngroup c.edu\n"},
        {{.key = SES_STR("group"), .subject = SES_STR("c.edu")}, "group c.edu\n"},
        {{.key = SES_STR("none")}, ""},
        {{.operation = &removal}, "removal c.edu\n"},
        {{.operation = &add, .subject = SES_STR("b.edu")},
         "oldest b.edu\nalso b.edu\nearly b.edu\n"},
        {{.expires_by = &ninth}, ""},
        {{.expires_by = &tenth}, "oldest b.edu\nalso b.edu\n"},
        {{.expires_by = &june}, "oldest b.edu\nalso b.edu\nearly b.edu\nrenewal b.edu\n"},
        {{.expires_by = &ever, .not_removed = true, .operation = &add},
         "oldest b.edu\nalso b.edu\nearly b.edu\n"},
        {{.not_removed = true, .key = SES_STR("group")}, "group a.edu\n"},
        /* The renewal continues a ticket that is here; the removal one that is not. */
        {{.not_continued = true},
         "group a.edu\noldest b.edu\nalso b.edu\nearly b.edu\ngroup c.edu\nremoval c.edu\n"},
    };
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    fill(ledger, &arena, &collect.findings);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_list(ledger, &rows[i].filter, rows[i].wanted);
}

struct current {
    const char *key;
    struct ses_ledger_item item;
    char renewed_by[32], removed_by[32], expires[SES_DATE_TEXT], asked[SES_DATE_TEXT];
};

static int take_current(void *context, const struct ses_ledger_item *item)
{
    struct current *current = context;

    if (strcmp(item->ticket.key.ptr, current->key) != 0)
        return 0;
    current->item = *item;
    snprintf(current->renewed_by, sizeof(current->renewed_by), "%.*s",
             SES_STR_ARG(item->renewed_by));
    snprintf(current->removed_by, sizeof(current->removed_by), "%.*s",
             SES_STR_ARG(item->removed_by));
    ses_date_format(item->lifetime.expires, current->expires);
    ses_date_format(item->request->lifetime.expires, current->asked);
    return 0;
}

static struct current current_of(struct ses_ledger *ledger, const char *key)
{
    struct current current = {.key = key};

    COLLECT(collect);
    assert_int_equal(ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, take_current, &current,
                                     &collect.findings),
                     0);
    return current;
}

static void renew(struct ses_ledger *ledger, const char *by, const char *expires,
                  struct ses_findings *findings)
{
    struct ses_lifetime lifetime = {.kind = SES_LIFETIME_POC};

    assert_int_equal(ses_date_parse(ses_str_of(expires), &lifetime.expires), 0);
    assert_int_equal(ses_ledger_renewed(ledger, SES_STR("k"), ses_str_of(poc.subject),
                                        ses_str_of(by), &lifetime, findings),
                     0);
}

static void assert_current(struct ses_ledger *ledger, const char *by, const char *expires)
{
    struct current current = current_of(ledger, "k");

    assert_string_equal(current.renewed_by, by);
    assert_string_equal(current.expires, expires);
    assert_string_equal(current.asked, poc.expires);
}

static void test_ledger__lives_as_the_last_renewal_says(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_request *request = make_request(&poc, &arena);

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    intend(ledger, "k", SES_ADD, "", request, NOW, &collect.findings);
    intend(ledger, "r1", SES_RENEW, "k", request, NOW + 1, &collect.findings);
    intend(ledger, "r2", SES_RENEW, "k", request, NOW + 2, &collect.findings);
    assert_current(ledger, "", "2026-03-31");
    renew(ledger, "r1", "2026-06-30", &collect.findings);
    assert_current(ledger, "r1", "2026-06-30");
    renew(ledger, "r2", "2026-05-01", &collect.findings);
    assert_current(ledger, "r2", "2026-05-01");
    /* Said again, as a run that goes on does, it does not overtake. */
    renew(ledger, "r1", "2026-07-01", &collect.findings);
    assert_current(ledger, "r2", "2026-05-01");
    assert_int_equal(ses_ledger_forget(ledger, SES_STR("r2"), &collect.findings), 0);
    assert_current(ledger, "r1", "2026-07-01");
    assert_int_equal(ses_ledger_forget(ledger, SES_STR("r1"), &collect.findings), 0);
    assert_current(ledger, "", "2026-03-31");
}

static void test_ledger__remembers_a_removal(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    const struct ses_request *request = make_request(&poc, &arena);
    const struct ses_str subject = ses_str_of(poc.subject);
    struct current current;

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    intend(ledger, "k", SES_ADD, "", request, NOW, &collect.findings);
    intend(ledger, "d", SES_REMOVE, "k", request, NOW + 1, &collect.findings);
    assert_int_equal(
        ses_ledger_removed(ledger, SES_STR("k"), subject, SES_STR("d"), 0, &collect.findings), 0);
    current = current_of(ledger, "k");
    assert_string_equal(current.removed_by, "d");
    assert_true(current.item.removed_at == 0);
    assert_int_equal(
        ses_ledger_removed(ledger, SES_STR("k"), subject, SES_STR("d"), NOW + 9, &collect.findings),
        0);
    assert_true(current_of(ledger, "k").item.removed_at == NOW + 9);
    assert_int_equal(ses_ledger_forget(ledger, SES_STR("d"), &collect.findings), 0);
    assert_string_equal(current_of(ledger, "k").removed_by, "");
    /* Gone without anybody who asked for it. */
    assert_int_equal(ses_ledger_removed(ledger, SES_STR("k"), subject, (struct ses_str){0}, NOW,
                                        &collect.findings),
                     0);
    assert_true(current_of(ledger, "k").item.removed_at == NOW);
}

static void test_ledger__remembers_what_dns_said(void **state)
{
    static const enum ses_ledger_dns all[] = {SES_LEDGER_DNS_NONE, SES_LEDGER_DNS_PART,
                                              SES_LEDGER_DNS_ALL, SES_LEDGER_DNS_UNKNOWN};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    intend(ledger, "k", SES_ADD, "", make_request(&poc, &arena), NOW, &collect.findings);
    for (size_t i = 0; i < COUNT(all); i++) {
        struct current current;

        assert_int_equal(ses_ledger_set_dns(ledger, SES_STR("k"), ses_str_of(poc.subject), all[i],
                                            NOW + (int64_t)i, &collect.findings),
                         0);
        current = current_of(ledger, "k");
        assert_int_equal(current.item.dns, all[i]);
        assert_true(current.item.dns_at == NOW + (int64_t)i);
    }
}

static int stop(void *context, const struct ses_ledger_item *item)
{
    (void)item;
    (*(int *)context)++;
    return SES_EREMOTE;
}

static void test_ledger__ends_a_list_when_told(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    int taken = 0;

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    fill(ledger, &arena, &collect.findings);
    assert_int_equal(
        ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, stop, &taken, &collect.findings),
        SES_EREMOTE);
    assert_int_equal(taken, 1);
    /* And leaves nothing open that the next call would find half read. */
    assert_list(ledger, &(struct ses_ledger_filter){.key = SES_STR("group")},
                "group a.edu\ngroup c.edu\n");
}

static int look_up(void *context, const struct ses_ledger_item *item)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    bool there;

    find(context, item->ticket.key.ptr, &arena, &there);
    assert_true(there);
    return 0;
}

static void test_ledger__finds_tickets_while_it_lists(void **state)
{
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    fill(ledger, &arena, &collect.findings);
    assert_int_equal(
        ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, look_up, ledger, &collect.findings),
        0);
}

/* Whoever edits the file gets told what is wrong, with the value. */
static void test_ledger__reports_what_does_not_parse(void **state)
{
    static const struct {
        const char *sql, *value;
    } rows[] = {
        {"UPDATE ticket SET key = 'a b'", "a b"},
        {"UPDATE ticket SET operation = 'delete'", "delete"},
        {"UPDATE ticket SET digest = 'abc'", "abc"},
        {"UPDATE ticket SET refers_to = '^'", "^"},
        {"UPDATE ticket SET intended_at = -1", ""},
        {"UPDATE ticket SET opened_at = 253402300800", ""},
        {"UPDATE ticket SET number = CAST(x'4100' AS TEXT)", ""},
        {"UPDATE request SET subject = 'no name.edu'", "no name.edu"},
        {"UPDATE request SET subject = 'Example.edu'", "Example.edu"},
        {"UPDATE request SET subject = ''", ""},
        {"UPDATE request SET kind = 'address'", "address"},
        {"UPDATE request SET zone = 'edu.'", "edu."},
        {"UPDATE request SET lifetime = 'forever'", "forever"},
        {"UPDATE request SET lifetime = 'production'", "2026-03-31"},
        {"UPDATE request SET expires = '2026-02-30'", "2026-02-30"},
        {"UPDATE request SET digest = upper(digest)", NULL},
        {"UPDATE request SET dns = 'live'", "live"},
        {"UPDATE request SET contact = CAST(x'0041' AS TEXT)", ""},
        {"UPDATE request SET removed_at = -9", ""},
        {"INSERT INTO renewal VALUES (1, 1, 'k', 'poc', 'soon')", "soon"},
        {"UPDATE record SET type = 'A'", "A"},
        {"UPDATE record SET owner = '..'", ".."},
        {"UPDATE node SET name = '-'", "-"},
        {"UPDATE node SET address = '198.51.100.256'", "198.51.100.256"},
        {"UPDATE node SET address = '2001:DB8::25'", "2001:DB8::25"},
        {"UPDATE extra SET value = CAST(x'00' AS TEXT)", ""},
    };
    static const struct ses_str name = {"x_team", 6};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_request *request = make_request(&poc, &arena);

    (void)state;
    add_node(request, &arena, "m1.example.edu", "198.51.100.7", "");
    request->extra_names = request->extra_values = &name;
    request->extra_count = 1;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_buf lines SES_CLEANUP(ses_buf_done);
        char wanted[128];

        ses_buf_init(&lines, 1000);
        unlink(LEDGER);
        COLLECT(collect);
        {
            OPEN(ledger, SES_LEDGER_WRITE);
            intend(ledger, "k", SES_ADD, "", request, NOW, &collect.findings);
        }
        run_sql(LEDGER, rows[i].sql);
        {
            OPEN(ledger, SES_LEDGER_READ);
            ASSERT_ROW(rows[i].sql,
                       ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, add_line, &lines,
                                       &collect.findings) == SES_EIO);
        }
        snprintf(wanted, sizeof(wanted), LEDGER ":0:0: ledger-damaged '%s'\n",
                 rows[i].value ? rows[i].value : "");
        if (rows[i].value)
            assert_string_equal(collect_lines(&collect), wanted);
        assert_string_equal(collect_codes(&collect), "ledger-damaged");
    }
}

static int use_all(void *ctx)
{
    struct ses_ledger *ledger = ctx;
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct ses_buf lines SES_CLEANUP(ses_buf_done);
    struct ses_ledger_ticket ticket;
    bool there;
    int error;

    COLLECT(collect);
    ses_buf_init(&lines, 1000);
    error = ses_ledger_find(ledger, SES_STR("k"), &arena, &ticket, &there, &collect.findings);
    if (error == 0)
        error = ses_ledger_list(ledger, &(struct ses_ledger_filter){0}, add_line, &lines,
                                &collect.findings);
    return error != 0 ? error : ses_buf_status(&lines);
}

static int open_and_close(void *ctx)
{
    struct ses_ledger *ledger SES_CLEANUP(close_ledger) = NULL;

    COLLECT(collect);
    return ses_ledger_open(LEDGER, *(enum ses_ledger_mode *)ctx, OWNER, &ledger, &collect.findings);
}

static void test_ledger__survives_each_failing_allocation(void **state)
{
    enum ses_ledger_mode modes[] = {SES_LEDGER_WRITE, SES_LEDGER_READ};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(modes); i++)
        alloc_fail_each(open_and_close, &modes[i]);
    COLLECT(collect);
    OPEN(ledger, SES_LEDGER_WRITE);
    intend(ledger, "k", SES_ADD, "", make_request(&poc, &arena), NOW, &collect.findings);
    alloc_fail_each(use_all, ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(test_ledger__gives_a_ticket_back),
        IN_FOLDER(test_ledger__keeps_when_it_was_opened_first),
        IN_FOLDER(test_ledger__leaves_an_intent_that_is_there),
        IN_FOLDER(test_ledger__refuses_intents_that_are_none),
        IN_FOLDER(test_ledger__knows_no_other_keys),
        IN_FOLDER(test_ledger__forgets_what_was_not_opened),
        IN_FOLDER(test_ledger__gives_a_request_back),
        IN_FOLDER(test_ledger__gives_a_host_back),
        IN_FOLDER(test_ledger__holds_a_subject_twice_in_a_ticket),
        IN_FOLDER(test_ledger__lists_what_a_filter_names),
        IN_FOLDER(test_ledger__lives_as_the_last_renewal_says),
        IN_FOLDER(test_ledger__remembers_a_removal),
        IN_FOLDER(test_ledger__remembers_what_dns_said),
        IN_FOLDER(test_ledger__ends_a_list_when_told),
        IN_FOLDER(test_ledger__finds_tickets_while_it_lists),
        IN_FOLDER(test_ledger__reports_what_does_not_parse),
        IN_FOLDER(test_ledger__survives_each_failing_allocation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
