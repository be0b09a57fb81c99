/* SPDX-License-Identifier: MIT */
#include "ingest/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "ingest/csv.h"

/* Read at a time; rows that a block ends in the middle of go on in the next. */
#define BLOCK ((size_t)256 * 1024)

/* A block grows until a row ends in it. The CSV reader gives a row up after 64 KiB, but not before
 * its line ends; a line of this length it reports, and no manifest goes on behind it. */
#define MAX_BLOCK ((size_t)16 * 1024 * 1024)

enum {
    UNREADABLE,
    NOT_TEXT,
    EMPTY,
    NO_SUBJECT,
    COLUMN,
    COLUMN_TWICE,
    FIELDS,
    UNUSED,
    REFUSALS, /* enum ses_manifest_refusal from here on */
};

#define MANIFEST_SECTION "sesdns(1), the section on manifests"

const struct ses_code ses_manifest_codes[] = {
    [UNREADABLE] = {"manifest-unreadable", SES_ERROR, "The manifest cannot be read.",
                    "Nothing of it is part of the run.", "Check the name and the permissions.",
                    "open(2), read(2): the system's own reason is in the message"},
    [NOT_TEXT] = {"manifest-not-text", SES_ERROR, "The manifest is not a text file.",
                  "It has NUL bytes, as spreadsheets and UTF-16 have; what stands behind one would "
                  "be lost.",
                  "Save it as CSV in UTF-8.", "RFC 4180 section 2, TEXTDATA"},
    [EMPTY] = {"manifest-empty", SES_ERROR, "The manifest has no rows.", "There is nothing to do.",
               "Make a starter with 'sesdns check --manifest-template EXPORT...'.",
               MANIFEST_SECTION},
    [NO_SUBJECT] = {"manifest-no-subject", SES_ERROR,
                    "The manifest has no column called domain or host.",
                    "A row would not say what it is about.",
                    "Name the columns in the first row: domain or host, and what else there is.",
                    MANIFEST_SECTION},
    [COLUMN] =
        {"manifest-column", SES_ERROR, "The manifest has a column of unknown name.",
         "What stands in it would be lost without a word: a mistyped expires makes a proof of "
         "concept without its date.",
         "Correct the name, or begin it with x_ if templates are to use it: letters, digits, "
         "hyphens and underscores.",
         MANIFEST_SECTION},
    [COLUMN_TWICE] = {"manifest-column-twice", SES_ERROR,
                      "The manifest has two columns of one name.", "Only the first would be used.",
                      "Remove one, or correct its name.", MANIFEST_SECTION},
    [FIELDS] = {"manifest-fields", SES_ERROR, "A row does not have one field per column.",
                "A comma too many or too few moves all cells behind it into the wrong column.",
                "Put cells with commas in quotation marks; keep the commas of empty cells.",
                "RFC 4180 section 2, rule 4"},
    [UNUSED] = {"manifest-unused", SES_NOTE, "The input has a domain that no row names.",
                "Its records are in no request.",
                "Add a row for it, with its exports left empty, if it should be.",
                MANIFEST_SECTION},
    [REFUSALS + SES_MANIFEST_NO_NAME] = {"manifest-no-name", SES_ERROR,
                                         "A row names neither a domain nor a host.",
                                         "It is not said what is asked for.",
                                         "Fill in domain or host, or take the row out.",
                                         MANIFEST_SECTION},
    [REFUSALS +
        SES_MANIFEST_TWO_SUBJECTS] = {"manifest-two-subjects", SES_ERROR,
                                      "A row names both a domain and a host.",
                                      "A request has one subject: an SES domain, or an EC2 host.",
                                      "Make two rows of it.", MANIFEST_SECTION},
    [REFUSALS + SES_MANIFEST_BAD_NAME] = {"manifest-bad-name", SES_ERROR,
                                          "A cell that must hold a DNS name holds something else.",
                                          "No record can be asked for at it.", "Correct the name.",
                                          "RFC 1035 section 2.3.1"},
    [REFUSALS + SES_MANIFEST_BAD_LIFETIME] =
        {"manifest-bad-lifetime", SES_ERROR, "A lifetime is neither poc nor production.",
         "It decides whether the records are removed on a day or never; it is not guessed.",
         "Write poc or production, or leave the cell empty to use the flags.", MANIFEST_SECTION},
    [REFUSALS + SES_MANIFEST_NO_EXPORT] =
        {"manifest-no-export", SES_ERROR, "A domain has no export.",
         "Its row names none, and none of the other inputs has records of the domain.",
         "Name its exports in the row, or give them or their folder beside the manifest.",
         MANIFEST_SECTION},
    [REFUSALS + SES_MANIFEST_NO_EIP] = {"manifest-no-eip", SES_ERROR,
                                        "An EC2 host has no Elastic IP.",
                                        "Its node and its reverse DNS need the address.",
                                        "Fill in the column eip.", MANIFEST_SECTION},
};
const size_t ses_manifest_code_count = sizeof(ses_manifest_codes) / sizeof(ses_manifest_codes[0]);

