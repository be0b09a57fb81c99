/* SPDX-License-Identifier: MIT */
/* What every document promises, whatever the request is. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xmlmemory.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "base/file.h"
#include "render/document.h"
#include "render/request_json.h"
#include "render/template.h"
#include "render/unload_xml.h"

/* The codes that were reported, each followed by a blank. */
struct codes {
    struct ses_findings findings;
    char text[1024];
};

static int note(struct ses_findings *findings, const struct ses_finding *finding)
{
    struct codes *codes = (struct codes *)findings;
    size_t len = strlen(codes->text);

    snprintf(codes->text + len, sizeof(codes->text) - len, "%s ", finding->code->code);
    return 0;
}

struct setup {
    struct ses_arena arena;
    struct ses_site site;
    struct ses_request request;
    struct ses_source source;
    struct codes codes;
    struct ses_documents *documents; /* owned */
    struct ses_buf out;
};

static void add_record(struct setup *setup, enum ses_rrtype type, struct ses_str owner,
                       struct ses_str value)
{
    struct ses_record *record = ses_arena_alloc(&setup->arena, sizeof(*record));

    assert_non_null(record);
    record->type = type;
    record->owner = owner;
    record->value = value;
    record->row_at = (struct ses_place){.file = setup->source.path, .line = 2};
    assert_int_equal(ses_record_classify(record, &setup->arena), 0);
    assert_int_equal(ses_request_add_record(&setup->request, &setup->arena, record), 0);
}

static void add_node(struct setup *setup, const char *name, const char *address,
                     const char *allocation)
{
    struct ses_node node = {
        .name_text = ses_str_of(name),
        .address_text = ses_str_of(address),
        .name = ses_str_of(name),
        .allocation = ses_str_of(allocation),
    };

    assert_int_equal(ses_address_parse(node.address_text, &node.address), 0);
    assert_int_equal(ses_request_add_node(&setup->request, &setup->arena, &node), 0);
}

static void setup_init(struct setup *setup, enum ses_subject_kind kind, const char *subject)
{
    *setup = (struct setup){
        .source = {.path = "exports/dns-records.csv", .bytes = SES_STR("Type,Name,Value\n")},
        .codes = {.findings = {.emit = note}},
    };
    ses_arena_init(&setup->arena, 0);
    ses_site_init(&setup->site);
    ses_buf_init(&setup->out, SES_MAX_TEMPLATE_OUTPUT);
    ses_request_init(&setup->request, kind);
    setup->request.subject = ses_str_of(subject);
    setup->request.subject_unicode = setup->request.subject;
    setup->request.lifetime = (struct ses_lifetime){SES_LIFETIME_POC, {2026, 12, 31}};
    assert_int_equal(ses_request_add_source(&setup->request, &setup->arena, &setup->source), 0);
}

static void setup_done(struct setup *setup)
{
    ses_documents_free(setup->documents);
    ses_buf_done(&setup->out);
    ses_arena_done(&setup->arena);
}

/* The wizard's export and a dedicated IP. */
static void setup_domain(struct setup *setup)
{
    setup_init(setup, SES_SUBJECT_DOMAIN, "news.example.edu");
    setup->request.zone = SES_STR("example.edu");
    setup->request.contact = SES_STR("Alex Rivera <arivera@example.edu>");
    setup->request.purpose = SES_STR("Alumni newsletter");
    setup->request.account = SES_STR("123456789012");
    setup->request.region = SES_STR("us-west-2");
    add_record(setup, SES_CNAME,
               SES_STR("7r2oxr7b56qdjtmrbnjlzikccggn4rg3._domainkey.news.example.edu"),
               SES_STR("7r2oxr7b56qdjtmrbnjlzikccggn4rg3.dkim.amazonses.com"));
    add_record(setup, SES_TXT, SES_STR("_amazonses.news.example.edu"),
               SES_STR("MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="));
    add_record(setup, SES_MX, SES_STR("mail.news.example.edu"),
               SES_STR("10 feedback-smtp.us-west-2.amazonses.com"));
    add_record(setup, SES_TXT, SES_STR("mail.news.example.edu"),
               SES_STR("v=spf1 include:amazonses.com ~all"));
    add_record(setup, SES_TXT, SES_STR("_dmarc.news.example.edu"), SES_STR("v=DMARC1; p=none;"));
    add_node(setup, "mail1.news.example.edu", "198.51.100.7", "");
}

