/* SPDX-License-Identifier: MIT */
/* Manifests: every row and place is sound, and it does not matter where in the file a block ends.
 * The input is a manifest. It is read as it is, and once more with rows between its header and its
 * own that move them over the edge of a block. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "ingest/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Holds in every build: a fuzz target without asserts finds nothing. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

/* Of one block, as the reader has them. */
#define BLOCK ((size_t)256 * 1024)

/* A longer input, or one with many rows, shows nothing new. */
#define MAX_INPUT 4096

struct sink {
    struct ses_findings findings; /* first, so that a sink is a sink of findings */
    struct ses_buf *rows; /* borrowed: what was read, and what was found, in the order it came */
    size_t moved;         /* lines that stand before those of the input */
};

static size_t line_of(const struct sink *sink, const struct ses_place *place)
{
    /* Those of the header stay where they are. */
    return place->line > sink->moved + 1 ? place->line - sink->moved : place->line;
}

static void check_place(const struct ses_place *place)
{
    CHECK(place->file);
    CHECK(place->text.len == 0 || (place->line > 0 && place->offset <= place->text.len));
    CHECK(ses_str_find(place->text, '\n') == place->text.len);
    CHECK(place->line == 0 || ses_place_column(place) > 0);
}

static int take_finding(struct ses_findings *findings, const struct ses_finding *finding)
{
    struct sink *sink = (struct sink *)findings;

    check_place(&finding->place);
    ses_buf_printf(sink->rows, "%zu:%zu %s %s\n", line_of(sink, &finding->place),
                   finding->place.offset, finding->code->code, finding->sentence);
    return 0;
}

static void check_extra(struct ses_str name)
{
    CHECK(name.len > 2 && ses_str_starts(name, SES_STR("x_")) && name.ptr[name.len] == '\0');
    for (size_t i = 0; i < name.len; i++)
        CHECK(ses_str_find(SES_STR("abcdefghijklmnopqrstuvwxyz0123456789_-"), name.ptr[i]) < 38);
}

static bool is_filler(const struct ses_manifest_row *row)
{
    return ses_str_eq(row->cells[SES_COLUMN_DOMAIN].text, SES_STR("filler"));
}

static int take_row(void *context, const struct ses_manifest_row *row)
{
    struct sink *sink = context;

    check_place(&row->place);
    CHECK(row->place.line > 1 && row->extra_count <= SES_MAX_EXTRA_COLUMNS);
    if (is_filler(row))
        return 0;
    for (int i = 0; i < SES_COLUMNS; i++) {
        const struct ses_cell *cell = &row->cells[i];

        CHECK(ses_str_trim(cell->text).len == cell->text.len);
        if (cell->place.file)
            check_place(&cell->place);
        ses_buf_printf(sink->rows, "%zu:%zu ", line_of(sink, &cell->place), cell->place.offset);
        ses_buf_add(sink->rows, cell->text);
    }
    for (size_t i = 0; i < row->extra_count; i++) {
        check_extra(row->extra_names[i]);
        ses_buf_add(sink->rows, row->extra_values[i]);
    }
    ses_buf_add_byte(sink->rows, '\n');
    return 0;
}

/* Initialises `rows`. */
static void read_text(struct ses_str text, size_t moved, struct ses_buf *rows)
{
    struct sink sink = {.findings = {.emit = take_finding}, .rows = rows, .moved = moved};
    FILE *file SES_CLEANUP(ses_file_closep) = tmpfile();
    char path[64];
    int error;

    ses_buf_init(rows, 64 * BLOCK);
    CHECK(file && fwrite(text.ptr, 1, text.len, file) == text.len);
    CHECK(fflush(file) == 0 && fseek(file, 0, SEEK_SET) == 0);
    snprintf(path, sizeof(path), "/dev/fd/%d", fileno(file));
    error = ses_manifest_read(path, take_row, &sink, &sink.findings);
    CHECK(error == 0 || error == SES_EINVALID);
    CHECK(ses_buf_status(rows) == 0);
}

/* Adds rows of filler, few and long, and behind them `rest`, so that it lies across the edge of a
 * block. Returns how many rows. */
static size_t add_behind_filler(struct ses_buf *text, struct ses_str rest)
{
    size_t edge = BLOCK - rest.len / 2;
    size_t rows = 0;

    while (text->len + 32 * 1024 < edge) {
        size_t end = edge - text->len < 64 * 1024 ? edge : text->len + 32 * 1024;

        ses_buf_add(text, SES_STR("filler,"));
        while (text->len + 2 < end)
            ses_buf_add_byte(text, 'p');
        ses_buf_add(text, SES_STR(",\n"));
        rows++;
    }
    ses_buf_add(text, rest);
    return rows;
}

/* The same rows, near the beginning and far from it. One row of filler keeps both from being empty.
 */
static void check_edges(struct ses_str input)
{
    static const struct ses_str header = {"domain,purpose,x_team\n", 22};
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    struct ses_buf near SES_CLEANUP(ses_buf_done);
    struct ses_buf far SES_CLEANUP(ses_buf_done);
    size_t moved;

    ses_buf_init(&text, 2 * BLOCK);
    ses_buf_add(&text, header);
    ses_buf_add(&text, SES_STR("filler,,\n"));
    ses_buf_add(&text, input);
    read_text(ses_buf_str(&text), 1, &near);
    ses_buf_clear(&text);
    ses_buf_add(&text, header);
    moved = add_behind_filler(&text, input);
    read_text(ses_buf_str(&text), moved, &far);
    CHECK(ses_str_eq(ses_buf_str(&near), ses_buf_str(&far)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct ses_str input = {(const char *)bytes, len};
    struct ses_buf rows SES_CLEANUP(ses_buf_done);

    if (len > MAX_INPUT)
        len = input.len = MAX_INPUT;
    read_text(input, 0, &rows);
    /* A block is large: some of the inputs are enough. A NUL byte ends the reading where its block
     * begins. */
    if (len % 8 == 0 && ses_str_find(input, '\0') == len)
        check_edges(input);
    return 0;
}