static const char *const column_names[SES_COLUMNS] = {
    [SES_COLUMN_DOMAIN] = "domain",     [SES_COLUMN_HOST] = "host",
    [SES_COLUMN_LIFETIME] = "lifetime", [SES_COLUMN_EXPIRES] = "expires",
    [SES_COLUMN_EXPORTS] = "exports",   [SES_COLUMN_DEDICATED_IPS] = "dedicated_ips",
    [SES_COLUMN_EIP] = "eip",           [SES_COLUMN_ALLOCATION_ID] = "allocation_id",
    [SES_COLUMN_CONTACT] = "contact",   [SES_COLUMN_PURPOSE] = "purpose",
    [SES_COLUMN_ACCOUNT] = "account",   [SES_COLUMN_REGION] = "region",
    [SES_COLUMN_ZONE] = "zone",         [SES_COLUMN_GROUP] = "group",
};

const char *ses_column_name(enum ses_column column)
{
    return column_names[column];
}

/* What a column of the file is. */
enum { IGNORED = -1, EXTRA = -2 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct reader {
    const char *path;
    int (*take)(void *context, const struct ses_manifest_row *row);
    void *context;
    struct ses_findings *findings;
    struct ses_arena header_arena; /* lives as long as the reading */
    struct ses_arena row_arena;    /* quoted fields of a block */
    struct ses_manifest_row row;
    int columns[SES_MAX_CSV_FIELDS]; /* enum ses_column, IGNORED or EXTRA */
    size_t column_count;
    bool has_header;
    bool has_subject;
    size_t rows;
};

static int report(struct reader *reader, int code, struct ses_place place, struct ses_str value,
                  const char *sentence)
{
    struct ses_finding finding = {
        .code = &ses_manifest_codes[code], .place = place, .value = value};

    return ses_finding_report(reader->findings, finding, "%s", sentence);
}

/* A name that can stand in a tag of a template. */
static bool is_extra(struct ses_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    }
    return name.len > 2 && ses_str_starts(name, SES_STR("x_"));
}

static int find_column(struct ses_str name)
{
    for (int column = 0; column < SES_COLUMNS; column++) {
        if (ses_str_eq(name, ses_str_of(column_names[column])))
            return column;
    }
    return is_extra(name) ? EXTRA : IGNORED;
}

static bool is_taken(const struct reader *reader, int column, struct ses_str name)
{
    const struct ses_manifest_row *row = &reader->row;

    for (size_t i = 0; i < row->extra_count && column == EXTRA; i++) {
        if (ses_str_eq(row->extra_names[i], name))
            return true;
    }
    for (size_t i = 0; i < reader->column_count && column >= 0; i++) {
        if (reader->columns[i] == column)
            return true;
    }
    return false;
}

/* The name of a column, in lower case: templates find x_Team as x_team. */
static int fold(struct reader *reader, struct ses_str text, struct ses_str *ret_name)
{
    char *name = ses_arena_alloc(&reader->header_arena, text.len + 1);

    if (!name)
        return SES_ENOMEM;
    for (size_t i = 0; i < text.len; i++)
        name[i] = (char)(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? text.ptr[i] + ('a' - 'A')
                                                                  : text.ptr[i]);
    *ret_name = (struct ses_str){name, text.len};
    return 0;
}

/* How many characters to change, add or take away make `a` of `b` (Levenshtein 1966), for words as
 * short as the names of columns. */
static size_t distance(struct ses_str a, struct ses_str b)
{
    size_t row[32];

    if (a.len >= COUNT_OF(row) || b.len >= COUNT_OF(row))
        return COUNT_OF(row);
    for (size_t i = 0; i <= b.len; i++)
        row[i] = i;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t k = 1; k <= b.len; k++) {
            size_t best = diagonal + (a.ptr[i - 1] != b.ptr[k - 1]);

            diagonal = row[k];
            if (row[k] + 1 < best)
                best = row[k] + 1;
            if (row[k - 1] + 1 < best)
                best = row[k - 1] + 1;
            row[k] = best;
        }
    }
    return row[b.len];
}

