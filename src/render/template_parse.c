/* SPDX-License-Identifier: MIT */
/* From the bytes of a template to its operations: one pass, a stack of open sections, no recursion.
 *
 * Whether a tag stands alone on its line is read off the source around it. Two cases go beyond a
 * single tag: a parent counts as one thing from its first brace to the last of its end tag, and
 * inside of it only blocks matter, so a block there may share its line with the parent's tags
 * (specification 1.4, ~inheritance.yml, "Standalone parent" to "Nested block reindentation"). */
#include <string.h>

#include "base/error.h"
#include "render/template_tree.h"

/* A section, parent or block whose end tag has not come yet. */
struct open {
    size_t op;
    size_t body; /* where its content starts in the source */
};

struct parser {
    struct ses_template *template;
    struct ses_template_text *text;
    const struct ses_template_options *options;
    struct ses_findings *findings;
    struct ses_str left; /* the delimiters now in force */
    struct ses_str right;
    size_t at;   /* bytes before this one are in operations */
    size_t line; /* of byte `counted` */
    size_t counted;
    struct open stack[SES_MAX_TEMPLATE_DEPTH];
    size_t depth;
    int error; /* of a mistake that did not end the parse */
};

struct tag {
    const struct tag_rule *rule;
    struct ses_str name; /* what stands between sigil and end, trimmed */
    bool dynamic;
    size_t line;
    size_t start;     /* of the left delimiter */
    size_t end;       /* behind the right delimiter */
    size_t margin;    /* of the blanks before the tag, where it begins its line; else = start */
    size_t next_line; /* behind the line break, where the tag ends its line; else = end */
    bool begins;      /* nothing but blanks before it on its line */
    bool ends;        /* nothing but blanks behind it on its line */
};

struct tag_rule {
    char sigil;
    char guard; /* what must stand before the right delimiter */
    bool named;
    enum ses_template_kind kind; /* of the operation it makes, where it makes one */
    int (*take)(struct parser *p, struct tag *tag);
};

