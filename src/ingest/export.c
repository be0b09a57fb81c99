/* SPDX-License-Identifier: MIT */
#include "ingest/export.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "ingest/csv.h"
#include "ingest/header.h"
#include "model/name.h"

enum {
    EMPTY_FILE,
    NOT_TEXT,
    ENCODING,
    NOT_EXPORT,
    NO_RECORDS,
    SEPARATOR,
    CREDENTIALS,
    ACM,
    OTHER_DNS,
    HEADER_UNKNOWN,
    HEADER_MISSING,
    FIELDS,
    RECORD_TYPE,
    EMAIL_ADDRESS,
    NAME_EMPTY,
    NAME_RELATIVE,
    NAME_EMPTY_LABEL,
    NAME_LONG_LABEL,
    NAME_TOO_LONG,
    NAME_BAD_BYTE,
    NAME_BAD_HYPHEN,
    NAME_BAD_IDN,
    VALUE_EMPTY,
    VALUE_CONTROL,
    VALUE_NON_ASCII,
    VALUE_TOO_LONG,
    BLANK_AT_EDGE,
    FINAL_DOT,
    UPPER_CASE,
    IDN,
    QUOTES_REMOVED,
    SKIPPED,
};

#define DOWNLOAD_AGAIN                                                                             \
    "Download the record set again from the SES console and give that file, unopened."
#define SES_EXPORT_SEEN "Files downloaded from the SES console: header Type,Name,Value, ASCII"

