/* SPDX-License-Identifier: MIT */
#include "render/template.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "render/template_tree.h"

#define SPEC "Mustache specification 1.4 (github.com/mustache/spec), "

const struct ses_code ses_template_codes[] = {
    [SES_TEMPLATE_BAD_SYNTAX] =
        {"template-syntax", SES_ERROR, "A template has a tag that cannot be read.",
         "The document cannot be written; guessing where the tag should have ended would put wrong "
         "text into a ticket.",
         "Close every tag with the delimiters that opened it, end every section with a tag of the "
         "same name, and write names without blanks.",
         SPEC "core; Mustache manual mustache(5), Tag Types"},
    [SES_TEMPLATE_UNESCAPED] =
        {"template-unescaped", SES_ERROR, "A template prints a value without escaping it.",
         "Values come from files that others wrote. Unescaped, one of them can add lines, markup "
         "or "
         "commands to the document.",
         "Write {{name}} instead of {{{name}}} or {{&name}}: the ending of the template's name "
         "chooses an escaper that fits, so that text is not turned into HTML.",
         SPEC "interpolation; OWASP Cross Site Scripting Prevention Cheat Sheet"},
    [SES_TEMPLATE_UNKNOWN_NAME] =
        {"template-unknown-name", SES_ERROR,
         "A template uses a name that the document's data lacks.",
         "Mustache would print nothing: a ticket with a hole in it, which nobody notices until it "
         "has been executed.",
         "Correct the spelling, or see the manual for the names a document has. What can be absent "
         "is known all the same and can be asked for with {{#name}}.",
         SPEC "interpolation (context misses); Mustache manual mustache(5), Variables"},
    [SES_TEMPLATE_UNKNOWN_PARTIAL] =
        {"template-unknown-partial", SES_ERROR, "A template includes a text that is not there.",
         "Mustache would print nothing in its place, and the document would lack that part.",
         "Put a file of that name beside the template, or correct the name. A dynamic name reaches "
         "only texts that are part of the document.",
         SPEC "partials, inheritance and dynamic names; Mustache manual mustache(5), Partials"},
    [SES_TEMPLATE_NOT_TEXT] =
        {"template-not-text", SES_ERROR, "A template prints something that is not text.",
         "A list, an object or a yes has no text form; the document would have a hole in its "
         "place.",
         "Open it as a section, {{#name}}...{{/name}}, and print what it holds; {{.}} is the item "
         "itself.",
         SPEC "interpolation and sections; Mustache manual mustache(5), Sections"},
    [SES_TEMPLATE_TOO_LARGE] =
        {"template-too-large", SES_ERROR,
         "A template and the texts it includes are larger than a template can be.",
         "A file of that size is not a template, and reading it as one would use up memory.",
         "Name the right file. A template and its partials have at most 1 MiB and 256 texts.",
         "a ceiling of this program; " SPEC "sets none"},
    [SES_TEMPLATE_TOO_DEEP] =
        {"template-too-deep", SES_ERROR,
         "Sections, partials or blocks of a template stand inside each other too deeply.",
         "A partial that includes itself without an end would never finish.",
         "Put the partial's call of itself into a section that ends with the data, and keep the "
         "nesting below 64.",
         SPEC "partials (recursion); the ceiling is this program's"},
    [SES_TEMPLATE_TOO_LONG] =
        {"template-too-long", SES_ERROR, "A document becomes longer than it may be.",
         "A document without an end fills the memory or the ticket, and its receiver cuts it off "
         "at an arbitrary place.",
         "Shorten the template, or give it fewer records at a time.",
         "a ceiling of this program; " SPEC "sets none"},
    [SES_TEMPLATE_TOO_SLOW] =
        {"template-too-slow", SES_ERROR, "A template takes too many steps to expand.",
         "Partials that include others twice double the work at each level, even where they print "
         "nothing.",
         "Look for partials that include each other, and for sections over the same list inside "
         "each other.",
         "a ceiling of this program; " SPEC "sets none"},
};

const size_t ses_template_code_count = SES_TEMPLATE_CODES;

/* What a caller may do next, by code. */
static const int errors[SES_TEMPLATE_CODES] = {
    [SES_TEMPLATE_BAD_SYNTAX] = SES_ESYNTAX,       [SES_TEMPLATE_UNESCAPED] = SES_EINVALID,
    [SES_TEMPLATE_UNKNOWN_NAME] = SES_EINVALID,    [SES_TEMPLATE_NOT_TEXT] = SES_EINVALID,
    [SES_TEMPLATE_UNKNOWN_PARTIAL] = SES_EINVALID, [SES_TEMPLATE_TOO_LARGE] = SES_ELIMIT,
    [SES_TEMPLATE_TOO_DEEP] = SES_ELIMIT,          [SES_TEMPLATE_TOO_LONG] = SES_ELIMIT,
    [SES_TEMPLATE_TOO_SLOW] = SES_ELIMIT,
};

int ses_template_report(const struct ses_template_text *text, size_t line, size_t at,
                        enum ses_template_code code, struct ses_str value, const char *sentence,
                        struct ses_findings *findings)
{
    struct ses_finding finding = {.code = &ses_template_codes[code], .value = value};
    struct ses_str source = text->source;
    size_t start = at;
    size_t end = at + ses_str_find(ses_str_slice(source, at, source.len), '\n');
    int error;

