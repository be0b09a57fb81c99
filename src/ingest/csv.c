/* SPDX-License-Identifier: MIT */
#include "ingest/csv.h"

#include <csv.h>
#include <string.h>

#include "base/error.h"

enum {
    QUOTE,
    UNCLOSED,
    TOO_LONG,
};

const struct ses_code ses_csv_codes[] = {
    [QUOTE] = {"csv-quote", SES_ERROR, "A quotation mark stands where CSV does not allow one.",
               "Programs disagree on where such a field ends, so parts of the value may be lost.",
               "Download the file again, or put the whole field in quotation marks and double each "
               "one inside it.",
               "RFC 4180 section 2, rules 5 to 7"},
    [UNCLOSED] = {"csv-unclosed-quote", SES_ERROR, "A quoted field is never closed.",
                  "Everything behind the quotation mark, to the end of the file, would become one "
                  "value.",
                  "Download the file again: it was probably cut or edited.",
                  "RFC 4180 section 2, rule 5"},
    [TOO_LONG] = {"csv-row-too-long", SES_ERROR, "A row is longer than any export has.",
                  "It cannot hold DNS records; reading on would cost memory for nothing.",
                  "Give the CSV files from the SES console.",
                  "Ceiling of this program: 64 KiB a row"},
};
const size_t ses_csv_code_count = sizeof(ses_csv_codes) / sizeof(ses_csv_codes[0]);

/* libcsv knows no positions, swallows line breaks in quotes and skips blank lines. So it is fed a
 * byte at a time, while we count. A line without a quotation mark, as all lines of real exports
 * are, is a row that ends at its commas and needs no parser. */
struct reader {
    struct csv_parser parser;
    struct ses_str text;
    size_t at; /* bytes of `text` that libcsv has been given */
    const char *file;
    struct ses_arena *arena;
    struct ses_findings *findings;
    int (*take)(void *context, const struct ses_csv_row *row);
    void *context;
    size_t refused;
    size_t unclosed;
    bool more;    /* the text goes on behind what is in memory */
    bool stopped; /* in a row that does, too */
    int error;

    size_t line; /* number of the line that `at` is in */
    struct ses_str line_text;
    size_t line_start;     /* index of its first byte */
    size_t lf_from, lf;    /* there is no LF from the one index up to the other */
    struct ses_place next; /* where the field now being read began, and its index */
    size_t next_at;
    bool row_ended;
    bool field_ended;
    struct ses_csv_row *row; /* borrowed: not cleared as a whole, for it is large */
};

static int is_never_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

/* The index of the first LF at or behind `from`. What was found last is kept: in a text whose lines
 * end in CR it would be looked for in vain, to the end of the text, for every line. */
static size_t find_lf(struct reader *reader, size_t from)
{
    if (from < reader->lf_from || from > reader->lf) {
        reader->lf_from = from;
        reader->lf = from + ses_str_find(ses_str_slice(reader->text, from, reader->text.len), '\n');
    }
    return reader->lf;
}

/* The index behind the line that starts at `from`, its end included. A lone CR ends a line too. */
static size_t line_end(struct reader *reader, size_t from, size_t *ret_len)
{
    size_t lf = find_lf(reader, from);
    size_t cr = from + ses_str_find(ses_str_slice(reader->text, from, lf), '\r');

    *ret_len = cr - from;
    if (cr + 1 < lf)
        return cr + 1;
    return lf < reader->text.len ? lf + 1 : lf;
}

static void start_field(struct reader *reader, size_t at)
{
    reader->next_at = at;
    reader->next = (struct ses_place){.file = reader->file,
                                      .line = reader->line,
                                      .offset = at - reader->line_start,
                                      .text = reader->line_text};
}

/* Makes the line at `from` the current one. Returns the index behind it. */
static size_t start_line(struct reader *reader, size_t from)
{
    size_t len;
    size_t end = line_end(reader, from, &len);

    reader->line++;
    reader->line_start = from;
    reader->line_text = ses_str_slice(reader->text, from, from + len);
    return end;
}