static void setup_host(struct setup *setup)
{
    setup_init(setup, SES_SUBJECT_HOST, "mail.example.edu");
    setup->request.source_count = 0;
    setup->request.region = SES_STR("us-west-2");
    add_node(setup, "mail.example.edu", "203.0.113.9", "eipalloc-0123456789abcdef0");
    add_node(setup, "mail.example.edu", "2001:db8::9", "");
}

static void settle(struct setup *setup)
{
    assert_int_equal(ses_request_settle(&setup->request, &setup->arena), 0);
    assert_int_equal(ses_request_seal(&setup->request, NULL), 0);
}

static int render(struct setup *setup, const char *name)
{
    const struct ses_document *document = ses_document_find(ses_str_of(name));
    int error = 0;

    assert_non_null(document);
    if (!setup->documents)
        error = ses_documents_new(&setup->site, NULL, &setup->documents, &setup->codes.findings);
    ses_buf_clear(&setup->out);
    return error != 0 ? error
                      : ses_document_render(setup->documents, document, &setup->request,
                                            &setup->arena, &setup->out, &setup->codes.findings);
}

/* The document; it stays until the next one. */
static const char *text_of(struct setup *setup, const char *name)
{
    assert_int_equal(render(setup, name), 0);
    assert_true(setup->out.len > 0);
    return setup->out.ptr;
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;

    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        found++;
    return found;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no '%s' in:\n%s", part, text);
}

static void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("'%s' in:\n%s", part, text);
}

static void set(struct setup *setup, const char *section, const char *key, const char *value)
{
    const char *reason;

    assert_int_equal(ses_site_set(&setup->site, &setup->arena, ses_str_of(section), ses_str_of(key),
                                  ses_str_of(value), &reason),
                     0);
}

static void test_document__every_row_renders_for_its_subjects(void **state)
{
    (void)state;
    for (int kind = SES_SUBJECT_DOMAIN; kind <= SES_SUBJECT_HOST; kind++) {
        for (int lifetime = SES_LIFETIME_POC; lifetime <= SES_LIFETIME_PRODUCTION; lifetime++) {
            struct setup setup;

            if (kind == SES_SUBJECT_HOST)
                setup_host(&setup);
            else
                setup_domain(&setup);
            setup.request.lifetime.kind = (enum ses_lifetime_kind)lifetime;
            settle(&setup);
            for (size_t i = 0; i < ses_document_count; i++) {
                if (ses_document_applies(&ses_document_rows[i], &setup.request))
                    text_of(&setup, ses_document_rows[i].name);
            }
            assert_string_equal(setup.codes.text, "");
            setup_done(&setup);
        }
    }
}

static void test_document__says_poc_or_production_never_both(void **state)
{
    static const char *const names[] = {"ticket", "zone", "html", "servicenow-xml"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct setup setup;
        const char *text;

        setup_domain(&setup);
        settle(&setup);
        text = text_of(&setup, names[i]);
        assert_has(text, "Expires: 2026-12-31");
        assert_has_not(text, "no expiration date");
        setup.request.lifetime = (struct ses_lifetime){.kind = SES_LIFETIME_PRODUCTION};
        settle(&setup);
        text = text_of(&setup, names[i]);
        assert_has(text, "There is no expiration date");
        assert_has_not(text, "xpires");
        assert_has_not(text, "proof of concept");
        setup_done(&setup);
    }
}

static void test_document__refuses_a_request_without_lifetime(void **state)
{
    struct setup setup;

    (void)state;
    setup_domain(&setup);
    setup.request.lifetime.kind = SES_LIFETIME_NONE;
    settle(&setup);
    for (size_t i = 0; i < ses_document_count; i++) {
        if (!ses_document_applies(&ses_document_rows[i], &setup.request))
            continue;
        setup.codes.text[0] = '\0';
        assert_int_equal(render(&setup, ses_document_rows[i].name), SES_EINVALID);
        assert_string_equal(setup.codes.text, "document-without-lifetime ");
        assert_int_equal(setup.out.len, 0);
    }
    setup_done(&setup);
}