    while (start > 0 && source.ptr[start - 1] != '\n')
        start--;
    if (end > at && source.ptr[end - 1] == '\r')
        end--;
    finding.place.file = text->file;
    if (line > 0) {
        finding.place.line = line;
        finding.place.offset = at - start;
        finding.place.text = ses_str_slice(source, start, end);
    }
    error = ses_finding_report(findings, finding, "%s", sentence);
    return error != 0 ? error : errors[code];
}

struct ses_template_text *ses_template_find(const struct ses_template *template,
                                            struct ses_str name, size_t *ret_looked)
{
    struct ses_template_text *text = template->root->next;

    *ret_looked = 1;
    while (text && !ses_str_eq(text->name, name)) {
        text = text->next;
        ++*ret_looked;
    }
    return text;
}

/* Puts a text at the end of the list, with copies of its parts. */
static int add_text(struct ses_template *template, struct ses_str name, const char *file,
                    struct ses_str source, struct ses_template_text **ret_text)
{
    struct ses_template_text *text = ses_arena_alloc(&template->arena, sizeof(*text));
    struct ses_str file_copy;

    /* A byte order mark is how some editors begin a file, not part of the document. */
    if (ses_str_starts(source, SES_STR("\xEF\xBB\xBF")))
        source = ses_str_slice(source, 3, source.len);
    if (!text || ses_arena_copy(&template->arena, name, &text->name) != 0 ||
        ses_arena_copy(&template->arena, ses_str_of(file), &file_copy) != 0 ||
        ses_arena_copy(&template->arena, source, &text->source) != 0)
        return SES_ENOMEM;
    text->file = file_copy.ptr;
    if (template->last)
        template->last->next = text;
    else
        template->root = text;
    template->last = text;
    template->text_count++;
    template->bytes += source.len;
    *ret_text = text;
    return 0;
}

int ses_template_want(struct ses_template *template, const struct ses_template_loader *loader,
                      struct ses_str name, struct ses_template_text **ret_text)
{
    struct ses_template_text *text;
    struct ses_str source = {0};
    const char *file = NULL;
    size_t looked;
    int found;
    int error;

    text = ses_template_find(template, name, &looked);
    if (text) {
        *ret_text = text;
        return 0;
    }
    if (template->text_count > SES_MAX_TEMPLATE_TEXTS)
        return SES_ELIMIT;
    found = loader->load ? loader->load(loader->ctx, name, &source, &file) : SES_EINVALID;
    if (found != 0 && found != SES_EINVALID)
        return found;
    if (found != 0)
        source = (struct ses_str){0};
    if (source.len > SES_MAX_TEMPLATE_BYTES - template->bytes)
        return SES_ELIMIT;
    error = add_text(template, name, file, source, &text);
    if (error != 0)
        return error;
    text->missing = found != 0;
    *ret_text = text;
    return 0;
}

/* A preloaded text that is not there is nobody's mistake until a dynamic name asks for it. */
static int preload(struct ses_template *template, const struct ses_template_options *options,
                   struct ses_findings *findings)
{
    for (size_t i = 0; i < options->preload_count; i++) {
        struct ses_template_text *text;
        int error = ses_template_want(template, &options->loader, options->preload[i], &text);

        if (error == SES_ELIMIT)
            return ses_template_report(template->root, 0, 0, SES_TEMPLATE_TOO_LARGE,
                                       options->preload[i], "too much text in a template",
                                       findings);
        if (error != 0)
            return error;
    }
    return 0;
}

/* Parsing a text can add others to the end of the list, so the loop ends when all are parsed. A
 * text that is wrong does not keep the mistakes of the others from being found. */
static int parse_all(struct ses_template *template, const struct ses_template_options *options,
                     struct ses_findings *findings)
{
    int first = 0;

    for (struct ses_template_text *text = template->root; text; text = text->next) {
        int error = ses_template_parse(template, text, options, findings);

        if (error != 0 && error != SES_ESYNTAX && error != SES_EINVALID)
            return error;
        if (first == 0)
            first = error;
    }
    return first;
}

static int compile(struct ses_template *template, const char *file, struct ses_str source,
                   const struct ses_template_options *options, struct ses_findings *findings)
{
    bool too_large = source.len > SES_MAX_TEMPLATE_BYTES;
    struct ses_template_text *root;
    int error;

    error = add_text(template, SES_STR(""), file, too_large ? SES_STR("") : source, &root);
    if (error == 0 && too_large)
        error = ses_template_report(root, 0, 0, SES_TEMPLATE_TOO_LARGE, SES_STR(""),
                                    "too much text in a template", findings);
    if (error == 0)
        error = preload(template, options, findings);
    if (error == 0)
        error = parse_all(template, options, findings);
    return error;
}

int ses_template_new(const char *file, struct ses_str text,
                     const struct ses_template_options *options, struct ses_template **ret_template,
                     struct ses_findings *findings)
{
    struct ses_template *template SES_CLEANUP(ses_template_freep) = calloc(1, sizeof(*template));
    int error;

    assert(options->lookup && options->escape);
    if (!template)
        return SES_ENOMEM;
    template->lookup = options->lookup;
    template->escape = options->escape;
    template->lenient = options->lenient;
    error = compile(template, file, text, options, findings);
    if (error != 0)
        return error;
    *ret_template = template;
    template = NULL;
    return 0;
}

void ses_template_free(struct ses_template *template)
{
    if (!template)
        return;
    ses_arena_done(&template->arena);
    free(template);
}

void ses_template_freep(struct ses_template **template)
{
    ses_template_free(*template);
    *template = NULL;
}