static void field_done(void *bytes, size_t len, void *context)
{
    struct reader *reader = context;
    struct ses_csv_field field = {.place = reader->next};

    reader->field_ended = true;
    if (reader->error != 0)
        return;
    field.quoted = reader->next_at < reader->text.len && reader->text.ptr[reader->next_at] == '"';
    if (field.quoted)
        reader->error = ses_arena_copy(reader->arena, (struct ses_str){bytes, len}, &field.text);
    else
        field.text = ses_str_slice(reader->text, reader->next_at, reader->next_at + len);
    if (reader->row->kept < SES_MAX_CSV_FIELDS)
        reader->row->fields[reader->row->kept++] = field;
    reader->row->count++;
    /* Right for a line without quotes; where there are some it is set byte by byte. */
    start_field(reader, reader->next_at + len + 1);
}

static void row_done(int byte, void *context)
{
    struct reader *reader = context;
    struct ses_csv_row *row = reader->row;

    (void)byte;
    reader->row_ended = true;
    if (reader->error == 0 &&
        !(row->count == 1 && ses_str_trim(row->fields[0].text).len == 0 && !row->fields[0].quoted))
        reader->error = reader->take(reader->context, row);
    row->count = 0;
    row->kept = 0;
}

static int refuse(struct reader *reader, int code, struct ses_place place, const char *sentence)
{
    struct ses_finding finding = {.code = &ses_csv_codes[code], .place = place};

    reader->refused++;
    return ses_finding_report(reader->findings, finding, "%s", sentence);
}

