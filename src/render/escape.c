/* SPDX-License-Identifier: MIT */
#include "render/escape.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a language does with characters. Those that it does not name and that are not hazards (see
 * `hazards`) are copied. */
struct language {
    const char *ascii[128]; /* replacement by character; NULL is none */
    void (*hazard)(struct ses_buf *out, struct ses_str bytes, uint32_t character);
    bool keep_ascii_only; /* all else is a hazard */
};

/* `character` of a byte that belongs to no well-formed sequence. */
#define NOT_UTF8 UINT32_MAX

/* Characters that a person reading does not see, or that make others appear in a different order.
 * C0 controls and DEL are hazards too, by test. */
static const struct {
    uint32_t first, last;
} hazards[] = {
    {0x80, 0x9F},       /* C1 controls: terminals obey them as they do ESC sequences (ECMA-48) */
    {0xAD, 0xAD},       /* soft hyphen */
    {0x61C, 0x61C},     /* Arabic letter mark: a direction control (UAX 9) */
    {0x180E, 0x180E},   /* Mongolian vowel separator: invisible */
    {0x200B, 0x200B},   /* zero width space */
    {0x200E, 0x200F},   /* left-to-right and right-to-left mark */
    {0x2028, 0x202E},   /* line and paragraph separator, direction embeddings and overrides */
    {0x2060, 0x206F},   /* invisible operators, direction isolates, deprecated format controls */
    {0xFEFF, 0xFEFF},   /* byte order mark, zero width no-break space */
    {0xFFF9, 0xFFFB},   /* interlinear annotation */
    {0xFFFE, 0xFFFF},   /* no characters at all; XML refuses them */
    {0xE0000, 0xE007F}, /* tags: ASCII in invisible ink */
};

static bool is_hazard(uint32_t character)
{
    for (size_t i = 0; i < sizeof(hazards) / sizeof(hazards[0]); i++) {
        if (character >= hazards[i].first && character <= hazards[i].last)
            return true;
    }
    return false;
}

/* The character that a well-formed sequence stands for (RFC 3629 section 3). */
static uint32_t decode(struct ses_str sequence)
{
    static const unsigned char first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t character = (unsigned char)sequence.ptr[0] & first_bits[sequence.len];

    for (size_t i = 1; i < sequence.len; i++)
        character = character << 6 | ((unsigned char)sequence.ptr[i] & 0x3F);
    return character;
}

static size_t count_plain(const struct language *language, struct ses_str s)
{
    size_t len = 0;

    while (len < s.len && s.ptr[len] >= ' ' && s.ptr[len] < 0x7F &&
           !language->ascii[(unsigned char)s.ptr[len]])
        len++;
    return len;
}

/* The bytes of the first character of `s`; one byte where it is not UTF-8. */
static struct ses_str first_character(struct ses_str s, uint32_t *ret_character)
{
    size_t len = ses_str_utf8(s);
    struct ses_str bytes = ses_str_slice(s, 0, len > 0 ? len : 1);

    *ret_character = len > 0 ? decode(bytes) : NOT_UTF8;
    return bytes;
}

static void escape(struct ses_buf *out, struct ses_str s, const struct language *language)
{
    while (s.len > 0) {
        struct ses_str plain = ses_str_slice(s, 0, count_plain(language, s));
        struct ses_str bytes;
        uint32_t character;

        ses_buf_add(out, plain);
        s = ses_str_slice(s, plain.len, s.len);
        if (s.len == 0)
            return;
        bytes = first_character(s, &character);
        s = ses_str_slice(s, bytes.len, s.len);
        if (character < 128 && language->ascii[character])
            ses_buf_add(out, ses_str_of(language->ascii[character]));
        else if (character < 128 || character == NOT_UTF8 || language->keep_ascii_only ||
                 is_hazard(character))
            language->hazard(out, bytes, character);
        else
            ses_buf_add(out, bytes);
    }
}

