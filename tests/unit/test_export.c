/* SPDX-License-Identifier: MIT */
#include "ingest/export.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alloc_fail.h"
#include "base/error.h"
#include "check/check.h"
#include "collect.h"

#define HEADER "Type,Name,Value\n"
#define TOKEN "MKu0dZrRuvSdUvGaGo0sAci10CK7EHb05DIhX0849wU="

/* The rows of files that the console gave, with another domain. */
#define DKIM_1                                                                                     \
    "CNAME,lb26ujzerk7o5xgpav5yif3ifuonjc4z._domainkey.example.edu,"                               \
    "lb26ujzerk7o5xgpav5yif3ifuonjc4z.dkim.amazonses.com"
#define DKIM_2                                                                                     \
    "CNAME,x3347bxx46qciqezelqfp5np64alxc6w._domainkey.example.edu,"                               \
    "x3347bxx46qciqezelqfp5np64alxc6w.dkim.amazonses.com"
#define DKIM_3                                                                                     \
    "CNAME,y5pv6syksh2pfoxfbw6ada5n3vw2m4bl._domainkey.example.edu,"                               \
    "y5pv6syksh2pfoxfbw6ada5n3vw2m4bl.dkim.amazonses.com"
#define MX "MX,mail.example.edu,10 feedback-smtp.us-east-1.amazonses.com"
#define SPF "TXT,mail.example.edu,\"v=spf1 include:amazonses.com ~all\""
#define DMARC "TXT,_dmarc.example.edu,\"v=DMARC1; p=none;\""

#define FAMILY_A HEADER DKIM_1 "\n" DKIM_2 "\n" DKIM_3
#define FAMILY_B FAMILY_A "\n" MX "\n" SPF "\n" DMARC
#define FAMILY_C HEADER "TXT,_amazonses.example.edu," TOKEN "\nTXT,example.edu,amazonses:" TOKEN

struct result {
    struct ses_arena arena;
    struct ses_entries entries;
    struct ses_source source;
    struct collect collect;
};

static void result_done(struct result *result)
{
    ses_arena_done(&result->arena);
    collect_done(&result->collect);
}

static void read_bytes(struct ses_str bytes, struct result *ret_result)
{
    *ret_result = (struct result){.source = {.path = "f", .bytes = bytes}};
    collect_init(&ret_result->collect, SES_NOTE);
    assert_int_equal(ses_export_read(&ret_result->source, &ret_result->arena, &ret_result->entries,
                                     &ret_result->collect.findings),
                     0);
}

static void read_text(const char *text, struct result *ret_result)
{
    read_bytes(ses_str_of(text), ret_result);
}

/* The records of `text` as lines "TYPE owner value", and its findings. */
static void assert_records(const char *text, const char *expected, const char *findings)
{
    struct result result SES_CLEANUP(result_done);
    struct ses_buf records SES_CLEANUP(ses_buf_done);

    ses_buf_init(&records, 100000);
    read_text(text, &result);
    for (size_t i = 0; i < result.entries.count; i++) {
        const struct ses_record *record = result.entries.items[i].record;

        ses_buf_printf(&records, "%s %s %.*s\n", ses_rrtype_name(record->type), record->owner.ptr,
                       SES_STR_ARG(record->value));
    }
    assert_string_equal(records.ptr ? records.ptr : "", expected);
    assert_string_equal(collect_lines(&result.collect), findings);
}

/* What the three families hold, whatever way they are written. */
static const char in_a[] = "CNAME lb26ujzerk7o5xgpav5yif3ifuonjc4z._domainkey.example.edu "
                           "lb26ujzerk7o5xgpav5yif3ifuonjc4z.dkim.amazonses.com\n"
                           "CNAME x3347bxx46qciqezelqfp5np64alxc6w._domainkey.example.edu "
                           "x3347bxx46qciqezelqfp5np64alxc6w.dkim.amazonses.com\n"
                           "CNAME y5pv6syksh2pfoxfbw6ada5n3vw2m4bl._domainkey.example.edu "
                           "y5pv6syksh2pfoxfbw6ada5n3vw2m4bl.dkim.amazonses.com\n";