const struct ses_code ses_export_codes[] = {
    [EMPTY_FILE] = {"file-empty", SES_ERROR, "The file holds nothing.",
                    "There is nothing to publish in it; the download probably failed.",
                    DOWNLOAD_AGAIN, SES_EXPORT_SEEN},
    [NOT_TEXT] = {"file-not-text", SES_ERROR, "The file is not text: it holds NUL bytes.",
                  "It is a spreadsheet, an archive or another program's file, not a CSV export.",
                  DOWNLOAD_AGAIN, SES_EXPORT_SEEN},
    [ENCODING] = {"file-encoding", SES_ERROR, "The file is UTF-16, not UTF-8.",
                  "Some program re-saved it; what else it changed cannot be seen.", DOWNLOAD_AGAIN,
                  SES_EXPORT_SEEN},
    [NOT_EXPORT] = {"file-not-export", SES_ERROR,
                    "The file is not a record set of the SES console.",
                    "Its columns have another meaning; reading them as DNS records would publish "
                    "nonsense.",
                    "Give the file that \"Download .csv record set\" gives on the identity's page "
                    "in the SES console.",
                    SES_EXPORT_SEEN},
    [NO_RECORDS] =
        {"file-no-records", SES_ERROR, "The file has a header and no records.",
         "There is nothing to publish in it. The console writes such a file while DKIM is "
         "still being set up.",
         "Wait until the identity's page shows its records, then download again.", SES_EXPORT_SEEN},
    [SEPARATOR] = {"file-separator", SES_ERROR,
                   "The fields are separated by something else than commas.",
                   "A spreadsheet saved the file; it may have changed values as well.",
                   DOWNLOAD_AGAIN, "RFC 4180 section 2, rule 4; " SES_EXPORT_SEEN},
    [CREDENTIALS] =
        {"file-credentials", SES_ERROR, "The file holds credentials, not DNS records.",
         "Its secret must not reach a ticket, a terminal or a log. Nothing of it is shown.",
         "Keep this file private; if it was shared, delete the key in IAM and make a new "
         "one. Give the record-set CSV instead.",
         "SMTP credentials download of the SES console: IAM user name, SMTP user name, "
         "SMTP password"},
    [ACM] =
        {"file-acm", SES_ERROR, "The file comes from AWS Certificate Manager, not from SES.",
         "Its records prove a domain to ACM for a certificate; SES would stay unverified.",
         "Download the record set from the SES console: Identities, the domain, Authentication, "
         "Publish DNS records.",
         "ACM export: Domain Name, Record Name, Record Type, Record Value, targets in "
         "acm-validations.aws"},
    [OTHER_DNS] =
        {"file-other-dns", SES_ERROR, "The file is the export of another DNS tool.",
         "It holds a whole zone, relative names or proxied records; SES records cannot be "
         "told from the rest.",
         "Give the record-set CSV from the SES console.",
         "Column headers of published exports with a TTL, Proxy or Priority column"},
    [HEADER_UNKNOWN] =
        {"csv-header-unknown", SES_NOTE, "The header is in a language not met before.",
         "The columns were taken by position and by the record types below; the words "
         "do not matter.",
         "Nothing to do if the records shown are right.",
         "The console translates the header; record types stay as they are"},
    [HEADER_MISSING] = {"csv-header-missing", SES_NOTE, "The first row is a record, not a header.",
                        "The console always writes a header; this file was edited or cut.",
                        "Check that no record is missing.", SES_EXPORT_SEEN},
    [FIELDS] = {"csv-fields", SES_ERROR, "A row does not have one field per column.",
                "It is text that was pasted below the records, or a value with a comma that is not "
                "in quotation marks and would be cut.",
                "Remove the text, or put the value in quotation marks.",
                "RFC 4180 section 2, rules 4 and 6"},
    [RECORD_TYPE] =
        {"csv-record-type", SES_ERROR, "A row has a record type that SES does not ask for.",
         "SES asks for CNAME, TXT and MX records only; the row belongs to something else "
         "or is mistyped.",
         "Correct the type, or take the row out.",
         "Amazon SES Developer Guide, verified identities: CNAME, TXT and MX"},
    [EMAIL_ADDRESS] = {"identity-email-address", SES_ERROR,
                       "The export belongs to an e-mail address, not to a domain.",
                       "An address is verified by a mail to it. The console still offers a record "
                       "set, with empty values, that no DNS can hold.",
                       "Create an identity of type Domain in SES and download its record set.",
                       "Real txt-dns-records.csv of an address identity; RFC 1035 section 2.3.1"},
    [NAME_EMPTY] = {"name-empty", SES_ERROR, "A record has no name.",
                    "Some forms would put it at the zone itself.", DOWNLOAD_AGAIN,
                    "RFC 1035 section 3.1"},
    [NAME_RELATIVE] = {"name-relative", SES_ERROR, "A record's name lacks the domain.",
                       "The console writes whole names. Here the domain was left out, as in DNS "
                       "forms that append it; which one is meant cannot be known.",
                       "Write the whole name, such as _amazonses.example.edu.",
                       "RFC 1034 section 3.1; " SES_EXPORT_SEEN},
    [NAME_EMPTY_LABEL] = {"name-empty-label", SES_ERROR,
                          "A name has two dots in a row, or one in front.",
                          "Between two dots a label is missing; the name does not exist in DNS.",
                          "Correct the name.", "RFC 1035 section 3.1"},
    [NAME_LONG_LABEL] = {"name-label-too-long", SES_ERROR,
                         "A label of the name has more than 63 characters.",
                         "DNS cannot hold it; the zone would not load.",
                         "Correct the name: two labels may have been joined.",
                         "RFC 1035 section 2.3.4"},
    [NAME_TOO_LONG] =
        {"name-too-long", SES_ERROR, "A name has more than 253 characters.",
         "DNS cannot hold it; the zone would not load. A DKIM name needs 44 characters "
         "beside the domain's.",
         "Use a shorter domain.", "RFC 1035 section 2.3.4"},
    [NAME_BAD_BYTE] =
        {"name-bad-character", SES_ERROR, "A name has a character that SES names never have.",
         "Only letters, digits, hyphens, underscores and dots occur; anything else was "
         "mistyped or added by a program.",
         "Correct the name.", "RFC 1035 section 2.3.1, RFC 8552"},
    [NAME_BAD_HYPHEN] =
        {"name-hyphen", SES_ERROR, "A label begins or ends with a hyphen.",
         "Registries and DNS programs refuse it; part of the name is probably missing.",
         "Correct the name.", "RFC 1123 section 2.1"},
    [NAME_BAD_IDN] = {"name-bad-idn", SES_ERROR, "A name beyond ASCII cannot be written in DNS.",
                      "It is not valid UTF-8, or holds characters that international domain names "
                      "exclude.",
                      "Give the A-label form (xn--...) that the registrar shows.",
                      "RFC 5891 section 5, UTS 46"},
    [VALUE_EMPTY] = {"value-empty", SES_ERROR, "A record has no value.",
                     "There is nothing to publish; the verification would fail.", DOWNLOAD_AGAIN,
                     "Real txt-dns-records.csv of an address identity"},
    [VALUE_CONTROL] =
        {"value-control", SES_ERROR, "A value holds a line break or another control byte.",
         "It was pasted from wrapped text. Published like this, the value differs from "
         "the one SES compares with.",
         "Remove the byte: a value is one line.",
         "outroll/vesta pull request 1846; RFC 1035 section 5.1"},
    [VALUE_NON_ASCII] =
        {"value-non-ascii", SES_ERROR, "A value holds a character beyond ASCII.",
         "SES values are ASCII. A word processor or a web page has put in typographic "
         "quotes, a dash or a no-break space.",
         "Type the character anew, or download the file again.",
         "Amazon SES value formats; RFC 7208 section 3.3 and RFC 6376 section 3.6.1"},
    [VALUE_TOO_LONG] = {"value-too-long", SES_ERROR,
                        "A TXT value is longer than any that SES gives.",
                        "The longest is a 2048-bit DKIM key of some 400 characters; DNS answers of "
                        "many kilobytes fail in places.",
                        DOWNLOAD_AGAIN, "Ceiling of this program: 4096 characters"},
    [BLANK_AT_EDGE] = {"blank-at-edge", SES_ERROR, "A field begins or ends with a blank.",
                       "It is invisible, and in DNS it makes another value or an invalid name.",
                       "Remove the blank.",
                       "alphagov/govuk-dns pull request 49; RFC 1035 section 5.1"},
    [FINAL_DOT] =
        {"name-final-dot", SES_NOTE, "A final dot was taken off a name.",
         "Names here are absolute with or without it; documents show it where it is needed.", NULL,
         "RFC 1034 section 3.1"},
    [UPPER_CASE] = {"name-upper-case", SES_NOTE, "Capital letters in a name were made small.",
                    "DNS names ignore case.", NULL, "RFC 4343"},
    [IDN] = {"name-idn", SES_NOTE, "An international name was written as A-labels.",
             "DNS holds only the xn-- form.", "Nothing to do if it is the right name.",
             "RFC 5890 section 2.3.2.1"},
    [QUOTES_REMOVED] = {"value-quotes-removed", SES_NOTE,
                        "One pair of quotation marks around a TXT value was removed.",
                        "They are how DNS forms show a text, not part of it.", NULL,
                        "RFC 1035 section 5.1"},
    [SKIPPED] = {"file-skipped", SES_NOTE, "A CSV file in a folder is not an SES export.",
                 "It was passed over; the reason is in the message.", NULL,
                 "Meaning of a folder as input: the exports among its CSV files"},
};
const size_t ses_export_code_count = sizeof(ses_export_codes) / sizeof(ses_export_codes[0]);