static void test_document__ticket_says_all_that_an_operator_needs(void **state)
{
    static const char *const parts[] = {
        "Name: _amazonses.news.example.edu.\nLabel: _amazonses.news\n",
        "Preference: 10\nTarget: feedback-smtp.us-west-2.amazonses.com.\n",
        "Value: v=DMARC1; p=none;\n",
        "Check: dig +short TXT _dmarc.news.example.edu.\n",
        "TTL 3600",
        "add this value, keep the others",
        "DNS only. No proxy, no flattening.",
        "Underscores belong to the names.",
        "Upper and lower case in a value matter.",
        "do not\n  add a second",
        "mail1.news.example.edu. A 198.51.100.7",
        "dns-records.csv, 16 bytes, SHA-256\n",
        "Purpose: Alumni newsletter\n",
        "Contact: Alex Rivera <arivera@example.edu>\n",
        "AWS account: 123456789012\n",
        "AWS Region: us-west-2\n",
        "\nsesdns-request: 1\nSubject: news.example.edu\nLifetime: poc\n",
        "\nExpires: 2026-12-31\nDigest: sha256:",
    };
    struct setup setup;
    const char *text;

    (void)state;
    setup_domain(&setup);
    settle(&setup);
    text = text_of(&setup, "ticket");
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        assert_has(text, parts[i]);
    assert_has(text, setup.request.digest);
    setup_done(&setup);
}

static void test_document__ticket_has_no_two_blank_lines(void **state)
{
    struct setup setup;

    (void)state;
    setup_domain(&setup);
    settle(&setup);
    assert_has_not(text_of(&setup, "ticket"), "\n\n\n");
    setup_done(&setup);
    setup_host(&setup);
    settle(&setup);
    assert_has_not(text_of(&setup, "ticket"), "\n\n\n");
    setup_done(&setup);
}

/* Characters as the columns of ServiceNow count them. */
static size_t count_units(const char *text)
{
    size_t units = 0;

    for (; *text; text++)
        units += (*text & 0xC0) == 0x80 ? 0 : (unsigned char)*text >= 0xF0 ? 2 : 1;
    return units;
}

static void add_many(struct setup *setup, size_t count_of_records)
{
    for (size_t i = 0; i < count_of_records; i++) {
        struct ses_str owner, target;

        assert_int_equal(ses_arena_printf(&setup->arena, &owner, "t%zu._domainkey.example.edu", i),
                         0);
        assert_int_equal(ses_arena_printf(&setup->arena, &target, "t%zu.dkim.amazonses.com", i), 0);
        add_record(setup, SES_CNAME, owner, target);
    }
}

static void test_document__ticket_never_exceeds_its_column(void **state)
{
    static const size_t counts[] = {0, 1, 9, 10, 11, 12, 13, 14, 15, 16, 20, 100, 1000};

    (void)state;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        struct setup setup;
        const char *text;

        setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
        add_many(&setup, counts[i]);
        settle(&setup);
        text = text_of(&setup, "ticket");
        assert_true(count_units(text) <= SES_MAX_TICKET_CHARACTERS);
        assert_has(text, "\nExpires: 2026-12-31\nDigest: sha256:");
        setup_done(&setup);
    }
}

static void test_document__ticket_names_the_attachments_that_hold_its_records(void **state)
{
    struct setup setup;
    char digest[SES_DIGEST_TEXT];
    const char *text;

    (void)state;
    setup_init(&setup, SES_SUBJECT_DOMAIN, "example.edu");
    add_many(&setup, 100);
    settle(&setup);
    text_of(&setup, "records");
    assert_int_equal(ses_digest_of(ses_buf_str(&setup.out), digest), 0);
    assert_string_equal(setup.codes.text, "");
    text = text_of(&setup, "ticket");
    assert_has(text, digest);
    assert_has(text, "records.zone, ");
    assert_has_not(text, "_domainkey");
    assert_string_equal(setup.codes.text, "document-records-attached ");
    setup_done(&setup);
}