/* Bytes as \x1b; characters as \u{202e}, the form that people look up. */
static void add_visible(struct ses_buf *out, struct ses_str bytes, uint32_t character)
{
    if (character < 128 || character == NOT_UTF8)
        ses_buf_printf(out, "\\x%02x", (unsigned char)bytes.ptr[0]);
    else
        ses_buf_printf(out, "\\u{%x}", (unsigned)character);
}

static const struct language terminal = {
    .ascii = {['\n'] = "\\n"},
    .hazard = add_visible,
};

void ses_escape_terminal(struct ses_buf *out, struct ses_str value)
{
    escape(out, value, &terminal);
}

/* True where `s` begins with "[code" or "[/code", or ends on the way there: then the next value
 * could complete it. */
static bool may_open_code(struct ses_str s)
{
    struct ses_str inner = ses_str_slice(s, 1, s.len);
    struct ses_str word = SES_STR("code");

    if (s.len == 0 || s.ptr[0] != '[')
        return false;
    if (inner.len > 0 && inner.ptr[0] == '/')
        inner = ses_str_slice(inner, 1, inner.len);
    return ses_str_eq_nocase(ses_str_slice(inner, 0, word.len), ses_str_slice(word, 0, inner.len));
}

/* ServiceNow shows journal fields (work notes, comments) as text, but what stands between [code]
 * and
 * [/code] as HTML: a value that brings its own tags could show a link or form in the ticket, or,
 * with the closing tag first, break out of one that the template opened. A blank behind the bracket
 * makes it no tag, and people still read it as it was. */
void ses_escape_text(struct ses_buf *out, struct ses_str value)
{
    while (value.len > 0) {
        size_t len = ses_str_find(value, '[');

        escape(out, ses_str_slice(value, 0, len), &terminal);
        value = ses_str_slice(value, len, value.len);
        if (value.len == 0)
            return;
        ses_buf_add(out, may_open_code(value) ? SES_STR("[ ") : SES_STR("["));
        value = ses_str_slice(value, 1, value.len);
    }
}

/* U+FFFD, the replacement character: HTML has no form for a control character (HTML Living
 * Standard, 13.1.4), and inside markup a visible \x would not tell itself apart from text. */
static void add_replacement(struct ses_buf *out, struct ses_str bytes, uint32_t character)
{
    (void)bytes;
    (void)character;
    ses_buf_add(out, SES_STR("\xEF\xBF\xBD"));
}

static const struct language html = {
    .ascii = {['&'] = "&amp;",
              ['<'] = "&lt;",
              ['>'] = "&gt;",
              ['"'] = "&quot;",
              ['\''] = "&#39;",
              ['['] = "&#91;", /* ServiceNow reads HTML for [code] tags too */
              ['\t'] = "\t",
              ['\n'] = "\n"},
    .hazard = add_replacement,
};

void ses_escape_html(struct ses_buf *out, struct ses_str value)
{
    escape(out, value, &html);
}

/* RFC 8259 section 7: four digits, and a surrogate pair beyond U+FFFF. */
static void add_json_hazard(struct ses_buf *out, struct ses_str bytes, uint32_t character)
{
    (void)bytes;
    if (character == NOT_UTF8)
        ses_buf_add(out, SES_STR("\\ufffd"));
    else if (character <= 0xFFFF)
        ses_buf_printf(out, "\\u%04x", (unsigned)character);
    else
        ses_buf_printf(out, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (character >> 10)),
                       (unsigned)(0xDC00 + (character & 0x3FF)));
}

static const struct language json = {
    .ascii = {['"'] = "\\\"",
              ['\\'] = "\\\\",
              ['\b'] = "\\b",
              ['\f'] = "\\f",
              ['\n'] = "\\n",
              ['\r'] = "\\r",
              ['\t'] = "\\t"},
    .hazard = add_json_hazard,
};

void ses_escape_json(struct ses_buf *out, struct ses_str value)
{
    escape(out, value, &json);
}

/* RFC 4180 section 2: a quote inside quotes is doubled, line breaks may stay. */
static const struct language csv = {
    .ascii = {['"'] = "\"\"", ['\t'] = "\t", ['\n'] = "\n", ['\r'] = "\r"},
    .hazard = add_visible,
};