struct reader {
    struct ses_source *source;
    struct ses_arena *arena;
    struct ses_entries *entries;
    struct ses_findings *findings;
    struct ses_header header;
    bool has_header; /* the first row was seen */
    bool has_row;    /* a row below the header was seen */
    bool refused;    /* the file is something else; its other rows are passed over */
};

/* About the file as a whole, without a byte of it. */
static int refuse_file(struct reader *reader, int code, const char *sentence)
{
    struct ses_finding finding = {.code = &ses_export_codes[code],
                                  .place = {.file = reader->source->path}};

    reader->refused = true;
    if (reader->source->found) {
        finding.code = &ses_export_codes[SKIPPED];
        return ses_finding_report(reader->findings, finding, "passed over: %s", sentence);
    }
    return ses_finding_report(reader->findings, finding, "%s", sentence);
}

static int report(struct reader *reader, int code, struct ses_place place, struct ses_str value,
                  const char *sentence)
{
    struct ses_finding finding = {.code = &ses_export_codes[code], .place = place, .value = value};

    return ses_finding_report(reader->findings, finding, "%s", sentence);
}

/* A row that cannot become a record: reported and counted. */
static int refuse_row(struct reader *reader, int code, struct ses_place place, struct ses_str value,
                      const char *sentence)
{
    reader->source->refused_rows++;
    return report(reader, code, place, value, sentence);
}

