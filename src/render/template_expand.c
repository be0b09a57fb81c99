/* SPDX-License-Identifier: MIT */
/* Walks a compiled template over data. Everything that changes is in `struct run` and on the C
 * stack, whose depth SES_MAX_TEMPLATE_DEPTH bounds. */
#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "render/template_tree.h"

/* What goes before each line, outermost first. */
struct indent {
    const struct indent *outer;
    struct ses_str text;
};

/* The blocks that a parent tag brings along, and those that were in force where the tag stands. */
struct arguments {
    const struct arguments *outer;
    const struct ses_template_text *text;
    const struct ses_template_op *parent;
};

/* What the operations being walked belong to. */
struct scope {
    const struct ses_template_text *text;
    const struct indent *indent;
    const struct arguments *arguments;
};

struct run {
    const struct ses_template *template;
    struct ses_buf *out;
    struct ses_findings *findings;
    size_t start; /* length of `out` before */
    size_t steps;
    size_t depth;
    bool fresh; /* at the start of a line of a template: the indentation is still to be written */
    size_t context_count;
    struct ses_value contexts[SES_MAX_TEMPLATE_DEPTH + 1];
};

static int refuse(struct run *run, const struct scope *scope, const struct ses_template_op *op,
                  enum ses_template_code code, struct ses_str value, const char *sentence)
{
    return ses_template_report(scope->text, op->line, op->at, code, value, sentence, run->findings);
}

static void add_indent(struct ses_buf *out, const struct indent *indent)
{
    if (!indent)
        return;
    add_indent(out, indent->outer);
    ses_buf_add(out, indent->text);
}

/* Before anything on a line that is not text of the template. */
static void begin_line(struct run *run, const struct scope *scope)
{
    if (run->fresh)
        add_indent(run->out, scope->indent);
    run->fresh = false;
}

static bool is_empty_line(struct ses_str line)
{
    return ses_str_eq(line, SES_STR("\n")) || ses_str_eq(line, SES_STR("\r\n"));
}

static void add_lines(struct run *run, const struct scope *scope, struct ses_str text)
{
    while (text.len > 0) {
        size_t next = ses_str_find(text, '\n') + 1;
        struct ses_str line = ses_str_slice(text, 0, next);

        text = ses_str_slice(text, next, text.len);
        if (run->fresh && !is_empty_line(line))
            add_indent(run->out, scope->indent);
        ses_buf_add(run->out, line);
        run->fresh = line.ptr[line.len - 1] == '\n';
    }
}

static int expand_text(struct run *run, const struct scope *scope, const struct ses_template_op *op)
{
    if (op->text.len == 0)
        return 0;
    if (scope->indent) {
        add_lines(run, scope, op->text);
        return 0;
    }
    ses_buf_add(run->out, op->text);
    run->fresh = op->text.ptr[op->text.len - 1] == '\n';
    return 0;
}

static void find_member(struct run *run, const struct ses_value *object,
                        const struct ses_template_name *name, struct ses_value *ret_value)
{
    *ret_value = (struct ses_value){0};
    if (object->kind != SES_VALUE_OBJECT)
        return;
    run->steps++;
    run->template->lookup->member(object->node, name, ret_value);
}

/* The value of the operation's name: its first part in the innermost context that knows it, each
 * further part in the value of the one before, and never elsewhere (specification,
 * interpolation.yml, "Context Precedence"). */
static int resolve(struct run *run, const struct scope *scope, const struct ses_template_op *op,
                   struct ses_value *ret_value)
{
    struct ses_value value = run->contexts[run->context_count - 1];
    size_t known;

    if (op->part_count > 0) {
        value = (struct ses_value){0};
        for (size_t i = run->context_count; i > 0 && value.kind == SES_VALUE_NONE; i--)
            find_member(run, &run->contexts[i - 1], &op->parts[0], &value);
    }
    for (known = 1; known < op->part_count && value.kind != SES_VALUE_NONE; known++) {
        struct ses_value object = value;

        find_member(run, &object, &op->parts[known], &value);
    }
    if (value.kind == SES_VALUE_NONE && !run->template->lenient) {
        /* The name up to the part that is not known. */
        size_t len = op->part_count == 0 ? op->text.len
                                         : (size_t)(op->parts[known - 1].text.ptr - op->text.ptr) +
                                               op->parts[known - 1].text.len;

        return refuse(run, scope, op, SES_TEMPLATE_UNKNOWN_NAME, ses_str_slice(op->text, 0, len),
                      "unknown name in a template");
    }
    *ret_value = value;
    return 0;
}

static bool is_true(const struct ses_value *value)
{
    switch (value->kind) {
    case SES_VALUE_NONE:
    case SES_VALUE_FALSE:
        return false;
    case SES_VALUE_TEXT:
        return value->text.len > 0;
    case SES_VALUE_LIST:
        return value->count > 0;
    case SES_VALUE_TRUE:
    case SES_VALUE_OBJECT:
        return true;
    }
    return false;
}