static struct ses_str between(const struct parser *p, size_t from, size_t to)
{
    return ses_str_slice(p->text->source, from, to);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct ses_str trim(struct ses_str s)
{
    while (s.len > 0 && is_space(s.ptr[0]))
        s = ses_str_slice(s, 1, s.len);
    while (s.len > 0 && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

static bool has_space(struct ses_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (is_space(s.ptr[i]))
            return true;
    }
    return false;
}

static int refuse(struct parser *p, const struct tag *tag, enum ses_template_code code,
                  const char *sentence)
{
    return ses_template_report(p->text, tag->line, tag->start, code, tag->name, sentence,
                               p->findings);
}

static int refuse_syntax(struct parser *p, const struct tag *tag, const char *sentence)
{
    return refuse(p, tag, SES_TEMPLATE_BAD_SYNTAX, sentence);
}

static struct ses_template_op *last_op(struct parser *p)
{
    return &p->text->ops[p->text->count - 1];
}

static struct ses_template_op *top_op(struct parser *p)
{
    return p->depth > 0 ? &p->text->ops[p->stack[p->depth - 1].op] : NULL;
}

static int add_op(struct parser *p, struct ses_template_op op)
{
    struct ses_template_text *text = p->text;
    int error = ses_arena_grow(&p->template->arena, &text->ops, text->count, &text->capacity,
                               sizeof(*text->ops));

    if (error != 0)
        return error;
    op.end = text->count + 1;
    text->ops[text->count++] = op;
    return 0;
}

static int add_tag(struct parser *p, const struct tag *tag)
{
    return add_op(p, (struct ses_template_op){.kind = tag->rule->kind,
                                              .dynamic = tag->dynamic,
                                              .line = tag->line,
                                              .at = tag->start,
                                              .text = tag->name});
}

/* The source from where the parser is up to `to` is text; the parse goes on at `next`. */
static int add_text(struct parser *p, size_t to, size_t next)
{
    struct ses_template_op op = {.kind = SES_TEMPLATE_TEXT, .at = p->at};

    op.text = between(p, p->at, to);
    p->at = next;
    return op.text.len > 0 ? add_op(p, op) : 0;
}

/* The text before a tag, without the tag's own line where the tag is all there is on it. */
static int add_text_around(struct parser *p, const struct tag *tag)
{
    bool standalone = tag->begins && tag->ends;

    return add_text(p, standalone ? tag->margin : tag->start,
                    standalone ? tag->next_line : tag->end);
}

/* Splits the name of the newest operation at its dots. "." is the name without parts. */
static int split_name(struct parser *p, const struct tag *tag)
{
    struct ses_str rest = tag->name;
    struct ses_template_name *parts;
    size_t count = 1;

    if (ses_str_eq(tag->name, SES_STR(".")))
        return 0;
    for (size_t i = 0; i < rest.len; i++)
        count += rest.ptr[i] == '.';
    parts = ses_arena_array(&p->template->arena, count, sizeof(*parts));
    if (!parts)
        return SES_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        size_t dot = ses_str_find(rest, '.');

        if (dot == 0)
            return refuse_syntax(p, tag, "empty part in a dotted name");
        parts[i].text = ses_str_slice(rest, 0, dot);
        if (p->template->lookup->bind)
            p->template->lookup->bind(&parts[i]);
        rest = ses_str_slice(rest, dot + 1, rest.len);
    }
    last_op(p)->parts = parts;
    last_op(p)->part_count = count;
    return 0;
}

/* Opens the newest operation: what follows is its body until its end tag. */
static int push(struct parser *p, const struct tag *tag)
{
    if (p->depth == SES_MAX_TEMPLATE_DEPTH)
        return refuse(p, tag, SES_TEMPLATE_TOO_DEEP, "too many sections inside each other");
    p->stack[p->depth++] = (struct open){.op = p->text->count - 1, .body = p->at};
    return 0;
}

static int take_value(struct parser *p, struct tag *tag)
{
    int error = add_text(p, tag->start, tag->end);

    if (error == 0 && tag->rule->kind == SES_TEMPLATE_RAW && !p->options->raw)
        error = refuse(p, tag, SES_TEMPLATE_UNESCAPED, "value printed without escaping");
    if (error == 0)
        error = add_tag(p, tag);
    return error == 0 ? split_name(p, tag) : error;
}

static int take_section(struct parser *p, struct tag *tag)
{
    int error = add_text_around(p, tag);

    if (error == 0)
        error = add_tag(p, tag);
    if (error == 0)
        error = split_name(p, tag);
    return error == 0 ? push(p, tag) : error;
}

static int take_comment(struct parser *p, struct tag *tag)
{
    return add_text_around(p, tag);
}

static bool is_delimiter(struct ses_str s)
{
    return s.len > 0 && s.len <= SES_MAX_TEMPLATE_DELIMITER && !has_space(s) &&
           ses_str_find(s, '=') == s.len;
}

static int take_delimiters(struct parser *p, struct tag *tag)
{
    struct ses_str left = tag->name;
    struct ses_str right;
    int error = add_text_around(p, tag);

    if (error != 0)
        return error;
    left.len = 0;
    while (left.len < tag->name.len && !is_space(tag->name.ptr[left.len]))
        left.len++;
    right = trim(ses_str_slice(tag->name, left.len, tag->name.len));
    if (!is_delimiter(left) || !is_delimiter(right))
        return refuse_syntax(p, tag, "invalid delimiters");
    p->left = left;
    p->right = right;
    return 0;
}

/* Binds the newest operation to the text it names. A partial that is not there is reported once,
 * and the parse goes on so that others can be. */
static int bind(struct parser *p, const struct tag *tag)
{
    struct ses_template_text *target;
    int error;

    if (tag->dynamic)
        return split_name(p, tag);
    error = ses_template_want(p->template, &p->options->loader, tag->name, &target);
    if (error == SES_ELIMIT)
        return refuse(p, tag, SES_TEMPLATE_TOO_LARGE, "too much text in a template");
    if (error != 0)
        return error;
    last_op(p)->target = target;
    if (!target->missing || target->reported || p->options->lenient)
        return 0;
    target->reported = true;
    p->error = refuse(p, tag, SES_TEMPLATE_UNKNOWN_PARTIAL, "unknown partial in a template");
    return p->error == SES_EINVALID ? 0 : p->error;
}

static int take_partial(struct parser *p, struct tag *tag)
{
    int error = add_text_around(p, tag);

    if (error == 0)
        error = add_tag(p, tag);
    if (error != 0)
        return error;
    last_op(p)->standalone = tag->begins && tag->ends;
    if (last_op(p)->standalone)
        last_op(p)->indent = between(p, tag->margin, tag->start);
    return bind(p, tag);
}

/* Whether a parent stands alone is known at its end tag, so the blanks before it are an operation
 * of their own until then. */
static int take_parent(struct parser *p, struct tag *tag)
{
    int error = add_text(p, tag->margin, tag->margin);

    if (error == 0)
        error = add_text(p, tag->start, tag->end);
    if (error == 0)
        error = add_tag(p, tag);
    if (error != 0)
        return error;
    last_op(p)->standalone = tag->begins;
    last_op(p)->indent = between(p, tag->margin, tag->start);
    error = bind(p, tag);
    return error == 0 ? push(p, tag) : error;
}

/* True where what stands at `depth` is directly inside a parent: there, text does not count. */
static bool in_parent(const struct parser *p, size_t depth)
{
    return depth > 0 && p->text->ops[p->stack[depth - 1].op].kind == SES_TEMPLATE_PARENT;
}

static int take_block(struct parser *p, struct tag *tag)
{
    bool standalone = tag->ends && (tag->begins || in_parent(p, p->depth));
    int error =
        add_text(p, standalone ? tag->margin : tag->start, standalone ? tag->next_line : tag->end);

    if (error == 0)
        error = add_tag(p, tag);
    if (error != 0)
        return error;
    last_op(p)->standalone = standalone;
    last_op(p)->indent = between(p, tag->margin, tag->start);
    return push(p, tag);
}

/* The blanks that every line of `content` begins with that is not blank itself. False where there
 * is no such line. */
static bool find_margin(struct ses_str content, struct ses_str *ret_margin)
{
    struct ses_str margin = {0};
    struct ses_str line;
    bool any = false;

    while (ses_str_split(&content, '\n', &line)) {
        size_t len = 0;

        if (trim(line).len == 0)
            continue;
        if (!any)
            margin = line;
        any = true;
        while (len < margin.len && len < line.len &&
               (line.ptr[len] == ' ' || line.ptr[len] == '\t') && line.ptr[len] == margin.ptr[len])
            len++;
        margin.len = len;
    }
    if (any)
        *ret_margin = margin;
    return any;
}

static struct ses_str without_margin(struct ses_str line, struct ses_str margin)
{
    size_t len = 0;

