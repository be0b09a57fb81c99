/* SPDX-License-Identifier: MIT */
/* Mustache templates: compiled once, expanded many times, fed only through a lookup.
 *
 * The language is that of the Mustache specification 1.4: the core, inheritance and dynamic names;
 * not lambdas, which would let data run code. A template is compiled together with every partial
 * and parent that it names, so expanding loads nothing, changes nothing and may go on in several
 * threads at once. A dynamic name reaches only the texts compiled with the template: those it names
 * somewhere, and those that its options preload. So data can choose among texts but cannot bring
 * one in.
 *
 * One escaper serves the root and all its partials: the root's language is the document's.
 * Templates are trusted to end: ceilings, not trust, see to it that they do. Indentation that a
 * standalone partial, parent or block gives is put before every line of its template except empty
 * ones, so that no line of a document ends in blanks that nobody wrote. */
#ifndef SES_RENDER_TEMPLATE_H
#define SES_RENDER_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attribute.h"
#include "base/buf.h"
#include "base/finding.h"
#include "base/str.h"
#include "render/escape.h"

/* Bytes of a template and all its partials together. The largest document is a page; a thousand
 * pages is a mistake (a data file named as a template), and compiling takes some twenty times its
 * size. */
#define SES_MAX_TEMPLATE_BYTES ((size_t)1024 * 1024)

/* Different partials, parents and preloaded texts of one template; keeps the search among them
 * short. */
#define SES_MAX_TEMPLATE_TEXTS 256

/* Sections, partials, parents and blocks inside each other, in one text and while expanding. A
 * partial that calls itself is legal Mustache and ends with its data; this ends the one that does
 * not, while the C stack is still shallow. */
#define SES_MAX_TEMPLATE_DEPTH 64

/* Bytes of one delimiter. The specification sets none; the longest in use is 4. */
#define SES_MAX_TEMPLATE_DELIMITER 16

/* Bytes that one expansion adds, beside the ceiling that the buffer has of its own. The largest
 * real document is a zone fragment of some thousand records. */
#define SES_MAX_TEMPLATE_OUTPUT ((size_t)16 * 1024 * 1024)

/* Operations, lookups and list items of one expansion. Sixty partials that each call the next one
 * twice are a kilobyte and 2^60 operations that print nothing: depth and output do not stop them.
 */
#define SES_MAX_TEMPLATE_STEPS ((size_t)10 * 1000 * 1000)

/* Numbers that a lookup can keep with a name: one for each kind of object it has. */
#define SES_MAX_TEMPLATE_KINDS 16

enum ses_value_kind {
    SES_VALUE_NONE,   /* no such name */
    SES_VALUE_FALSE,  /* known and absent: prints nothing */
    SES_VALUE_TRUE,   /* opens a section and is nothing to print */
    SES_VALUE_TEXT,   /* false in a section when it is empty */
    SES_VALUE_LIST,   /* false in a section when it is empty */
    SES_VALUE_OBJECT, /* has members */
};

/* What a name stands for. */
struct ses_value {
    enum ses_value_kind kind;
    struct ses_str text; /* TEXT: borrowed until the expansion ends */
    const void *node;    /* LIST, OBJECT: handed back to the lookup; borrowed */
    size_t count;        /* LIST: how many items */
};

/* A name without dots, or a part of one that has them. */
struct ses_template_name {
    struct ses_str text;
    unsigned char numbers[SES_MAX_TEMPLATE_KINDS]; /* for the lookup, which alone knows what they
                                                      mean */
};

/* How a template sees data. `member` and `item` set all of `*ret_value`, cannot fail, and answer
 * the same every time during one expansion. */
struct ses_lookup {
    /* Called once for each name when a template is compiled, to set the numbers by which `member`
     * will find it. NULL where it looks at the text. */
    void (*bind)(struct ses_template_name *name);
    void (*member)(const void *object, const struct ses_template_name *name,
                   struct ses_value *ret_value);
    void (*item)(const void *list, size_t index, struct ses_value *ret_value);
};

/* Where partials and parents come from; called while compiling only. */
struct ses_template_loader {
    /* Finds the text called `name` and the file name to show in findings. Both are copied before
     * the next call. Returns 0; SES_EINVALID where there is none, which the compiler reports; or
     * another error, which it passes up. */
    int (*load)(void *ctx, struct ses_str name, struct ses_str *ret_text, const char **ret_file);
    void *ctx; /* borrowed */
};

/* All zero but `lookup` and `escape` is the program's way: nothing unknown, nothing unescaped. */
struct ses_template_options {
    const struct ses_lookup *lookup;   /* borrowed: what the template will be expanded with;
                                          required */
    ses_escape_fn *escape;             /* what {{x}} goes through; required */
    struct ses_template_loader loader; /* `load` may be NULL: there are no partials */
    const struct ses_str *preload;     /* borrowed: texts that dynamic names may reach */
    size_t preload_count;
    bool lenient; /* unknown names and partials are empty, as the specification has it */
    bool raw;     /* {{{x}}} and {{&x}} are allowed; otherwise they are findings */
};

struct ses_template;

/* Every finding of this file, for `sesdns explain`. */
extern const struct ses_code ses_template_codes[];
extern const size_t ses_template_code_count;

/* Compiles `text`, which findings call `file`; both are copied, nothing of the options is kept but
 * the lookup and the escaper. Returns 0, and the caller owns the template; SES_ESYNTAX,
 * SES_EINVALID or SES_ELIMIT after a finding; SES_ENOMEM; or what the loader or the sink returned.
 */
int ses_template_new(const char *file, struct ses_str text,
                     const struct ses_template_options *options, struct ses_template **ret_template,
                     struct ses_findings *findings) SES_MUSTCHECK;

void ses_template_free(struct ses_template *template);

/* For SES_CLEANUP on a `struct ses_template *`. */
void ses_template_freep(struct ses_template **template);

/* Adds to `out` what the template makes of `root`. Stops at the first thing that is wrong:
 * SES_EINVALID or SES_ELIMIT after one finding, SES_ENOMEM, or what the sink returned; `out` then
 * ends somewhere in the middle of the document. Allocates nothing beside `out`. */
int ses_template_expand(const struct ses_template *template, const struct ses_value *root,
                        struct ses_buf *out, struct ses_findings *findings) SES_MUSTCHECK;

#endif