static void test_document__ticket_holds_with_much_of_everything(void **state)
{
    struct setup setup;
    char purpose[6000], *domain = (char[254]){0};

    (void)state;
    memset(domain, 'a', 253);
    for (size_t i = 63; i < 253; i += 64)
        domain[i] = '.';
    memset(purpose, 0x1B, sizeof(purpose));
    setup_init(&setup, SES_SUBJECT_DOMAIN, domain);
    setup.request.zone = ses_str_of(domain);
    setup.request.purpose = (struct ses_str){purpose, sizeof(purpose)};
    setup.request.contact = setup.request.purpose;
    setup.request.account = setup.request.purpose;
    setup.request.region = setup.request.purpose;
    add_many(&setup, 200);
    for (int i = 0; i < 50; i++)
        add_node(&setup, "mail.example.edu", "198.51.100.7", "eipalloc-0123456789abcdef0");
    settle(&setup);
    assert_true(count_units(text_of(&setup, "ticket")) <= SES_MAX_TICKET_CHARACTERS);
    assert_true(count_units(text_of(&setup, "summary")) <= SES_MAX_SUMMARY_CHARACTERS);
    setup_done(&setup);
}

static void test_document__reports_a_wording_that_leaves_no_room(void **state)
{
    struct setup setup;
    char wording[5000];

    (void)state;
    setup_domain(&setup);
    memset(wording, 'x', sizeof(wording) - 1);
    wording[sizeof(wording) - 1] = '\0';
    set(&setup, "ticket", "closing", wording);
    settle(&setup);
    assert_int_equal(render(&setup, "ticket"), SES_ELIMIT);
    assert_string_equal(setup.codes.text, "document-too-long ");
    assert_int_equal(setup.out.len, 0);
    setup_done(&setup);
}

static void test_document__summary_keeps_the_domain_and_the_date(void **state)
{
    char domain[] = "a-rather-long-label-that-somebody-thought-was-a-good-idea.and-another-one-"
                    "which-is-not-shorter-than-the-first-one-at-all.example.edu";
    struct setup setup;
    const char *text;

    (void)state;
    setup_init(&setup, SES_SUBJECT_DOMAIN, domain);
    settle(&setup);
    text = text_of(&setup, "summary");
    assert_has(text, domain);
    assert_has(text, "POC until 2026-12-31\n");
    assert_true(count_units(text) <= SES_MAX_SUMMARY_CHARACTERS);
    assert_int_equal(count(text, "\n"), 1);
    setup_done(&setup);
}

static void test_document__is_the_same_every_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < ses_document_count; i++) {
        struct setup first, second;

        setup_domain(&first);
        setup_domain(&second);
        settle(&first);
        settle(&second);
        if (ses_document_applies(&ses_document_rows[i], &first.request))
            assert_string_equal(text_of(&first, ses_document_rows[i].name),
                                text_of(&second, ses_document_rows[i].name));
        setup_done(&first);
        setup_done(&second);
    }
}

/* One value with all that some language could take for its own. */
#define HOSTILE                                                                                    \
    "x\"'\n\r[code]<script>alert(1)</script>[/code]-->]]>\x1b[31m$(id)`id`\\{{subject}}"           \
    "\xE2\x80\xAE\xFF\x7F"

static void setup_hostile(struct setup *setup)
{
    static const struct ses_str hostile = {HOSTILE, sizeof(HOSTILE) - 1};

    setup_domain(setup);
    setup->source.path = HOSTILE;
    setup->request.contact = hostile;
    setup->request.purpose = hostile;
    setup->request.account = hostile;
    setup->request.region = hostile;
    setup->request.nodes[0].allocation = hostile;
    setup->request.nodes[0].name_text = hostile;
    setup->request.nodes[0].name = (struct ses_str){0};
    setup->site.values[SES_SITE_ORGANISATION] = hostile;
    setup->site.values[SES_NETDB_GROUP] = hostile;
    setup->site.values[SES_NETDB_TEMPLATE_NODE] = hostile;
    setup->site.values[SES_TICKET_CATEGORY] = hostile;
    setup->site.values[SES_TICKET_ASSIGNMENT_GROUP] = hostile;
    add_record(setup, SES_TXT, SES_STR("_dmarc.news.example.edu"), hostile);
    add_record(setup, SES_CNAME, SES_STR("x._domainkey.news.example.edu"), hostile);
    settle(setup);
}