static bool ends_in_acm(struct ses_str value)
{
    return ses_str_ends_nocase(value, SES_STR("acm-validations.aws")) ||
           ses_str_ends_nocase(value, SES_STR("acm-validations.aws."));
}

/* What must be known of the first row below the header before any cell of it may be shown. */
static int take_first_row(struct reader *reader, const struct ses_csv_row *row)
{
    const struct ses_header *header = &reader->header;

    if (header->kind == SES_HEADER_ACM &&
        (row->count != header->columns || ends_in_acm(row->fields[header->value].text)))
        return refuse_file(reader, ACM, "this is an ACM export, not an SES record set");
    if (header->kind == SES_HEADER_FOREIGN) {
        struct ses_place place = {.file = reader->source->path, .line = 1};

        if (!ses_header_find_columns(&reader->header, row))
            return refuse_file(reader, NOT_EXPORT,
                               "no column holds record types: this is not an SES record set");
        return report(reader, HEADER_UNKNOWN, place, (struct ses_str){0},
                      "header in an unknown language, columns taken by position");
    }
    return 0;
}

static int take_header(struct reader *reader, const struct ses_csv_row *row)
{
    char sentence[128];

    reader->header = ses_header_of(row);
    switch (reader->header.kind) {
    case SES_HEADER_OTHER_DNS:
        snprintf(sentence, sizeof(sentence), "this is %s, not an SES record set",
                 reader->header.tool);
        return refuse_file(reader, OTHER_DNS, sentence);
    case SES_HEADER_SEPARATOR:
        return refuse_file(reader, SEPARATOR, "fields are separated by semicolons or tabs");
    case SES_HEADER_MANIFEST:
        return refuse_file(reader, NOT_EXPORT,
                           "this looks like a manifest: give it with --manifest");
    case SES_HEADER_UNKNOWN:
        return refuse_file(reader, NOT_EXPORT,
                           "want three columns for type, name and value: this is not an SES record "
                           "set");
    case SES_HEADER_RECORD:
        return report(reader, HEADER_MISSING, row->fields[0].place, (struct ses_str){0},
                      "no header above the records");
    default:
        return 0;
    }
}

static const struct {
    int code;
    const char *sentence;
} name_flaws[] = {
    [SES_NAME_EMPTY] = {NAME_EMPTY, "missing owner name"},
    [SES_NAME_EMPTY_LABEL] = {NAME_EMPTY_LABEL, "empty label in owner name"},
    [SES_NAME_LONG_LABEL] = {NAME_LONG_LABEL, "label of more than 63 characters in owner name"},
    [SES_NAME_TOO_LONG] = {NAME_TOO_LONG, "owner name of more than 253 characters"},
    [SES_NAME_BAD_BYTE] = {NAME_BAD_BYTE, "invalid character in owner name"},
    [SES_NAME_BAD_HYPHEN] = {NAME_BAD_HYPHEN, "label with a hyphen at its edge in owner name"},
    [SES_NAME_BAD_IDN] = {NAME_BAD_IDN, "owner name that cannot be written as A-labels"},
};

/* The field without blanks at its edges, which are reported, and the place of what is left. */
static int trim_field(struct reader *reader, const struct ses_csv_field *field, const char *what,
                      struct ses_str *ret_text, struct ses_place *ret_place)
{
    struct ses_str text = ses_str_trim(field->text);
    struct ses_place place = field->place;
    char sentence[96];
    size_t before = text.len > 0 ? (size_t)(text.ptr - field->text.ptr) : 0;

