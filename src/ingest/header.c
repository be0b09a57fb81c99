/* SPDX-License-Identifier: MIT */
#include "ingest/header.h"

#include "model/record.h"

/* Rows that were met in real files, or are what the console's languages make of "Type,Name,Value".
 * Cells are compared without case. The kind decides; the indices say where type, name and value
 * are. Sources: console downloads (English, Italian), the console's language list (the others),
 * published files of the tools named. */
static const struct {
    const char *cells; /* joined with commas */
    enum ses_header_kind kind;
    unsigned char type, name, value;
    const char *tool;
} known[] = {
    {"Type,Name,Value", SES_HEADER_EXPORT, 0, 1, 2, NULL},
    {"Tipo,Nome,Valore", SES_HEADER_EXPORT, 0, 1, 2, NULL},  /* Italian */
    {"Typ,Name,Wert", SES_HEADER_EXPORT, 0, 1, 2, NULL},     /* German */
    {"Type,Nom,Valeur", SES_HEADER_EXPORT, 0, 1, 2, NULL},   /* French */
    {"Tipo,Nombre,Valor", SES_HEADER_EXPORT, 0, 1, 2, NULL}, /* Spanish */
    {"Tipo,Nome,Valor", SES_HEADER_EXPORT, 0, 1, 2, NULL},   /* Portuguese */
    {"Tipe,Nama,Nilai", SES_HEADER_EXPORT, 0, 1, 2, NULL},   /* Indonesian */
    {"Jenis,Nama,Nilai", SES_HEADER_EXPORT, 0, 1, 2, NULL},  /* Indonesian, the other word */
    {"Tür,Ad,Değer", SES_HEADER_EXPORT, 0, 1, 2, NULL},      /* Turkish */
    {"タイプ,名前,値", SES_HEADER_EXPORT, 0, 1, 2, NULL},    /* Japanese */
    {"유형,이름,값", SES_HEADER_EXPORT, 0, 1, 2, NULL},      /* Korean */
    {"类型,名称,值", SES_HEADER_EXPORT, 0, 1, 2, NULL},      /* Chinese, simplified */
    {"類型,名稱,值", SES_HEADER_EXPORT, 0, 1, 2, NULL},      /* Chinese, traditional */
    {"Name,Type,Value", SES_HEADER_EXPORT, 1, 0, 2, NULL},   /* hand-made, for other tools */
    {"Record Name,Record Type,Record Value", SES_HEADER_EXPORT, 1, 0, 2,
     NULL}, /* classic console? */
    {"Domain Name,Record Name,Record Type,Record Value", SES_HEADER_ACM, 2, 1, 3, NULL},
    {"type,hostname,value,ttl", SES_HEADER_OTHER_DNS, 0, 0, 0,
     "a DigitalOcean or Hostinger export"},
    {"Type,Name,Value,TTL", SES_HEADER_OTHER_DNS, 0, 0, 0, "another DNS tool's export"},
    {"Type,Name,Content,TTL,Proxy", SES_HEADER_OTHER_DNS, 0, 0, 0, "a Cloudflare export"},
    {"Name,Type,TTL,Target,Priority", SES_HEADER_OTHER_DNS, 0, 0, 0, "another DNS tool's export"},
    {"Name,Type,TTL,Value", SES_HEADER_OTHER_DNS, 0, 0, 0, "another DNS tool's export"},
};

static bool matches(const struct ses_csv_row *row, const char *cells)
{
    struct ses_str rest = ses_str_of(cells);
    struct ses_str cell;
    size_t index = 0;

    while (ses_str_split(&rest, ',', &cell)) {
        if (index >= row->kept || !ses_str_eq_nocase(ses_str_trim(row->fields[index].text), cell))
            return false;
        index++;
    }
    return index == row->count;
}

bool ses_header_find_columns(struct ses_header *header, const struct ses_csv_row *row)
{
    enum ses_rrtype type;

    for (size_t i = 0; i < row->kept && i < 3; i++) {
        if (!ses_rrtype_parse(ses_str_trim(row->fields[i].text), &type))
            continue;
        header->type = i;
        header->name = i == 0 ? 1 : 0;
        header->value = i == 2 ? 1 : 2;
        return true;
    }
    return false;
}

static bool has_separator(const struct ses_csv_row *row)
{
    return row->count == 1 && (ses_str_contains(row->fields[0].text, SES_STR(";")) ||
                               ses_str_contains(row->fields[0].text, SES_STR("\t")));
}

/* Words of the headers of SMTP credentials and access keys. IAM and SMTP are not translated by the
 * console, so that a localised header is known too. */
static const struct ses_str secret_words[] = {
    {"smtp", 4}, {"iam", 3}, {"password", 8}, {"secret", 6}, {"access key", 10}};

/* True where a cell of the line, in quotation marks or not, is a record type. */
static bool is_record(struct ses_str line)
{
    struct ses_str cell;
    enum ses_rrtype type;

    while (ses_str_split(&line, ',', &cell)) {
        cell = ses_str_trim(cell);
        if (cell.len >= 2 && cell.ptr[0] == '"' && cell.ptr[cell.len - 1] == '"')
            cell = ses_str_slice(cell, 1, cell.len - 1);
        if (ses_rrtype_parse(cell, &type))
            return true;
    }
    return false;
}

bool ses_header_is_secret(struct ses_str first_line)
{
    /* A record of smtp.example.edu is no secret. */
    if (is_record(first_line))
        return false;
    for (size_t i = 0; i < sizeof(secret_words) / sizeof(secret_words[0]); i++) {
        if (ses_str_contains_nocase(first_line, secret_words[i]))
            return true;
    }
    return false;
}

static bool is_manifest(const struct ses_csv_row *row)
{
    for (size_t i = 0; i < row->kept; i++) {
        struct ses_str cell = ses_str_trim(row->fields[i].text);

        if (ses_str_eq_nocase(cell, SES_STR("domain")) || ses_str_eq_nocase(cell, SES_STR("host")))
            return true;
    }
    return false;
}

struct ses_header ses_header_of(const struct ses_csv_row *row)
{
    struct ses_header header = {.kind = SES_HEADER_UNKNOWN, .name = 1, .value = 2, .columns = 3};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (matches(row, known[i].cells))
            return (struct ses_header){known[i].kind,  known[i].type, known[i].name,
                                       known[i].value, row->count,    known[i].tool};
    }
    if (is_manifest(row))
        header.kind = SES_HEADER_MANIFEST;
    else if (has_separator(row))
        header.kind = SES_HEADER_SEPARATOR;
    else if (ses_header_find_columns(&header, row) &&
             (row->count == 3 || (row->count >= 2 && header.type == 0)))
        header.kind = SES_HEADER_RECORD;
    else if (row->count == 3)
        header.kind = SES_HEADER_FOREIGN;
    return header;
}