static void test_document__hostile_values_come_out_inert(void **state)
{
    struct setup setup;

    (void)state;
    setup_hostile(&setup);
    for (size_t i = 0; i < ses_document_count; i++) {
        const struct ses_document *document = &ses_document_rows[i];
        const char *text;

        if (!ses_document_applies(document, &setup.request))
            continue;
        text = text_of(&setup, document->name);
        assert_true(ses_str_is_utf8(ses_buf_str(&setup.out)));
        assert_has_not(text, "\x1b");
        assert_has_not(text, "\x7F");
        assert_has_not(text, "\xE2\x80\xAE");
    }
    assert_has_not(text_of(&setup, "ticket"), "[code]");
    assert_has_not(text_of(&setup, "ticket"), "[/code]");
    assert_has_not(text_of(&setup, "html"), "<script");
    assert_has_not(text_of(&setup, "servicenow-xml"), "<script");
    assert_int_equal(count(text_of(&setup, "servicenow-xml"), "-->"), 1);
    setup_done(&setup);
}

/* Every line that is no comment must be a whole record of a name that was checked. */
static void test_document__zone_has_no_line_of_somebody_else(void **state)
{
    struct setup setup;
    struct ses_str text, line;

    (void)state;
    setup_hostile(&setup);
    text_of(&setup, "zone");
    text = ses_buf_str(&setup.out);
    while (ses_str_split(&text, '\n', &line)) {
        if (line.len > 0 && line.ptr[0] != ';')
            assert_true(ses_str_contains(line, SES_STR(".news.example.edu. 3600 IN ")));
    }
    setup_done(&setup);
}

static void test_document__xml_and_html_are_well_formed(void **state)
{
    static const char *const names[] = {"html", "servicenow-xml"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct setup setup;
        xmlDoc *doc;

        setup_hostile(&setup);
        text_of(&setup, names[i]);
        doc = xmlReadMemory(setup.out.ptr, (int)setup.out.len, names[i], NULL, XML_PARSE_NONET);
        assert_non_null(doc);
        xmlFreeDoc(doc);
        setup_done(&setup);
    }
}

static void test_document__xml_has_what_json_and_ticket_say(void **state)
{
    struct setup setup;
    const char *text;

    (void)state;
    setup_domain(&setup);
    set(&setup, "ticket", "table", "change_request");
    set(&setup, "ticket", "assignment_group", "DNS & IP");
    settle(&setup);
    text = text_of(&setup, "servicenow-xml");
    assert_has(text, "<unload unload_date=\"1970-01-01 00:00:00\">");
    assert_has(text, "<change_request action=\"INSERT_OR_UPDATE\">");
    assert_has(text, "<assignment_group display_value=\"DNS &amp; IP\">DNS &amp; IP</assignment");
    assert_has(text, "<correlation_id>sesdns-");
    assert_has_not(text, "<category>");
    setup_done(&setup);
}

static void test_document__refuses_a_table_that_is_none(void **state)
{
    static const char *const tables[] = {"", "a b", "1a", "a><b", "a-b"};

    (void)state;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        struct setup setup;

        setup_domain(&setup);
        set(&setup, "ticket", "table", tables[i]);
        settle(&setup);
        assert_int_equal(render(&setup, "servicenow-xml"), SES_EINVALID);
        assert_string_equal(setup.codes.text, "document-bad-table ");
        setup_done(&setup);
    }
}

static void test_document__json_reads_back(void **state)
{
    struct setup setup;
    json_t *json, *record;

    (void)state;
    setup_hostile(&setup);
    text_of(&setup, "json");
    json = json_loads(setup.out.ptr, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    record = json_array_get(json_object_get(json, "records"), setup.request.record_count - 1);
    assert_string_equal(json_string_value(json_object_get(record, "kind")), "dkim");
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(record, "at"), "file")),
        "x\"'\n\r[code]<script>alert(1)</script>[/code]-->]]>\x1b[31m$(id)`id`\\{{subject}}"
        "\xE2\x80\xAE\xEF\xBF\xBD\x7F");
    json_decref(json);
    setup_done(&setup);
}