static int expand_value(struct run *run, const struct scope *scope,
                        const struct ses_template_op *op)
{
    struct ses_value value;
    int error = resolve(run, scope, op, &value);

    if (error != 0)
        return error;
    begin_line(run, scope);
    if (value.kind != SES_VALUE_TEXT) {
        if (!is_true(&value) || run->template->lenient)
            return 0;
        return refuse(run, scope, op, SES_TEMPLATE_NOT_TEXT, op->text, "value that is not text");
    }
    if (op->kind == SES_TEMPLATE_RAW)
        ses_buf_add(run->out, value.text);
    else
        run->template->escape(run->out, value.text);
    return 0;
}

static int expand_ops(struct run *run, const struct scope *scope, size_t from, size_t to);

/* The operations from `from` to `to` of `inner`, one level further in than `op` of `scope`. */
static int descend(struct run *run, const struct scope *scope, const struct ses_template_op *op,
                   const struct scope *inner, size_t from, size_t to)
{
    int error;

    if (run->depth == SES_MAX_TEMPLATE_DEPTH)
        return refuse(run, scope, op, SES_TEMPLATE_TOO_DEEP, op->text,
                      "sections, partials or blocks too deep inside each other");
    run->depth++;
    error = expand_ops(run, inner, from, to);
    run->depth--;
    return error;
}

static size_t index_of(const struct scope *scope, const struct ses_template_op *op)
{
    return (size_t)(op - scope->text->ops);
}

static int expand_body(struct run *run, const struct scope *scope, const struct ses_template_op *op)
{
    return descend(run, scope, op, scope, index_of(scope, op) + 1, op->end);
}

/* The body with `value` as the innermost context. There is a place for each level of depth. */
static int expand_with(struct run *run, const struct scope *scope, const struct ses_template_op *op,
                       struct ses_value value)
{
    int error;

    /* descend() refuses this level; it must not be reached with the contexts full. */
    if (run->context_count > SES_MAX_TEMPLATE_DEPTH)
        return expand_body(run, scope, op);
    run->contexts[run->context_count++] = value;
    error = expand_body(run, scope, op);
    run->context_count--;
    return error;
}

static int spend(struct run *run, const struct scope *scope, const struct ses_template_op *op)
{
    if (++run->steps <= SES_MAX_TEMPLATE_STEPS)
        return 0;
    return refuse(run, scope, op, SES_TEMPLATE_TOO_SLOW, op->text, "too many steps in a template");
}

static int expand_list(struct run *run, const struct scope *scope, const struct ses_template_op *op,
                       const struct ses_value *list)
{
    int error = 0;

    for (size_t i = 0; i < list->count && error == 0; i++) {
        struct ses_value item = {0};

        error = spend(run, scope, op);
        if (error != 0)
            return error;
        run->template->lookup->item(list->node, i, &item);
        error = expand_with(run, scope, op, item);
    }
    return error;
}

static int expand_section(struct run *run, const struct scope *scope,
                          const struct ses_template_op *op)
{
    struct ses_value value;
    int error = resolve(run, scope, op, &value);

    if (error != 0 || !is_true(&value))
        return error;
    if (value.kind == SES_VALUE_LIST)
        return expand_list(run, scope, op, &value);
    /* Truth has no members and no text: {{.}} stays what it was. */
    if (value.kind == SES_VALUE_TRUE)
        return expand_body(run, scope, op);
    return expand_with(run, scope, op, value);
}

static int expand_inverted(struct run *run, const struct scope *scope,
                           const struct ses_template_op *op)
{
    struct ses_value value;
    int error = resolve(run, scope, op, &value);

    return error != 0 || is_true(&value) ? error : expand_body(run, scope, op);
}

/* The text that a partial or parent tag means; NULL where it means none. */
static int find_target(struct run *run, const struct scope *scope, const struct ses_template_op *op,
                       const struct ses_template_text **ret_target)
{
    const struct ses_template_text *target = op->target;
    struct ses_value name = {0};
    size_t looked = 0;

    if (op->dynamic) {
        int error = resolve(run, scope, op, &name);

        if (error != 0)
            return error;
        if (is_true(&name) && name.kind != SES_VALUE_TEXT && !run->template->lenient)
            return refuse(run, scope, op, SES_TEMPLATE_NOT_TEXT, op->text,
                          "value that is not text");
        if (name.kind == SES_VALUE_TEXT && name.text.len > 0)
            target = ses_template_find(run->template, name.text, &looked);
        run->steps += looked;
    }
    if (target && target->missing)
        target = NULL;
    if (looked > 0 && !target && !run->template->lenient)
        return refuse(run, scope, op, SES_TEMPLATE_UNKNOWN_PARTIAL, name.text,
                      "unknown partial in a template");
    *ret_target = target;
    return 0;
}

/* Each line of a standalone text is indented as its tag is; one in the middle of a line is not
 * indented at all (specification, partials.yml, "Inline Indentation"). */