/* The column that was likely meant; empty where none is near. */
static struct ses_str nearest_column(struct ses_str name)
{
    struct ses_str nearest = {0};
    size_t least = 3;

    for (int column = 0; column < SES_COLUMNS; column++) {
        struct ses_str candidate = ses_str_of(column_names[column]);
        size_t steps = distance(name, candidate);

        if (steps < least && steps < candidate.len / 2) {
            least = steps;
            nearest = candidate;
        }
    }
    return nearest;
}

static int report_column(struct reader *reader, const struct ses_csv_field *field,
                         struct ses_str name)
{
    struct ses_finding finding = {.code = &ses_manifest_codes[COLUMN],
                                  .place = field->place,
                                  .value = name,
                                  .suggestion = nearest_column(name)};
    bool separated = ses_str_contains(name, SES_STR(";")) || ses_str_contains(name, SES_STR("\t"));

    return ses_finding_report(reader->findings, finding, "unknown column%s",
                              separated ? ", want commas between the columns" : "");
}

static int add_column(struct reader *reader, const struct ses_csv_field *field)
{
    struct ses_manifest_row *row = &reader->row;
    struct ses_str text = ses_str_trim(field->text);
    struct ses_str name;
    int column;
    int error = fold(reader, text, &name);

    if (error != 0)
        return error;
    column = find_column(name);
    if (is_taken(reader, column, name)) {
        error = report(reader, COLUMN_TWICE, field->place, text, "second column of this name");
        column = IGNORED;
    } else if (column == IGNORED) {
        error = report_column(reader, field, text);
    } else if (column == EXTRA && row->extra_count == SES_MAX_EXTRA_COLUMNS) {
        error = report(reader, COLUMN, field->place, text, "more than 32 columns of this kind");
        column = IGNORED;
    } else if (column == EXTRA) {
        row->extra_names[row->extra_count++] = name;
    }
    reader->has_subject |= column == SES_COLUMN_DOMAIN || column == SES_COLUMN_HOST;
    reader->columns[reader->column_count++] = column;
    return error;
}

static int take_header(struct reader *reader, const struct ses_csv_row *row)
{
    int error = 0;

    reader->has_header = true;
    for (size_t i = 0; i < row->kept && error == 0; i++)
        error = add_column(reader, &row->fields[i]);
    if (error == 0 && !reader->has_subject)
        error = report(reader, NO_SUBJECT, row->fields[0].place, (struct ses_str){0},
                       "no column called domain or host");
    return error != 0 ? error : reader->has_subject ? 0 : SES_EINVALID;
}

static int take_row(void *context, const struct ses_csv_row *csv)
{
    struct reader *reader = context;
    struct ses_manifest_row *row = &reader->row;
    size_t extra = 0;

    if (!reader->has_header)
        return take_header(reader, csv);
    reader->rows++;
    if (csv->count != reader->column_count)
        return report(reader, FIELDS, csv->fields[0].place, (struct ses_str){0},
                      "row with another number of fields than the header has");
    row->place = csv->fields[0].place;
    for (size_t i = 0; i < csv->kept; i++) {
        struct ses_str text = ses_str_trim(csv->fields[i].text);

        if (reader->columns[i] == EXTRA)
            row->extra_values[extra++] = text;
        else if (reader->columns[i] != IGNORED)
            row->cells[reader->columns[i]] = (struct ses_cell){text, csv->fields[i].place};
    }
    return reader->take(reader->context, row);
}

/* Fills `block` from the descriptor until it has at least `wanted` bytes or the file ends. */
static int fill(int descriptor, struct ses_buf *block, size_t wanted, bool *ret_end)
{
    char bytes[16 * 1024];

    while (block->len < wanted) {
        ssize_t got = read(descriptor, bytes, sizeof(bytes));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return SES_EIO;
        *ret_end = got == 0;
        if (got == 0)
            return 0;
        ses_buf_add(block, (struct ses_str){bytes, (size_t)got});
        if (ses_buf_status(block) != 0)
            return ses_buf_status(block);
    }
    return 0;
}