    while (len < margin.len && len < line.len && line.ptr[len] == margin.ptr[len])
        len++;
    return ses_str_slice(line, len, line.len);
}

/* Takes the margin from each line of a text operation that begins a line of the source. */
static int dedent_text(struct parser *p, struct ses_template_op *op, struct ses_str margin)
{
    bool begins = op->at == 0 || p->text->source.ptr[op->at - 1] == '\n';
    struct ses_str rest = op->text;
    char *copy = ses_arena_alloc(&p->template->arena, rest.len + 1);
    size_t len = 0;

    if (!copy)
        return SES_ENOMEM;
    while (rest.len > 0) {
        size_t next = ses_str_find(rest, '\n') + 1;
        struct ses_str line = ses_str_slice(rest, 0, next);

        rest = ses_str_slice(rest, next, rest.len);
        if (begins)
            line = without_margin(line, margin);
        if (line.len > 0)
            memcpy(copy + len, line.ptr, line.len);
        len += line.len;
        begins = true;
    }
    op->text = (struct ses_str){copy, len};
    return 0;
}

/* Moves the content of a standalone block to the left edge and keeps as its indentation what that
 * took away, so that an override, moved likewise, comes to stand where the default stood. A
 * standalone block inside has been moved already: only its place changes. Hence each text is copied
 * at most once. */
static int dedent(struct parser *p, size_t block, struct ses_str content)
{
    struct ses_template_op *ops = p->text->ops;
    struct ses_str margin;

    if (!find_margin(content, &margin))
        return 0;
    ops[block].indent = margin;
    if (margin.len == 0)
        return 0;
    for (size_t i = block + 1; i < p->text->count; i++) {
        int error = ops[i].kind == SES_TEMPLATE_TEXT ? dedent_text(p, &ops[i], margin) : 0;

        if (error != 0)
            return error;
        ops[i].indent = without_margin(ops[i].indent, margin);
        if (ops[i].kind == SES_TEMPLATE_BLOCK && ops[i].standalone)
            i = ops[i].end - 1;
    }
    return 0;
}

static int close_section(struct parser *p, const struct tag *tag)
{
    return add_text_around(p, tag);
}

static int close_parent(struct parser *p, const struct tag *tag)
{
    struct ses_template_op *op = top_op(p);

    op->standalone = op->standalone && tag->ends;
    if (op->standalone && op->indent.len > 0)
        op[-1].text.len = 0;
    if (!op->standalone)
        op->indent.len = 0;
    return add_text(p, tag->start, op->standalone ? tag->next_line : tag->end);
}

static int close_block(struct parser *p, const struct tag *tag)
{
    struct open open = p->stack[p->depth - 1];
    bool standalone = tag->begins && (tag->ends || in_parent(p, p->depth - 1));
    int error =
        add_text(p, standalone ? tag->margin : tag->start, standalone ? tag->next_line : tag->end);

    if (error == 0 && p->text->ops[open.op].standalone)
        error = dedent(p, open.op, between(p, open.body, tag->margin));
    return error;
}

static int (*const closers[SES_TEMPLATE_KINDS])(struct parser *p, const struct tag *tag) = {
    [SES_TEMPLATE_SECTION] = close_section,
    [SES_TEMPLATE_INVERTED] = close_section,
    [SES_TEMPLATE_PARENT] = close_parent,
    [SES_TEMPLATE_BLOCK] = close_block,
};

static int take_end(struct parser *p, struct tag *tag)
{
    const struct ses_template_op *op = top_op(p);
    int error;

    if (!op)
        return refuse_syntax(p, tag, "end of a section that was not begun");
    if (tag->dynamic != op->dynamic || !ses_str_eq(tag->name, op->text))
        return refuse_syntax(p, tag, "end of another section than the one that is open");
    error = closers[op->kind](p, tag);
    p->depth--;
    p->text->ops[p->stack[p->depth].op].end = p->text->count;
    return error;
}

/* To add a kind of tag, add a row and its function. The last row is for tags without a sigil. */
static const struct tag_rule rules[] = {
    {'!', 0, false, SES_TEMPLATE_TEXT, take_comment},
    {'=', '=', false, SES_TEMPLATE_TEXT, take_delimiters},
    {'#', 0, true, SES_TEMPLATE_SECTION, take_section},
    {'^', 0, true, SES_TEMPLATE_INVERTED, take_section},
    {'/', 0, true, SES_TEMPLATE_TEXT, take_end},
    {'>', 0, true, SES_TEMPLATE_PARTIAL, take_partial},
    {'<', 0, true, SES_TEMPLATE_PARENT, take_parent},
    {'$', 0, true, SES_TEMPLATE_BLOCK, take_block},
    {'&', 0, true, SES_TEMPLATE_RAW, take_value},
    {'{', '}', true, SES_TEMPLATE_RAW, take_value},
    {0, 0, true, SES_TEMPLATE_VALUE, take_value},
};

static const struct tag_rule *find_rule(struct ses_str inner)
{
    const struct tag_rule *rule = rules;

    while (rule->sigil && (inner.len == 0 || inner.ptr[0] != rule->sigil))
        rule++;
    return rule;
}

/* Where `needle` is at or behind `from`, or past the end. */
static size_t find(const struct parser *p, struct ses_str needle, size_t from)
{
    struct ses_str rest = between(p, from, p->text->source.len);
    const char *hit = rest.len > 0 ? memmem(rest.ptr, rest.len, needle.ptr, needle.len) : NULL;

    return hit ? (size_t)(hit - p->text->source.ptr) : p->text->source.len + 1;
}

static void find_line(const struct parser *p, struct tag *tag)
{
    struct ses_str source = p->text->source;
    size_t at = tag->start;

    while (at > 0 && (source.ptr[at - 1] == ' ' || source.ptr[at - 1] == '\t'))
        at--;
    tag->begins = at == 0 || source.ptr[at - 1] == '\n';
    tag->margin = tag->begins ? at : tag->start;
    at = tag->end;
    while (at < source.len && (source.ptr[at] == ' ' || source.ptr[at] == '\t'))
        at++;
    if (at + 1 < source.len && source.ptr[at] == '\r' && source.ptr[at + 1] == '\n')
        at++;
    tag->ends = at == source.len || source.ptr[at] == '\n';
    tag->next_line = !tag->ends ? tag->end : at == source.len ? at : at + 1;
}

/* An asterisk before the name of a partial or parent, and of the end of such a parent, says that
 * the name is to be looked up (~dynamic-names.yml). Elsewhere it is part of a name. */
static void take_asterisk(struct parser *p, struct tag *tag)
{
    const struct ses_template_op *op = top_op(p);
    bool here = tag->rule->kind == SES_TEMPLATE_PARTIAL || tag->rule->kind == SES_TEMPLATE_PARENT ||
                (tag->rule->take == take_end && op && op->dynamic);

    tag->dynamic = here && tag->name.len > 0 && tag->name.ptr[0] == '*';
    if (tag->dynamic)
        tag->name = trim(ses_str_slice(tag->name, 1, tag->name.len));
}

static void count_lines(struct parser *p, size_t to)
{
    for (; p->counted < to; p->counted++)
        p->line += p->text->source.ptr[p->counted] == '\n';
}

/* Reads the tag whose left delimiter is at `start`. */
static int read_tag(struct parser *p, size_t start, struct tag *ret_tag)
{
    struct tag tag = {.start = start};
    size_t from = start + p->left.len;
    size_t stop;

    count_lines(p, start);
    tag.line = p->line;
    while (from < p->text->source.len && is_space(p->text->source.ptr[from]))
        from++;
    tag.rule = find_rule(between(p, from, p->text->source.len));
    from += tag.rule->sigil != 0;
    stop = find(p, p->right, from);
    while (tag.rule->guard && stop < p->text->source.len &&
           (stop == from || p->text->source.ptr[stop - 1] != tag.rule->guard))
        stop = find(p, p->right, stop + 1);
    if (stop > p->text->source.len)
        return refuse_syntax(p, &tag, "missing end of a tag");
    tag.name = trim(between(p, from, stop - (tag.rule->guard != 0)));
    tag.end = stop + p->right.len;
    find_line(p, &tag);
    take_asterisk(p, &tag);
    if (tag.rule->named && tag.name.len == 0)
        return refuse_syntax(p, &tag, "missing name in a tag");
    if (tag.rule->named && has_space(tag.name))
        return refuse_syntax(p, &tag, "blank in the name of a tag");
    *ret_tag = tag;
    return 0;
}

static int parse_tags(struct parser *p)
{
    size_t len = p->text->source.len;
    struct tag tag;

    for (size_t start = find(p, p->left, 0); start < len; start = find(p, p->left, p->at)) {
        int error = read_tag(p, start, &tag);

        if (error == 0)
            error = tag.rule->take(p, &tag);
        if (error != 0)
            return error;
    }
    if (p->depth > 0) {
        const struct ses_template_op *op = top_op(p);

        return ses_template_report(p->text, op->line, op->at, SES_TEMPLATE_BAD_SYNTAX, op->text,
                                   "missing end of a section", p->findings);
    }
    return add_text(p, len, len);
}

int ses_template_parse(struct ses_template *template, struct ses_template_text *text,
                       const struct ses_template_options *options, struct ses_findings *findings)
{
    struct parser p = {.template = template,
                       .text = text,
                       .options = options,
                       .findings = findings,
                       .left = SES_STR("{{"),
                       .right = SES_STR("}}"),
                       .line = 1};
    int error = parse_tags(&p);

    return error != 0 ? error : p.error;
}