    *ret_text = text;
    if (field->quoted)
        place.offset++;
    place.offset += before;
    *ret_place = place;
    if (text.len == field->text.len || text.len == 0)
        return 0;
    snprintf(sentence, sizeof(sentence), "blank %s the %s, byte %zu of %zu",
             before > 0 ? "before" : "behind", what, before > 0 ? 1 : field->text.len,
             field->text.len);
    return report(reader, BLANK_AT_EDGE, place, text, sentence);
}

/* Tells what was normalised in a name: the owner, or the target in a value. */
static int report_normalised(struct reader *reader, const struct ses_name *name,
                             struct ses_place place, struct ses_str text, const char *what)
{
    char sentence[96];
    int error = 0;

    if (name->final_dot) {
        snprintf(sentence, sizeof(sentence), "final dot taken off the %s", what);
        error = report(reader, FINAL_DOT, place, text, sentence);
    }
    if (error == 0 && name->upper) {
        snprintf(sentence, sizeof(sentence), "capital letters in the %s made small", what);
        error = report(reader, UPPER_CASE, place, text, sentence);
    }
    if (error == 0 && name->idn) {
        snprintf(sentence, sizeof(sentence), "%s written as A-labels", what);
        error = report(reader, IDN, place, name->text, sentence);
    }
    return error;
}

/* A lone label, or a name that ends in "_domainkey" or the like: no top-level domain is called so.
 */
static bool is_relative(struct ses_str name)
{
    struct ses_str last = name;

    while (ses_name_parent(last).len > 0)
        last = ses_name_parent(last);
    return last.len == name.len || ses_str_starts(last, SES_STR("_"));
}

static int take_name(struct reader *reader, const struct ses_csv_field *field,
                     struct ses_record *record, bool *ret_ok)
{
    struct ses_name_flaw flaw;
    struct ses_name name;
    struct ses_str text;
    int error = trim_field(reader, field, "owner name", &text, &record->owner_at);

    *ret_ok = false;
    if (error != 0)
        return error;
    if (ses_str_contains(text, SES_STR("@")) && text.len > 1)
        return refuse_row(reader, EMAIL_ADDRESS, record->owner_at, text,
                          "owner name holds an e-mail address: this export is of an address "
                          "identity");
    error = ses_name_parse(text, reader->arena, &name, &flaw);
    if (error == SES_EINVALID) {
        struct ses_place place = record->owner_at;

        place.offset += flaw.offset;
        return refuse_row(reader, name_flaws[flaw.kind].code, place, text,
                          name_flaws[flaw.kind].sentence);
    }
    if (error != 0)
        return error;
    if (is_relative(name.text))
        return refuse_row(reader, NAME_RELATIVE, record->owner_at, text,
                          "owner name without its domain");
    record->owner = name.text;
    *ret_ok = true;
    return report_normalised(reader, &name, record->owner_at, text, "owner name");
}

/* The index of the first byte that no value may hold, or the length. */
static size_t find_bad_byte(struct ses_str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];

        if (byte < 0x20 || byte >= 0x7F)
            return i;
    }
    return value.len;
}

/* Takes one pair of quotes off a TXT value; what is left inside is a rule's business. */
static int unquote(struct reader *reader, struct ses_record *record)
{
    struct ses_str value = record->value;
    struct ses_str inner = ses_str_slice(value, 1, value.len - 1);

    if (record->type != SES_TXT || value.len < 2 || value.ptr[0] != '"' ||
        value.ptr[value.len - 1] != '"' || ses_str_contains(inner, SES_STR("\"")) ||
        ses_str_ends(inner, SES_STR("\\")))
        return 0;
    record->value = inner;
    return report(reader, QUOTES_REMOVED, record->value_at, value,
                  "quotation marks around the TXT value removed");
}

static int take_value(struct reader *reader, const struct ses_csv_field *field,
                      struct ses_record *record, bool *ret_ok)
{
    struct ses_place place;
    char sentence[96];
    size_t bad;
    int error = trim_field(reader, field, "value", &record->value, &record->value_at);