/* Reads the rows that are whole in `block`, and takes them out of it. */
static int read_block(struct reader *reader, struct ses_buf *block, struct ses_csv_part *part)
{
    struct ses_str text = ses_buf_str(block);
    struct ses_place place = {.file = reader->path};
    int error;

    if (ses_str_find(text, '\0') < text.len) {
        error = report(reader, NOT_TEXT, place, (struct ses_str){0}, "manifest with a NUL byte");
        return error != 0 ? error : SES_EINVALID;
    }
    ses_arena_clear(&reader->row_arena);
    error = ses_csv_read_part(text, reader->path, part, &reader->row_arena, take_row, reader,
                              reader->findings);
    ses_buf_drop(block, part->taken);
    return error;
}

/* A byte order mark is no part of the first name. */
static void skip_mark(struct ses_buf *block)
{
    if (ses_str_starts(ses_buf_str(block), SES_STR("\xEF\xBB\xBF")))
        ses_buf_drop(block, 3);
}

/* Reads rows block by block, so that a manifest of any size takes the memory of one block. */
static int read_blocks(struct reader *reader, int descriptor)
{
    struct ses_buf block SES_CLEANUP(ses_buf_done);
    struct ses_csv_part part = {.line = 1};
    size_t wanted = BLOCK;
    bool end = false;
    int error;

    ses_buf_init(&block, MAX_BLOCK + BLOCK);
    error = fill(descriptor, &block, wanted, &end);
    skip_mark(&block);
    while (error == 0 && block.len > 0) {
        part.more = !end && block.len < MAX_BLOCK;
        error = read_block(reader, &block, &part);
        /* A row that does not fit a block needs a larger one. */
        wanted = part.taken > 0 ? BLOCK : block.len * 2;
        if (wanted > MAX_BLOCK)
            wanted = MAX_BLOCK;
        if (error == 0 && !end && !part.more)
            return SES_EINVALID;
        if (error == 0 && !end)
            error = fill(descriptor, &block, wanted, &end);
    }
    return error;
}

static void close_descriptor(int *descriptor)
{
    if (*descriptor > STDERR_FILENO)
        close(*descriptor);
}

static int read_manifest(struct reader *reader)
{
    int descriptor SES_CLEANUP(close_descriptor) = STDIN_FILENO;
    struct ses_place place = {.file = reader->path};
    int error = SES_EIO;

    if (strcmp(reader->path, "-") != 0)
        descriptor = open(reader->path, O_RDONLY | O_CLOEXEC);
    if (descriptor >= 0)
        error = read_blocks(reader, descriptor);
    if (error == SES_EIO) {
        const struct ses_finding finding = {.code = &ses_manifest_codes[UNREADABLE],
                                            .place = place};
        int sink = ses_finding_report(reader->findings, finding, "cannot read the manifest: %s",
                                      strerror(errno));

        return sink != 0 ? sink : SES_EIO;
    }
    if (error == 0 && reader->rows == 0)
        return report(reader, EMPTY, place, (struct ses_str){0}, "manifest without rows");
    return error;
}

int ses_manifest_read(const char *path,
                      int (*take)(void *context, const struct ses_manifest_row *row), void *context,
                      struct ses_findings *findings)
{
    struct reader reader = {.path = path, .take = take, .context = context, .findings = findings};
    int error = read_manifest(&reader);

    ses_arena_done(&reader.header_arena);
    ses_arena_done(&reader.row_arena);
    return error;
}

int ses_manifest_refuse(const struct ses_cell *cell, enum ses_manifest_refusal refusal,
                        struct ses_findings *findings)
{
    static const char *const sentences[] = {
        [SES_MANIFEST_NO_NAME] = "row that names neither a domain nor a host",
        [SES_MANIFEST_TWO_SUBJECTS] = "row that names both a domain and a host",
        [SES_MANIFEST_BAD_NAME] = "invalid DNS name",
        [SES_MANIFEST_BAD_LIFETIME] = "invalid lifetime, want poc or production",
        [SES_MANIFEST_NO_EXPORT] = "no export of this domain",
        [SES_MANIFEST_NO_EIP] = "EC2 host without its Elastic IP",
    };
    struct ses_finding finding = {
        .code = &ses_manifest_codes[REFUSALS + refusal], .place = cell->place, .value = cell->text};

    return ses_finding_report(findings, finding, "%s", sentences[refusal]);
}

int ses_manifest_report_unused(struct ses_place place, struct ses_str domain,
                               struct ses_findings *findings)
{
    struct ses_finding finding = {
        .code = &ses_manifest_codes[UNUSED], .place = place, .value = domain};

    return ses_finding_report(findings, finding, "no row of the manifest names this domain");
}