static int expand_target(struct run *run, const struct scope *scope,
                         const struct ses_template_op *op, const struct arguments *arguments)
{
    struct indent indent = {.outer = scope->indent, .text = op->indent};
    struct scope inner = {.arguments = arguments};
    int error = find_target(run, scope, op, &inner.text);

    if (error != 0 || !inner.text)
        return error;
    if (op->standalone) {
        inner.indent = op->indent.len > 0 ? &indent : scope->indent;
        if (!run->fresh)
            ses_buf_add(run->out, op->indent);
    } else {
        begin_line(run, scope);
    }
    error = descend(run, scope, op, &inner, 0, inner.text->count);
    if (!op->standalone)
        run->fresh = false;
    return error;
}

static int expand_partial(struct run *run, const struct scope *scope,
                          const struct ses_template_op *op)
{
    return expand_target(run, scope, op, scope->arguments);
}

static int expand_parent(struct run *run, const struct scope *scope,
                         const struct ses_template_op *op)
{
    struct arguments arguments = {.outer = scope->arguments, .text = scope->text, .parent = op};

    return expand_target(run, scope, op, &arguments);
}

static const struct ses_template_op *
find_argument(struct run *run, const struct arguments *arguments, struct ses_str name)
{
    const struct ses_template_op *ops = arguments->text->ops;
    size_t index = (size_t)(arguments->parent - ops) + 1;

    for (; index < arguments->parent->end; index = ops[index].end) {
        run->steps++;
        if (ops[index].kind == SES_TEMPLATE_BLOCK && ses_str_eq(ops[index].text, name))
            return &ops[index];
    }
    return NULL;
}

/* The argument that overrides a block is that of the outermost parent tag which has one: the
 * template nearest to the root has the last word (~inheritance.yml, "Multi-level inheritance"). Its
 * content belongs to the text it stands in, so only what is further out overrides blocks in it. */
static int expand_block(struct run *run, const struct scope *scope,
                        const struct ses_template_op *op)
{
    struct indent indent = {.outer = scope->indent, .text = op->indent};
    struct scope inner = *scope;
    const struct ses_template_op *content = op;

    for (const struct arguments *at = scope->arguments; at; at = at->outer) {
        const struct ses_template_op *argument = find_argument(run, at, op->text);

        if (!argument)
            continue;
        content = argument;
        inner.text = at->text;
        inner.arguments = at->outer;
    }
    if (op->standalone && !run->fresh)
        ses_buf_add(run->out, op->indent);
    if (!op->standalone)
        begin_line(run, scope);
    if (op->indent.len > 0 && (op->standalone || content != op))
        inner.indent = &indent;
    return descend(run, scope, op, &inner, index_of(&inner, content) + 1, content->end);
}

static int (*const expanders[SES_TEMPLATE_KINDS])(struct run *run, const struct scope *scope,
                                                  const struct ses_template_op *op) = {
    [SES_TEMPLATE_TEXT] = expand_text,         [SES_TEMPLATE_VALUE] = expand_value,
    [SES_TEMPLATE_RAW] = expand_value,         [SES_TEMPLATE_SECTION] = expand_section,
    [SES_TEMPLATE_INVERTED] = expand_inverted, [SES_TEMPLATE_PARTIAL] = expand_partial,
    [SES_TEMPLATE_PARENT] = expand_parent,     [SES_TEMPLATE_BLOCK] = expand_block,
};

/* After each operation, so that a template that only writes is stopped soon after it has gone too
 * far. */
static int check_output(struct run *run, const struct scope *scope,
                        const struct ses_template_op *op)
{
    int status = ses_buf_status(run->out);

    if (status == 0 && run->out->len - run->start <= SES_MAX_TEMPLATE_OUTPUT)
        return 0;
    if (status != 0 && status != SES_ELIMIT)
        return status;
    return refuse(run, scope, op, SES_TEMPLATE_TOO_LONG, SES_STR(""), "document becomes too long");
}

static int expand_ops(struct run *run, const struct scope *scope, size_t from, size_t to)
{
    const struct ses_template_op *ops = scope->text->ops;

    for (size_t i = from; i < to; i = ops[i].end) {
        int error = spend(run, scope, &ops[i]);

        if (error == 0)
            error = expanders[ops[i].kind](run, scope, &ops[i]);
        if (error == 0)
            error = check_output(run, scope, &ops[i]);
        if (error != 0)
            return error;
    }
    return 0;
}

int ses_template_expand(const struct ses_template *template, const struct ses_value *root,
                        struct ses_buf *out, struct ses_findings *findings)
{
    struct scope scope = {.text = template->root};
    struct run run;

    /* Not initialised as a whole: that would clear all contexts for each of many small documents.
     */
    run.template = template;
    run.out = out;
    run.findings = findings;
    run.start = out->len;
    run.steps = 0;
    run.depth = 0;
    run.fresh = true;
    run.contexts[0] = *root;
    run.context_count = 1;
    return expand_ops(&run, &scope, 0, template->root->count);
}