static bool has_any(struct ses_str s, const char *characters)
{
    for (const char *c = characters; *c; c++) {
        if (ses_str_find(s, *c) < s.len)
            return true;
    }
    return false;
}

/* OWASP, CSV Injection: a spreadsheet takes a cell that begins so for a formula, and a formula can
 * run commands. Blanks before it are skipped, since some programs skip them; the wide forms are
 * what a Japanese or Chinese input method writes and Excel takes for the same. */
static bool is_formula(struct ses_str s)
{
    static const char *const starts[] = {"=",
                                         "+",
                                         "-",
                                         "@",
                                         "\t",
                                         "\r",
                                         "\n",
                                         "\xEF\xBC\x9D",
                                         "\xEF\xBC\x8B",
                                         "\xEF\xBC\x8D",
                                         "\xEF\xBC\xA0"};

    while (s.len > 0 && s.ptr[0] == ' ')
        s = ses_str_slice(s, 1, s.len);
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (ses_str_starts(s, ses_str_of(starts[i])))
            return true;
    }
    return false;
}

/* Semicolon and tab are separators too where the reader's language has a decimal comma. */
void ses_escape_csv(struct ses_buf *out, struct ses_str value)
{
    bool blank = value.len > 0 && (value.ptr[0] == ' ' || value.ptr[value.len - 1] == ' ');
    bool quotes = blank || has_any(value, ",;\"\t\r\n");

    if (quotes)
        ses_buf_add_byte(out, '"');
    if (is_formula(value))
        ses_buf_add_byte(out, '\'');
    escape(out, value, &csv);
    if (quotes)
        ses_buf_add_byte(out, '"');
}

/* POSIX shell, XCU 2.2.2: between single quotes everything stands for itself but the quote. Line
 * breaks are made visible because the value may stand in a comment, where quotes do not count. */
static const struct language shell = {
    .ascii = {['\''] = "'\\''"},
    .hazard = add_visible,
};

/* A word that no shell reads otherwise than as it is written. A leading "=" is expanded by zsh, and
 * a leading "-" looks like an option to the reader too. */
static bool is_bare(struct ses_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter && !(c >= '0' && c <= '9') &&
            ses_str_find(SES_STR("_./:@%+=,-"), c) == sizeof("_./:@%+=,-") - 1)
            return false;
    }
    return s.len > 0 && s.ptr[0] != '-' && s.ptr[0] != '=';
}

void ses_escape_shell(struct ses_buf *out, struct ses_str value)
{
    bool bare = is_bare(value);

    if (!bare)
        ses_buf_add_byte(out, '\'');
    escape(out, value, &shell);
    if (!bare)
        ses_buf_add_byte(out, '\'');
}

/* RFC 1035 section 5.1: \DDD, in decimal, for each octet. */
static void add_decimal(struct ses_buf *out, struct ses_str bytes, uint32_t character)
{
    (void)character;
    for (size_t i = 0; i < bytes.len; i++)
        ses_buf_printf(out, "\\%03u", (unsigned)(unsigned char)bytes.ptr[i]);
}

/* The semicolon too: outside quotes it would begin a comment. */
static const struct language zone = {
    .ascii = {['"'] = "\\\"", ['\\'] = "\\\\", [';'] = "\\;"},
    .hazard = add_decimal,
    .keep_ascii_only = true,
};

void ses_escape_zone(struct ses_buf *out, struct ses_str value)
{
    escape(out, value, &zone);
}

/* To add a language: a row here, and its `struct language` above. */
static const struct {
    const char *ending;
    ses_escape_fn *escape;
} endings[] = {
    {".txt", ses_escape_text}, {".html", ses_escape_html}, {".json", ses_escape_json},
    {".csv", ses_escape_csv},  {".sh", ses_escape_shell},  {".zone", ses_escape_zone},
};

ses_escape_fn *ses_escape_for_file(struct ses_str file)
{
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (ses_str_ends(file, ses_str_of(endings[i].ending)))
            return endings[i].escape;
    }
    return NULL;
}