static const char in_b[] = "MX mail.example.edu 10 feedback-smtp.us-east-1.amazonses.com\n"
                           "TXT mail.example.edu v=spf1 include:amazonses.com ~all\n"
                           "TXT _dmarc.example.edu v=DMARC1; p=none;\n";

static void test_export__reads_the_three_families_without_a_word(void **state)
{
    char both[sizeof(in_a) + sizeof(in_b)];

    (void)state;
    strcpy(both, in_a);
    strcat(both, in_b);
    assert_records(FAMILY_A, in_a, "");
    assert_records(FAMILY_B, both, "");
    assert_records(FAMILY_C,
                   "TXT _amazonses.example.edu " TOKEN "\nTXT example.edu amazonses:" TOKEN "\n",
                   "");
}

static void test_export__reads_every_way_of_writing_the_same(void **state)
{
    static const char *const texts[] = {
        FAMILY_A "\n",
        "\xEF\xBB\xBF" FAMILY_A,
        "Type,Name,Value\r\n" DKIM_1 "\r\n" DKIM_2 "\r\n" DKIM_3 "\r\n",
        "Type,Name,Value\r" DKIM_1 "\r" DKIM_2 "\r" DKIM_3,
        "\n\n" HEADER "\n" DKIM_1 "\n\n" DKIM_2 "\n  \n" DKIM_3 "\n\n\n",
        "\"Type\",\"Name\",\"Value\"\n" DKIM_1 "\n" DKIM_2 "\n" DKIM_3,
        "Tipo,Nome,Valore\n" DKIM_1 "\n" DKIM_2 "\n" DKIM_3,
        "タイプ,名前,値\n" DKIM_1 "\n" DKIM_2 "\n" DKIM_3,
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_records(texts[i], in_a, "");
}

/* Lone carriage returns make the whole file one line for whoever looks for line feeds only, and
 * "feedback-smtp" is a word of credentials. */
static void test_export__takes_no_mail_from_record_for_credentials(void **state)
{
    (void)state;
    assert_records("Type,Name,Value\rTXT,mail.example.edu,v=spf1\r" MX,
                   "TXT mail.example.edu v=spf1\n"
                   "MX mail.example.edu 10 feedback-smtp.us-east-1.amazonses.com\n",
                   "");
    assert_records(HEADER "TXT,smtp.example.edu,v=spf1", "TXT smtp.example.edu v=spf1\n", "");
}

static void test_export__takes_columns_by_position_in_an_unknown_language(void **state)
{
    static const char *const texts[] = {"Soort,Naam,Waarde\nTXT,a.example.edu,v=spf1",
                                        "Naam,Soort,Waarde\na.example.edu,TXT,v=spf1",
                                        "Naam,Waarde,Soort\na.example.edu,v=spf1,TXT"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_records(texts[i], "TXT a.example.edu v=spf1\n", "f:1:1: csv-header-unknown ''\n");
}

static void test_export__says_that_the_header_is_missing(void **state)
{
    static const char *const texts[] = {"TXT,a.example.edu,v=spf1\n", "a.example.edu,TXT,v=spf1\n",
                                        "a.example.edu,v=spf1,TXT\n",
                                        "\"TXT\",\"a.example.edu\",\"v=spf1\"\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_records(texts[i], "TXT a.example.edu v=spf1\n", "f:1:1: csv-header-missing ''\n");
}

static void test_export__tells_what_it_normalised(void **state)
{
    static const char *const rows[][3] = {
        {"TXT,A.Example.EDU,v=spf1", "TXT a.example.edu v=spf1\n",
         "f:2:5: name-upper-case 'A.Example.EDU'\n"},
        {"txt,a.example.edu.,v=spf1", "TXT a.example.edu v=spf1\n",
         "f:2:5: name-final-dot 'a.example.edu.'\n"},
        {"TXT,a.b\xC3\xBC"
         "cher.example,v=spf1",
         "TXT a.xn--bcher-kva.example v=spf1\n", "f:2:5: name-idn 'a.xn--bcher-kva.example'\n"},
        {"TXT,a.example.edu,\"\"\"v=spf1\"\"\"", "TXT a.example.edu v=spf1\n",
         "f:2:20: value-quotes-removed '\"v=spf1\"'\n"},
        {"CNAME,a.example.edu,B.c.", "CNAME a.example.edu B.c.\n",
         "f:2:21: name-final-dot 'B.c.'\nf:2:21: name-upper-case 'B.c.'\n"},
        {"MX,a.example.edu,10 b.C", "MX a.example.edu 10 b.C\n",
         "f:2:18: name-upper-case '10 b.C'\n"},
        /* Not a name: left as it is. */
        {"CNAME,a.example.edu,B c.", "CNAME a.example.edu B c.\n", ""},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_buf text SES_CLEANUP(ses_buf_done);

        ses_buf_init(&text, 1000);
        ses_buf_printf(&text, HEADER "%s", rows[i][0]);
        assert_records(text.ptr, rows[i][1], rows[i][2]);
    }
}

static void test_export__reports_blanks_at_edges_and_goes_on(void **state)
{
    (void)state;
    assert_records(HEADER " TXT, a.example.edu ,\" v=spf1 \"", "TXT a.example.edu v=spf1\n",
                   "f:2:2: blank-at-edge 'TXT'\n"
                   "f:2:7: blank-at-edge 'a.example.edu'\n"
                   "f:2:24: blank-at-edge 'v=spf1'\n");
}

#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Each refusal of a row: one finding with its place, and the row below it is read. */
static void test_export__refuses_rows_and_reads_on(void **state)
{
    static const char *const rows[][2] = {
        {"TXT,a.example.edu", "f:2:1: csv-fields ''\n"},
        {"hello", "f:2:1: csv-fields ''\n"},
        {"TXT,a.example.edu,v=DMARC1,rua=x", "f:2:1: csv-fields ''\n"},
        {"A,a.example.edu,192.0.2.1", "f:2:1: csv-record-type 'A'\n"},
        {",a.example.edu,x", "f:2:1: csv-record-type ''\n"},
        {"TXT,user@example.edu,x", "f:2:5: identity-email-address 'user@example.edu'\n"},
        {"TXT,,x", "f:2:5: name-empty ''\n"},
        {"TXT,_dmarc,x", "f:2:5: name-relative '_dmarc'\n"},
        {"CNAME,a._domainkey,x", "f:2:7: name-relative 'a._domainkey'\n"},
        {"TXT,@,x", "f:2:5: name-bad-character '@'\n"},
        {"TXT,a..example.edu,x", "f:2:7: name-empty-label 'a..example.edu'\n"},
        {"TXT,x." A63 "a.edu,x", "f:2:7: name-label-too-long 'x." A63 "a.edu'\n"},
        {"TXT," A63 "." A63 "." A63 "." A63 ",x",
         "f:2:258: name-too-long '" A63 "." A63 "." A63 "." A63 "'\n"},
        {"TXT,a b.example.edu,x", "f:2:6: name-bad-character 'a b.example.edu'\n"},
        {"TXT,-a.example.edu,x", "f:2:5: name-hyphen '-a.example.edu'\n"},
        {"TXT,b\xFC"
         "cher.example,x",
         "f:2:5: name-bad-idn 'b\xFC"
         "cher.example'\n"},
        {"TXT,a.example.edu,", "f:2:19: value-empty ''\n"},
        {"TXT,a.example.edu,\"\"", "f:2:20: value-empty ''\n"},
        {"TXT,a.example.edu, \t ", "f:2:19: value-empty ''\n"},
        {"TXT,a.example.edu,\"v=spf1\n-all\"", "f:2:26: value-control 'v=spf1\n-all'\n"},
        {"TXT,a.example.edu,v=\x1B", "f:2:21: value-control 'v=\x1B'\n"},
        {"TXT,a.example.edu,v=\x7F", "f:2:21: value-control 'v=\x7F'\n"},
        {"TXT,a.example.edu,v\xE2\x80\x9D", "f:2:20: value-non-ascii 'v\xE2\x80\x9D'\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ses_buf text SES_CLEANUP(ses_buf_done);
        struct result result SES_CLEANUP(result_done);

        ses_buf_init(&text, 1000);
        ses_buf_printf(&text, HEADER "%s\n" DMARC, rows[i][0]);
        read_text(text.ptr, &result);
        assert_string_equal(collect_lines(&result.collect), rows[i][1]);
        ASSERT_ROW(rows[i][0], result.source.refused_rows == 1);
        ASSERT_ROW(rows[i][0], result.entries.count == 1);
    }
}

static void test_export__counts_malformed_rows(void **state)
{
    struct result result SES_CLEANUP(result_done);

    (void)state;
    read_text(HEADER "TXT,a\"b,c\n" DMARC "\nTXT,\"open,x\n" MX "\n", &result);
    assert_string_equal(collect_codes(&result.collect), "csv-quote csv-unclosed-quote");
    assert_int_equal(result.source.refused_rows, 2);
    assert_int_equal(result.entries.count, 2);
}

static void test_export__reads_values_up_to_the_ceiling(void **state)
{
    static const size_t lengths[] = {255, 256, SES_MAX_TXT_VALUE, SES_MAX_TXT_VALUE + 1};

    (void)state;
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct ses_buf text SES_CLEANUP(ses_buf_done);
        struct result result SES_CLEANUP(result_done);

        ses_buf_init(&text, 10000);
        ses_buf_add(&text, SES_STR(HEADER "TXT,a.example.edu,"));
        for (size_t k = 0; k < lengths[i]; k++)
            ses_buf_add_byte(&text, 'a');
        read_text(text.ptr, &result);
        assert_string_equal(collect_codes(&result.collect),
                            lengths[i] > SES_MAX_TXT_VALUE ? "value-too-long" : "");
    }
}

static void test_export__refuses_files_that_are_something_else(void **state)
{
    static const char *const rows[][2] = {
        {"", "file-empty"},
        {"\n \n\r\n", "file-empty"},
        {"\xEF\xBB\xBF", "file-empty"},
        {"\xFF\xFET\1y\1", "file-encoding"},
        {"\xFE\xFF\1T", "file-encoding"},
        {HEADER, "file-no-records"},
        {"Tipo,Nome,Valore\r\n", "file-no-records"},
        {"Type;Name;Value\nTXT;a.example.edu;x", "file-separator"},
        {"Type\tName\tValue\nTXT\ta.example.edu\tx", "file-separator"},
        {"Domain Name,Record Name,Record Type,Record Value\n"
         "*.example.edu,_3b39.example.edu.,CNAME,_e94a.acm-validations.aws.",
         "file-acm"},
        {"Domain Name,Record Name,Record Type,Record Value\n", "file-acm"},
        {"type,hostname,value,ttl\nTXT,a,x,300", "file-other-dns"},
        {"Type,Name,Value,TTL\nTXT,a,x,300", "file-other-dns"},
        {"Type,Name,Content,TTL,Proxy\nA,a,192.0.2.1,1,true", "file-other-dns"},
        {"Name,Type,TTL,Target,Priority\na,A,1,192.0.2.1,", "file-other-dns"},
        {"id,name,price\n1,pen,2", "file-not-export"},
        {"a,b,c\n", "file-not-export"},
        {"hello world\n", "file-not-export"},
        {"a,b,c,d,e\n1,2,3,4,5", "file-not-export"},
        {"<!DOCTYPE html>\n<html>", "file-not-export"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct result result SES_CLEANUP(result_done);

        read_text(rows[i][0], &result);
        ASSERT_ROW(rows[i][0], strcmp(collect_codes(&result.collect), rows[i][1]) == 0);
        ASSERT_ROW(rows[i][0], result.entries.count == 0);
    }
}

static void test_export__refuses_nul_bytes(void **state)
{
    struct result result SES_CLEANUP(result_done);

    (void)state;
    read_bytes((struct ses_str){HEADER "TXT,a\0b,c", sizeof(HEADER) + 8}, &result);
    assert_string_equal(collect_lines(&result.collect), "f:0:0: file-not-text ''\n");
}

/* Four columns, as ACM writes them, with SES records: perhaps a console of long ago. */
static void test_export__reads_ses_records_in_four_columns(void **state)
{
    (void)state;
    assert_records("Domain Name,Record Name,Record Type,Record Value\n"
                   "example.edu,_amazonses.example.edu,TXT," TOKEN,
                   "TXT _amazonses.example.edu " TOKEN "\n", "");
}

#define KEY_ID "AKIA1234567890ABCDEF"
#define SECRET "BSecretPartThatNobodyMaySee"

/* Nothing of the file may come out: not a cell, not the file's line, not a position. */
static void test_export__shows_nothing_of_credentials(void **state)
{
    static const char *const texts[] = {
        "IAM user name,SMTP user name,SMTP password\nuser," KEY_ID "," SECRET,
        "\xEF\xBB\xBFIAM user name,SMTP user name,SMTP password\r\nuser," KEY_ID "," SECRET "\r\n",
        "\n\nIAM user name,SMTP user name,SMTP password\nuser,x," SECRET,
        "IAM user name,SMTP user name,SMTP password\ruser,x," SECRET,
        "\"IAM user name\",\"SMTP user name\",\"SMTP password\"\n\"user\",\"x\",\"" SECRET "\"",
        " \n\t\nIAM user name,SMTP user name,SMTP password\nuser,x,\"" SECRET,
        /* with a quotation mark where CSV has none */
        "IAM user name,SMTP user name,SMTP password\nuser,x," SECRET "\"quote",
        "IAM user name,SMTP user name,SMTP password\nuser,x,\"" SECRET,
        "IAM user name,\"SMTP user name,SMTP password\nuser,x," SECRET,
        /* in a language not met before, with words that stay, or with none */
        "Nome utente IAM,Nome utente SMTP,Parola\nuser,x," SECRET,
        "Benutzer,Name,Wort\nuser," KEY_ID "," SECRET,
        "Type,Name,Value\nTXT," KEY_ID "," SECRET,
        "user," KEY_ID "," SECRET "\"",
        /* access keys */
        "Access key ID,Secret access key\n" KEY_ID "," SECRET,
        "User name,Password,Access key ID,Secret access key,Console login link\nu,,x," SECRET,
        "a,b,c\nuser,ASIA1234567890ABCDEF," SECRET,
        /* the other half of a DKIM key */
        HEADER "TXT,s._domainkey.example.edu,p=-----BEGIN RSA PRIVATE KEY-----" SECRET,
        /* something pasted below the records */
        HEADER DMARC "\n" KEY_ID "," SECRET,
        HEADER DMARC "\n\"" KEY_ID "," SECRET,
    };

    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct result result SES_CLEANUP(result_done);
        struct ses_str shown;

        read_text(texts[i], &result);
        shown = ses_buf_str(&result.collect.shown);
        ASSERT_ROW(texts[i],
                   strcmp(collect_lines(&result.collect), "f:0:0: file-credentials ''\n") == 0);
        ASSERT_ROW(texts[i], result.entries.count == 0);
        ASSERT_ROW(texts[i], !ses_str_contains(shown, SES_STR("Secret")));
        ASSERT_ROW(texts[i], !ses_str_contains(shown, SES_STR("AKIA")));
        ASSERT_ROW(texts[i], !ses_str_contains(shown, SES_STR("user")));
    }
}

static void test_export__tells_key_ids_from_words(void **state)
{
    (void)state;
    assert_records(HEADER "TXT,a.example.edu,AKIA is no key", "TXT a.example.edu AKIA is no key\n",
                   "");
    assert_records(HEADER "TXT,a.example.edu,AKIA1234567890ABCDE",
                   "TXT a.example.edu AKIA1234567890ABCDE\n", "");
    assert_records(HEADER "TXT,a.example.edu,AKIAKIA1234567890ABCDEF", "",
                   "f:0:0: file-credentials ''\n");
}

static void test_export__keeps_places(void **state)
{
    struct result result SES_CLEANUP(result_done);
    const struct ses_record *record;

    (void)state;
    read_text("\r\n" HEADER DKIM_1 "\n\nTXT,\"_dmarc.example.edu\",v=DMARC1\n", &result);
    assert_int_equal(result.entries.count, 2);
    record = result.entries.items[1].record;
    assert_int_equal(record->row_at.line, 5);
    assert_int_equal(ses_place_column(&record->row_at), 1);
    assert_int_equal(record->owner_at.line, 5);
    assert_int_equal(ses_place_column(&record->owner_at), 6);
    assert_int_equal(ses_place_column(&record->value_at), 26);
    assert_string_equal(record->value_at.file, "f");
    assert_true(ses_str_eq(record->value_at.text, SES_STR("TXT,\"_dmarc.example.edu\",v=DMARC1")));
}

static void test_export__explains_every_code(void **state)
{
    (void)state;
    for (size_t i = 0; i < ses_export_code_count; i++) {
        const struct ses_code *code = &ses_export_codes[i];

        ASSERT_ROW(code->code, strlen(code->what) > 20 && strlen(code->why) > 15);
        ASSERT_ROW(code->code, !code->remedy || strlen(code->remedy) > 10);
        ASSERT_ROW(code->code, code->severity == SES_NOTE || code->remedy);
        ASSERT_ROW(code->code, strlen(code->source) > 5);
    }
}

/* All of the way, with as many kinds of finding as fit: reader, subjects, digest, rules. */
static int run_pipeline(void *ctx)
{
    static const char *const texts[] = {
        FAMILY_B "\nTXT,b\xC3\xBC"
                 "cher.Example.edu.,\"\"\"x\"\"\"\nTXT,a b,c\n\"open,x\n",
        FAMILY_C "\nCNAME,a._domainkey.example.org,\"10.0.0.1\"\n",
        "Soort,Naam,Waarde\nTXT,s._domainkey.example.net,p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB\n"
        "CNAME,a.example.edu.example.edu,b.amazonaws.com\nMX,mail.example.com,x y\n",
        "IAM user name,SMTP user name,SMTP password\n", NULL};
    struct ses_arena arena SES_CLEANUP(ses_arena_done) = {0};
    struct collect collect SES_CLEANUP(collect_done);
    struct ses_requests requests;
    int error;

    (void)ctx;
    collect_init(&collect, SES_NOTE);
    error = collect_requests(texts, &arena, &requests, &collect.findings);
    for (size_t i = 0; error == 0 && i < requests.count; i++)
        error = ses_check_request(requests.items[i], &collect.findings);
    return error;
}

static void test_export__survives_each_failing_allocation_up_to_the_rules(void **state)
{
    (void)state;
    alloc_fail_each(run_pipeline, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_export__reads_the_three_families_without_a_word),
        cmocka_unit_test(test_export__reads_every_way_of_writing_the_same),
        cmocka_unit_test(test_export__takes_no_mail_from_record_for_credentials),
        cmocka_unit_test(test_export__takes_columns_by_position_in_an_unknown_language),
        cmocka_unit_test(test_export__says_that_the_header_is_missing),
        cmocka_unit_test(test_export__tells_what_it_normalised),
        cmocka_unit_test(test_export__reports_blanks_at_edges_and_goes_on),
        cmocka_unit_test(test_export__refuses_rows_and_reads_on),
        cmocka_unit_test(test_export__counts_malformed_rows),
        cmocka_unit_test(test_export__reads_values_up_to_the_ceiling),
        cmocka_unit_test(test_export__refuses_files_that_are_something_else),
        cmocka_unit_test(test_export__refuses_nul_bytes),
        cmocka_unit_test(test_export__reads_ses_records_in_four_columns),
        cmocka_unit_test(test_export__shows_nothing_of_credentials),
        cmocka_unit_test(test_export__tells_key_ids_from_words),
        cmocka_unit_test(test_export__keeps_places),
        cmocka_unit_test(test_export__explains_every_code),
        cmocka_unit_test(test_export__survives_each_failing_allocation_up_to_the_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