/* After a malformed row: forget it. */
static int restart(struct reader *reader)
{
    csv_free(&reader->parser);
    reader->row->count = 0;
    reader->row->kept = 0;
    if (csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return SES_ENOMEM;
    csv_set_space_func(&reader->parser, is_never_space);
    return 0;
}

/* What libcsv says of the bytes it was given: 0, SES_ENOMEM, or SES_ESYNTAX for a stray quote. */
static int feed(struct reader *reader, size_t from, size_t to)
{
    size_t taken = csv_parse(&reader->parser, reader->text.ptr + from, to - from, field_done,
                             row_done, reader);

    if (reader->error != 0)
        return reader->error;
    if (taken == to - from)
        return 0;
    return csv_error(&reader->parser) == CSV_EPARSE ? SES_ESYNTAX : SES_ENOMEM;
}

/* The text ended inside quotes that opened at reader->next: read on behind the line of the opening.
 */
static int refuse_unclosed(struct reader *reader, size_t *at)
{
    struct ses_place place = reader->next;
    size_t len;
    int error = refuse(reader, UNCLOSED, place, "quotation mark without its partner");

    *at = line_end(reader, reader->next_at, &len);
    reader->line = place.line;
    if (++reader->unclosed >= SES_MAX_CSV_UNCLOSED_QUOTES)
        *at = reader->text.len;
    return error != 0 ? error : restart(reader);
}

static int refuse_quote(struct reader *reader, size_t at)
{
    struct ses_place place = {reader->file, reader->line, at - reader->line_start,
                              reader->line_text};
    int error = refuse(reader, QUOTE, place, "stray quotation mark");

    return error != 0 ? error : restart(reader);
}

static int refuse_long(struct reader *reader, struct ses_place place)
{
    /* The excerpt would be as long as the row. */
    place.text = (struct ses_str){0};
    return refuse(reader, TOO_LONG, place, "row of more than 65536 bytes");
}

/* Leaves the row that starts at `from`, on line `line`, for another call. */
static int stop(struct reader *reader, size_t *at, size_t from, size_t line)
{
    reader->stopped = true;
    reader->line = line - 1;
    *at = from;
    return 0;
}

/* True where the line that ends at `end` may go on behind what is in memory. */
static bool is_cut(const struct reader *reader, size_t end)
{
    return reader->more && end == reader->text.len && reader->text.ptr[end - 1] != '\n';
}

/* Reads the row that starts on the current line, whose end is `end`, a byte at a time. `*at`
 * becomes the index to go on from. */
static int read_quoted(struct reader *reader, size_t *at, size_t end)
{
    size_t first = *at;
    size_t line = reader->line;

    reader->row_ended = false;
    for (size_t i = first; i < reader->text.len; i++) {
        int error;

        if (i == end)
            end = start_line(reader, i);
        if (i - first >= SES_MAX_CSV_ROW) {
            if (is_cut(reader, end))
                return stop(reader, at, first, line);
            error = refuse_long(reader, reader->next);
            *at = end;
            return error != 0 ? error : restart(reader);
        }
        reader->field_ended = false;
        error = feed(reader, i, i + 1);
        if (error == SES_ESYNTAX && reader->next.line < reader->line)
            /* The field was opened on a line above: its quotation mark is the one to mend. */
            return refuse_unclosed(reader, at);
        if (error == SES_ESYNTAX && is_cut(reader, end))
            return stop(reader, at, first, line);
        if (error == SES_ESYNTAX) {
            *at = end;
            return refuse_quote(reader, i);
        }
        if (error != 0)
            return error;
        if (reader->field_ended)
            start_field(reader, i + 1);
        if (reader->row_ended) {
            *at = end;
            return 0;
        }
    }
    if (reader->more)
        return stop(reader, at, first, line);
    *at = reader->text.len;
    return 0;
}

/* The current line as a row. */
static void split_line(struct reader *reader)
{
    struct ses_str rest = reader->line_text;
    size_t len;

    for (len = ses_str_find(rest, ','); len < rest.len; len = ses_str_find(rest, ',')) {
        field_done(NULL, len, reader);
        rest = ses_str_slice(rest, len + 1, rest.len);
    }
    field_done(NULL, len, reader);
    row_done(0, reader);
}

static int read_line(struct reader *reader, size_t *at)
{
    size_t from = *at;
    size_t end = start_line(reader, from);

    start_field(reader, from);
    if (is_cut(reader, end))
        return stop(reader, at, from, reader->line);
    if (ses_str_find(reader->line_text, '"') < reader->line_text.len)
        return read_quoted(reader, at, end);
    *at = end;
    if (reader->line_text.len > SES_MAX_CSV_ROW)
        return refuse_long(reader, reader->next);
    split_line(reader);
    return reader->error;
}

/* The last row may end without a line break. */
static int finish(struct reader *reader, size_t *at)
{
    if (csv_fini(&reader->parser, field_done, row_done, reader) == 0)
        return reader->error;
    if (reader->error != 0)
        return reader->error;
    return csv_error(&reader->parser) == CSV_EPARSE ? refuse_unclosed(reader, at) : SES_ENOMEM;
}

/* Reads what is in memory; where more is to follow, up to the last row that is whole. */
static int read_text(struct reader *reader, size_t *at)
{
    int error;

    if (csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        return SES_ENOMEM;
    csv_set_space_func(&reader->parser, is_never_space);
    reader->lf = ses_str_find(reader->text, '\n');
    reader->row->count = 0;
    reader->row->kept = 0;
    do {
        error = 0;
        while (*at < reader->text.len && error == 0 && !reader->stopped)
            error = read_line(reader, at);
        if (error == 0 && !reader->more)
            error = finish(reader, at);
    } while (error == 0 && *at < reader->text.len && !reader->stopped);
    csv_free(&reader->parser);
    return error;
}

int ses_csv_read(struct ses_str text, const char *file, size_t first_line, struct ses_arena *arena,
                 int (*take)(void *context, const struct ses_csv_row *row), void *context,
                 size_t *ret_refused, struct ses_findings *findings)
{
    struct ses_csv_row row;
    struct reader reader = {.text = text,
                            .row = &row,
                            .line = first_line - 1,
                            .file = file,
                            .arena = arena,
                            .take = take,
                            .context = context,
                            .findings = findings};
    size_t at = 0;
    int error = read_text(&reader, &at);

    *ret_refused = reader.refused;
    return error;
}

int ses_csv_read_part(struct ses_str text, const char *file, struct ses_csv_part *part,
                      struct ses_arena *arena,
                      int (*take)(void *context, const struct ses_csv_row *row), void *context,
                      struct ses_findings *findings)
{
    struct ses_csv_row row;
    struct reader reader = {.text = text,
                            .row = &row,
                            .line = part->line - 1,
                            .file = file,
                            .arena = arena,
                            .take = take,
                            .context = context,
                            .more = part->more,
                            .findings = findings};
    int error;

    /* A CR at the end may be the half of a CRLF. */
    if (part->more && ses_str_ends(text, SES_STR("\r")))
        reader.text.len--;

    part->taken = 0;
    error = read_text(&reader, &part->taken);
    part->line = reader.line + 1;
    return error;
}