static void test_document__netdb_expiration_is_always_explicit(void **state)
{
    struct setup setup;

    (void)state;
    setup_domain(&setup);
    set(&setup, "netdb", "date_format", "%m/%d/%Y");
    settle(&setup);
    assert_has(text_of(&setup, "netdb"), "Expiration Date: 12/31/2026\n");
    assert_has(text_of(&setup, "netdb-cli"), "--set 12/31/2026 mail1.news.example.edu\n");
    setup.request.lifetime.kind = SES_LIFETIME_PRODUCTION;
    settle(&setup);
    assert_has(text_of(&setup, "netdb"), "Expiration Date: (cleared: none)\n");
    assert_has(text_of(&setup, "netdb-cli"), "expiration --clear mail1.news.example.edu\n");
    assert_has_not(text_of(&setup, "netdb-cli"), "expiration --set");
    setup_done(&setup);
}

static void test_document__netdb_cli_demands_a_template_node(void **state)
{
    struct setup setup;

    (void)state;
    setup_domain(&setup);
    settle(&setup);
    assert_has(text_of(&setup, "netdb-cli"), "template=${NETDB_TEMPLATE:?\"set it");
    setup_done(&setup);
    setup_domain(&setup);
    set(&setup, "netdb", "template_node", "base.example.edu");
    settle(&setup);
    assert_has(text_of(&setup, "netdb-cli"), "template=base.example.edu\n");
    setup_done(&setup);
}

static void test_document__aws_rdns_keeps_commands_free_of_free_text(void **state)
{
    struct setup setup;
    const char *text;

    (void)state;
    setup_host(&setup);
    settle(&setup);
    text = text_of(&setup, "aws-rdns");
    assert_has(text, "--allocation-id eipalloc-0123456789abcdef0 \\\n");
    assert_has(text, "--domain-name mail.example.edu \\\n");
    assert_has(text, "There are no Elastic IPs for IPv6");
    setup.request.region = SES_STR("us-west-2; id");
    setup.request.nodes[0].allocation = SES_STR("$(id)");
    settle(&setup);
    text = text_of(&setup, "aws-rdns");
    assert_has(text, "--allocation-id ALLOCATION-ID \\\n");
    assert_has(text, "--region REGION\n");
    setup.request.region = SES_STR("us-gov-west-1");
    settle(&setup);
    assert_has_not(text_of(&setup, "aws-rdns"), "modify-address-attribute");
    setup_done(&setup);
}

static void test_document__wordings_are_templates_and_their_values_are_escaped(void **state)
{
    struct setup setup;
    const char *text;

    (void)state;
    setup_domain(&setup);
    set(&setup, "ticket", "opening_ses", "Dear {{site.dns_team}}, <{{subject}}>");
    set(&setup, "ticket", "closing", "Bye.");
    set(&setup, "site", "dns_team", "A & B");
    settle(&setup);
    assert_has(text_of(&setup, "ticket"), "Dear A & B, <news.example.edu>\n");
    text = text_of(&setup, "html");
    assert_has(text, "<p>Dear A &amp; B, &lt;news.example.edu&gt;</p>");
    assert_has(text, "<p>Bye.</p>");
    setup_done(&setup);
}

static void test_document__reports_a_wording_with_an_unknown_name(void **state)
{
    struct setup setup;

    (void)state;
    setup_domain(&setup);
    set(&setup, "ticket", "closing", "{{ask.whom}}");
    settle(&setup);
    assert_int_equal(render(&setup, "ticket"), SES_EINVALID);
    assert_string_equal(setup.codes.text, "template-unknown-name ");
    setup_done(&setup);
}

/* A folder with one file in it. */
static void make_folder(char folder[64], const char *file, const char *text)
{
    enum ses_file_outcome outcome;
    char path[128];

    snprintf(folder, 64, "test_document.XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    assert_int_equal(ses_file_write(AT_FDCWD, path, ses_str_of(text), false, &outcome), 0);
}

static void remove_folder(const char *folder, const char *file)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
}

