/* SPDX-License-Identifier: MIT */
#include "ingest/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "collect.h"

/* The row that `text` is, split at commas. */
static struct ses_header header_of(const char *text)
{
    struct ses_csv_row row = {0};
    struct ses_str rest = ses_str_of(text);
    struct ses_str cell;

    while (ses_str_split(&rest, ',', &cell)) {
        if (row.kept < SES_MAX_CSV_FIELDS)
            row.fields[row.kept++].text = cell;
        row.count++;
    }
    return ses_header_of(&row);
}

static void test_header__knows_exports_in_every_language(void **state)
{
    static const char *const headers[] = {
        "Type,Name,Value",   "Tipo,Nome,Valore", "Typ,Name,Wert",       "Type,Nom,Valeur",
        "Tipo,Nombre,Valor", "Tipo,Nome,Valor",  "Tipe,Nama,Nilai",     "Jenis,Nama,Nilai",
        "Tür,Ad,Değer",      "タイプ,名前,値",   "유형,이름,값",        "类型,名称,值",
        "類型,名稱,值",      "type,NAME,vaLue",  " Type , Name ,Value "};

    (void)state;
    for (size_t i = 0; i < COUNT(headers); i++) {
        struct ses_header header = header_of(headers[i]);

        ASSERT_ROW(headers[i], header.kind == SES_HEADER_EXPORT);
        ASSERT_ROW(headers[i], header.type == 0 && header.name == 1 && header.value == 2);
        ASSERT_ROW(headers[i], header.columns == 3);
    }
}

static void test_header__knows_columns_in_another_order(void **state)
{
    static const char *const headers[] = {"Name,Type,Value",
                                          "Record Name,Record Type,Record Value"};

    (void)state;
    for (size_t i = 0; i < COUNT(headers); i++) {
        struct ses_header header = header_of(headers[i]);

        ASSERT_ROW(headers[i], header.kind == SES_HEADER_EXPORT);
        ASSERT_ROW(headers[i], header.type == 1 && header.name == 0 && header.value == 2);
    }
}

static void test_header__tells_what_else_a_file_is(void **state)
{
    static const struct {
        const char *text;
        enum ses_header_kind kind;
    } rows[] = {
        {"Soort,Naam,Waarde", SES_HEADER_FOREIGN},
        {"a,b,c", SES_HEADER_FOREIGN},
        {"Type,Name,Values", SES_HEADER_FOREIGN},
        {"CNAME,a,b", SES_HEADER_RECORD},
        {"txt,a,b", SES_HEADER_RECORD},
        {" MX ,a,b", SES_HEADER_RECORD},
        {"MX,a", SES_HEADER_RECORD},
        {"a,TXT,b", SES_HEADER_RECORD},
        {"a,b,TXT", SES_HEADER_RECORD},
        {"TXT,a,b,c", SES_HEADER_RECORD},
        {"Domain Name,Record Name,Record Type,Record Value", SES_HEADER_ACM},
        {"type,hostname,value,ttl", SES_HEADER_OTHER_DNS},
        {"Type,Name,Value,TTL", SES_HEADER_OTHER_DNS},
        {"Type,Name,Content,TTL,Proxy", SES_HEADER_OTHER_DNS},
        {"Name,Type,TTL,Target,Priority", SES_HEADER_OTHER_DNS},
        {"Name,Type,TTL,Value", SES_HEADER_OTHER_DNS},
        {"Type;Name;Value", SES_HEADER_SEPARATOR},
        {"Type\tName\tValue", SES_HEADER_SEPARATOR},
        {"Type,Name", SES_HEADER_UNKNOWN},
        {"TXT", SES_HEADER_UNKNOWN},
        {"hello", SES_HEADER_UNKNOWN},
        {"a,b,c,d", SES_HEADER_UNKNOWN},
        {"a,b,TXT,d", SES_HEADER_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        ASSERT_ROW(rows[i].text, header_of(rows[i].text).kind == rows[i].kind);
}

static void test_header__names_the_other_tool(void **state)
{
    (void)state;
    assert_string_equal(header_of("Type,Name,Content,TTL,Proxy").tool, "a Cloudflare export");
    assert_null(header_of("Type,Name,Value").tool);
}

static void test_header__counts_columns_that_are_not_kept(void **state)
{
    struct ses_csv_row row = {.count = 1000, .kept = SES_MAX_CSV_FIELDS};

    (void)state;
    assert_int_equal(ses_header_of(&row).kind, SES_HEADER_UNKNOWN);
}

static void test_header__knows_credentials_by_their_words(void **state)
{
    static const struct {
        const char *line;
        bool secret;
    } rows[] = {
        {"IAM user name,SMTP user name,SMTP password", true},
        {"iam USER name,smtp user name,smtp PASSWORD", true},
        {"\"IAM user name\",\"SMTP user name\",\"SMTP password\"", true},
        {"Nome utente IAM,Nome utente SMTP,Parola d'ordine", true},
        {"IAM-Benutzername,SMTP-Benutzername,SMTP-Passwort", true},
        {"Nome utente IAM,Chiave,Parola", true},
        {"Access key ID,Secret access key", true},
        {"User name,Password,Access key ID", true},
        {"Type,Name,Value", false},
        {"Tipo,Nome,Valore", false},
        {"MX,mail.example.edu,10 feedback-smtp.us-east-1.amazonses.com", false},
        {"mail.example.edu,MX,10 feedback-smtp.us-east-1.amazonses.com", false},
        {"\"MX\",\"mail.example.edu\",\"10 feedback-smtp.us-east-1.amazonses.com\"", false},
        {" txt ,smtp.example.edu,v=spf1 include:amazonses.com ~all", false},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        ASSERT_ROW(rows[i].line, ses_header_is_secret(ses_str_of(rows[i].line)) == rows[i].secret);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header__knows_exports_in_every_language),
        cmocka_unit_test(test_header__knows_columns_in_another_order),
        cmocka_unit_test(test_header__tells_what_else_a_file_is),
        cmocka_unit_test(test_header__names_the_other_tool),
        cmocka_unit_test(test_header__counts_columns_that_are_not_kept),
        cmocka_unit_test(test_header__knows_credentials_by_their_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