    *ret_ok = false;
    if (error == 0)
        error = unquote(reader, record);
    if (error != 0)
        return error;
    if (record->value.len == 0)
        return refuse_row(reader, VALUE_EMPTY, record->value_at, (struct ses_str){0},
                          "missing value");
    bad = find_bad_byte(record->value);
    if (bad < record->value.len) {
        bool control = (unsigned char)record->value.ptr[bad] < 0x80;

        place = record->value_at;
        place.offset += bad;
        snprintf(sentence, sizeof(sentence), "%s in the value, byte %zu of %zu",
                 control ? "control byte" : "character beyond ASCII", bad + 1, record->value.len);
        return refuse_row(reader, control ? VALUE_CONTROL : VALUE_NON_ASCII, place, record->value,
                          sentence);
    }
    if (record->value.len > SES_MAX_TXT_VALUE)
        return refuse_row(reader, VALUE_TOO_LONG, record->value_at, (struct ses_str){0},
                          "value of more than 4096 characters");
    *ret_ok = true;
    return 0;
}

static int take_type(struct reader *reader, const struct ses_csv_field *field,
                     struct ses_record *record, bool *ret_ok)
{
    struct ses_str text;
    int error = trim_field(reader, field, "record type", &text, &record->row_at);

    *ret_ok = false;
    if (error != 0)
        return error;
    if (!ses_rrtype_parse(text, &record->type))
        return refuse_row(reader, RECORD_TYPE, record->row_at, text,
                          "invalid record type, want CNAME, TXT or MX");
    *ret_ok = true;
    return 0;
}

/* Names in values are normalised like owners; a target that is no name is a rule's business. */
static int report_target(struct reader *reader, const struct ses_record *record)
{
    struct ses_name name = {.final_dot = ses_str_ends(record->value, SES_STR("."))};

    if (record->target.len == 0)
        return 0;
    name.upper = !ses_str_ends(ses_str_slice(record->value, 0, record->value.len - name.final_dot),
                               record->target);
    return report_normalised(reader, &name, record->value_at, record->value, "target");
}

static int add_entry(struct reader *reader, const struct ses_record *draft)
{
    struct ses_entries *entries = reader->entries;
    struct ses_record *record = ses_arena_alloc(reader->arena, sizeof(*record));
    int error;

    if (!record)
        return SES_ENOMEM;
    *record = *draft;
    error = ses_record_classify(record, reader->arena);
    if (error == 0)
        error = ses_arena_grow(reader->arena, &entries->items, entries->count, &entries->capacity,
                               sizeof(*entries->items));
    if (error == 0)
        entries->items[entries->count++] = (struct ses_entry){record, reader->source};
    return error != 0 ? error : report_target(reader, record);
}

static int take_record(struct reader *reader, const struct ses_csv_row *row)
{
    const struct ses_header *header = &reader->header;
    struct ses_record record = {0};
    char sentence[96];
    bool ok;
    int error;

    if (row->count != header->columns) {
        snprintf(sentence, sizeof(sentence), "row of %zu field%s, want %zu", row->count,
                 row->count == 1 ? "" : "s", header->columns);
        return refuse_row(reader, FIELDS, row->fields[0].place, (struct ses_str){0}, sentence);
    }
    error = take_type(reader, &row->fields[header->type], &record, &ok);
    if (error == 0 && ok)
        error = take_name(reader, &row->fields[header->name], &record, &ok);
    if (error == 0 && ok)
        error = take_value(reader, &row->fields[header->value], &record, &ok);
    if (error == 0 && ok)
        error = add_entry(reader, &record);
    return error;
}

static int take_row(void *context, const struct ses_csv_row *row)
{
    struct reader *reader = context;
    int error;

    if (reader->refused)
        return 0;
    if (!reader->has_header) {
        reader->has_header = true;
        error = take_header(reader, row);
        if (error != 0 || reader->refused || reader->header.kind != SES_HEADER_RECORD)
            return error;
    }
    if (!reader->has_row) {
        reader->has_row = true;
        error = take_first_row(reader, row);
        if (error != 0 || reader->refused)
            return error;
    }
    return take_record(reader, row);
}