static void test_document__a_folder_overrides_templates_and_partials(void **state)
{
    static const struct {
        const char *file, *text, *document, *want;
    } cases[] = {
        {"ticket.txt", "mine: {{subject}}", "ticket", "mine: news.example.edu"},
        {"lifetime.txt", "until {{expires}}\n", "ticket", "\nuntil 2026-12-31\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct setup setup;
        char folder[64];

        make_folder(folder, cases[i].file, cases[i].text);
        setup_domain(&setup);
        settle(&setup);
        assert_int_equal(
            ses_documents_new(&setup.site, folder, &setup.documents, &setup.codes.findings), 0);
        assert_has(text_of(&setup, cases[i].document), cases[i].want);
        setup_done(&setup);
        remove_folder(folder, cases[i].file);
    }
}

static void test_document__refuses_bad_folders_and_templates(void **state)
{
    struct setup setup;
    char folder[64];

    (void)state;
    setup_domain(&setup);
    assert_int_equal(ses_documents_new(&setup.site, "/nonexistent/folder", &setup.documents,
                                       &setup.codes.findings),
                     SES_EIO);
    assert_string_equal(setup.codes.text, "template-unreadable ");
    setup.codes.text[0] = '\0';
    make_folder(folder, "ticket.txt", "{{{subject}}}{{#open}}");
    assert_true(ses_documents_new(&setup.site, folder, &setup.documents, &setup.codes.findings) <
                0);
    assert_has(setup.codes.text, "template-");
    remove_folder(folder, "ticket.txt");
    setup_done(&setup);
}

static int make_all(void *ctx)
{
    struct setup *setup = ctx;
    struct ses_documents *documents SES_CLEANUP(ses_documents_freep) = NULL;
    struct ses_buf out SES_CLEANUP(ses_buf_done);
    const struct ses_document *ticket = ses_document_find(SES_STR("ticket"));
    struct ses_arena arena;
    int error = ses_documents_new(&setup->site, NULL, &documents, &setup->codes.findings);

    ses_buf_init(&out, SES_MAX_TEMPLATE_OUTPUT);
    ses_arena_init(&arena, 0);
    if (error == 0)
        error = ses_document_render(documents, ticket, &setup->request, &arena, &out,
                                    &setup->codes.findings);
    ses_arena_done(&arena);
    return error;
}

static void test_document__survives_every_failed_allocation(void **state)
{
    struct setup setup;

    (void)state;
    setup_domain(&setup);
    add_many(&setup, 40);
    settle(&setup);
    alloc_fail_each(make_all, &setup);
    setup_done(&setup);
}

/* jansson's memory: through the linker's wrappers, as ours is. */
static void *json_take(size_t size)
{
    return malloc(size);
}

static void json_give(void *old)
{
    free(old);
}

static int make_json(void *ctx)
{
    struct setup *setup = ctx;
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    ses_buf_init(&out, SES_MAX_TEMPLATE_OUTPUT);
    return ses_request_to_json(&setup->request, &setup->site, &out);
}

static void test_document__json_survives_every_failed_allocation(void **state)
{
    struct setup setup;

    (void)state;
    setup_hostile(&setup);
    alloc_fail_each(make_json, &setup);
    setup_done(&setup);
}

/* libxml2's memory: counted apart from ours and past the wrappers, because libxml2 can do without
 * some of what it asks for, and alloc_fail_each does not allow that. */
static struct {
    bool armed;
    bool fired;
    size_t left;
} xml_memory;

static void *xml_retake(void *old, size_t size)
{
    bool fails = xml_memory.armed && !xml_memory.fired && xml_memory.left-- == 0;

    xml_memory.fired = xml_memory.fired || fails;
    return fails ? NULL : reallocarray(old, 1, size);
}

static void *xml_take(size_t size)
{
    return xml_retake(NULL, size);
}

static void xml_give(void *old)
{
    free(old);
}

static char *xml_take_copy(const char *text)
{
    char *bytes = xml_take(strlen(text) + 1);

    return bytes ? strcpy(bytes, text) : NULL;
}

static void say_nothing(void *ctx, const char *format, ...)
{
    (void)ctx;
    (void)format;
}

static int make_xml(void *ctx)
{
    struct ses_unload unload = {
        .table = SES_STR("incident"),
        .short_description = SES_STR("a <short> one"),
        .description = SES_STR("a longer one\n\xEF\xBF\xBE\n"),
        .assignment_group = SES_STR("DNS & IP"),
    };

    ses_buf_clear(ctx);
    return ses_unload_to_xml(&unload, ctx);
}

static int make_xml_anew(void *ctx)
{
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    (void)ctx;
    ses_buf_init(&out, SES_MAX_TEMPLATE_OUTPUT);
    return make_xml(&out);
}

static void test_document__xml_survives_every_failed_allocation(void **state)
{
    (void)state;
    xmlSetGenericErrorFunc(NULL, say_nothing);
    alloc_fail_each(make_xml_anew, NULL);
    xmlSetGenericErrorFunc(NULL, NULL);
}

static void test_document__xml_is_whole_or_refused_when_libxml2_has_no_memory(void **state)
{
    struct ses_buf want SES_CLEANUP(ses_buf_done);
    struct ses_buf out SES_CLEANUP(ses_buf_done);

    (void)state;
    ses_buf_init(&want, 65536);
    ses_buf_init(&out, 65536);
    assert_int_equal(make_xml(&want), 0);
    xmlSetGenericErrorFunc(NULL, say_nothing);
    xml_memory.fired = true;
    for (size_t n = 0; xml_memory.fired; n++) {
        int error;

        xml_memory.armed = true;
        xml_memory.fired = false;
        xml_memory.left = n;
        error = make_xml(&out);
        xml_memory.armed = false;
        if (error == 0)
            assert_true(ses_str_eq(ses_buf_str(&want), ses_buf_str(&out)));
        else
            assert_int_equal(error, SES_ENOMEM);
    }
    xmlSetGenericErrorFunc(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_document__every_row_renders_for_its_subjects),
        cmocka_unit_test(test_document__says_poc_or_production_never_both),
        cmocka_unit_test(test_document__refuses_a_request_without_lifetime),
        cmocka_unit_test(test_document__ticket_says_all_that_an_operator_needs),
        cmocka_unit_test(test_document__ticket_has_no_two_blank_lines),
        cmocka_unit_test(test_document__ticket_never_exceeds_its_column),
        cmocka_unit_test(test_document__ticket_names_the_attachments_that_hold_its_records),
        cmocka_unit_test(test_document__ticket_holds_with_much_of_everything),
        cmocka_unit_test(test_document__reports_a_wording_that_leaves_no_room),
        cmocka_unit_test(test_document__summary_keeps_the_domain_and_the_date),
        cmocka_unit_test(test_document__is_the_same_every_time),
        cmocka_unit_test(test_document__hostile_values_come_out_inert),
        cmocka_unit_test(test_document__zone_has_no_line_of_somebody_else),
        cmocka_unit_test(test_document__xml_and_html_are_well_formed),
        cmocka_unit_test(test_document__xml_has_what_json_and_ticket_say),
        cmocka_unit_test(test_document__refuses_a_table_that_is_none),
        cmocka_unit_test(test_document__json_reads_back),
        cmocka_unit_test(test_document__netdb_expiration_is_always_explicit),
        cmocka_unit_test(test_document__netdb_cli_demands_a_template_node),
        cmocka_unit_test(test_document__aws_rdns_keeps_commands_free_of_free_text),
        cmocka_unit_test(test_document__wordings_are_templates_and_their_values_are_escaped),
        cmocka_unit_test(test_document__reports_a_wording_with_an_unknown_name),
        cmocka_unit_test(test_document__a_folder_overrides_templates_and_partials),
        cmocka_unit_test(test_document__refuses_bad_folders_and_templates),
        cmocka_unit_test(test_document__survives_every_failed_allocation),
        cmocka_unit_test(test_document__json_survives_every_failed_allocation),
        cmocka_unit_test(test_document__xml_survives_every_failed_allocation),
        cmocka_unit_test(test_document__xml_is_whole_or_refused_when_libxml2_has_no_memory),
    };
    int failed;

    json_set_alloc_funcs(json_take, json_give);
    xmlMemSetup(xml_give, xml_take, xml_retake, xml_take_copy);
    xmlInitParser();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    xmlCleanupParser();
    return failed;
}