/* An access key id of AWS, lasting or temporary: AKIA or ASIA, and 16 more. */
static bool is_key_id(struct ses_str bytes)
{
    static const size_t length = 20;
    size_t run = 0;

    if (!ses_str_starts(bytes, SES_STR("AKIA")) && !ses_str_starts(bytes, SES_STR("ASIA")))
        return false;
    while (run < bytes.len && run < length &&
           ((bytes.ptr[run] >= 'A' && bytes.ptr[run] <= 'Z') ||
            (bytes.ptr[run] >= '0' && bytes.ptr[run] <= '9')))
        run++;
    return run == length;
}

static bool holds_key_id(struct ses_str bytes)
{
    for (size_t at = ses_str_find(bytes, 'A'); at < bytes.len; at = ses_str_find(bytes, 'A')) {
        bytes = ses_str_slice(bytes, at, bytes.len);
        if (is_key_id(bytes))
            return true;
        bytes = ses_str_slice(bytes, 1, bytes.len);
    }
    return false;
}

/* What makes a secret of a file, whatever its columns are: a lasting or a temporary access key, or
 * the private key in place of the public one. */
static bool holds_secret(struct ses_str bytes)
{
    return holds_key_id(bytes) || ses_str_contains(bytes, SES_STR("PRIVATE KEY-----"));
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The first line that holds something, as the CSV reader will see it; without blanks in front. */
static struct ses_str first_line(struct ses_str text)
{
    size_t from = 0;
    size_t to;

    while (from < text.len && (is_line_end(text.ptr[from]) || is_blank(text.ptr[from])))
        from++;
    to = from;
    while (to < text.len && !is_line_end(text.ptr[to]))
        to++;
    return ses_str_slice(text, from, to);
}

/* What can be told from the bytes before any of them is read as CSV. */
static int look_at_bytes(struct reader *reader, struct ses_str *text)
{
    if (ses_str_starts(*text, SES_STR("\xEF\xBB\xBF")))
        *text = ses_str_slice(*text, 3, text->len);
    if (ses_str_starts(*text, SES_STR("\xFF\xFE")) || ses_str_starts(*text, SES_STR("\xFE\xFF")))
        return refuse_file(reader, ENCODING, "this file is UTF-16, want UTF-8 or ASCII");
    if (text->len > 0 && memchr(text->ptr, '\0', text->len))
        return refuse_file(reader, NOT_TEXT, "this file is not text");
    /* Before CSV is read: a report of a stray quotation mark would show the line. */
    if (ses_header_is_secret(first_line(*text)) || holds_secret(*text))
        return refuse_file(reader, CREDENTIALS,
                           "this file holds credentials, not DNS records; nothing of it was used");
    return 0;
}

int ses_export_read(struct ses_source *source, struct ses_arena *arena, struct ses_entries *entries,
                    struct ses_findings *findings)
{
    struct reader reader = {
        .source = source, .arena = arena, .entries = entries, .findings = findings};
    struct ses_str text = source->bytes;
    size_t refused;
    int error = look_at_bytes(&reader, &text);

    if (error != 0 || reader.refused)
        return error;
    error = ses_csv_read(text, source->path, 1, arena, take_row, &reader, &refused, findings);
    if (error != 0)
        return error;
    source->refused_rows += refused;
    if (reader.refused || refused > 0)
        return 0;
    if (!reader.has_header)
        return refuse_file(&reader, EMPTY_FILE, "this file is empty");
    if (!reader.has_row)
        return reader.header.kind == SES_HEADER_FOREIGN
                   ? refuse_file(&reader, NOT_EXPORT, "this is not an SES record set")
               : reader.header.kind == SES_HEADER_ACM
                   ? refuse_file(&reader, ACM, "this is an ACM export, not an SES record set")
                   : refuse_file(&reader, NO_RECORDS, "a header and no records");
    return 0;
}
