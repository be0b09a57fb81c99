/* SPDX-License-Identifier: MIT */
#include "render/unload_xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlsave.h>

#include "base/error.h"

/* What an import leaves out, from ServiceNow's pages on importing XML files. No value stands in it,
 * so it cannot end early. */
#define SKIPPED                                                                                    \
    "\n"                                                                                           \
    "  A ticket to hand over where there is no API access. An administrator imports it from a\n"   \
    "  list (context menu, Import XML). An import writes the record straight into its table:\n"    \
    "  no business rule runs, so the ticket gets no number, no SLA, no approval, no workflow "     \
    "and\n"                                                                                        \
    "  no notification, and nobody is told that it is there. Names in reference fields are "       \
    "looked\n"                                                                                     \
    "  up for users, groups and roles only. Where any of this matters, paste the documents\n"      \
    "  `summary` and `ticket` into a new ticket instead.\n"

static void doc_freep(xmlDoc **doc)
{
    xmlFreeDoc(*doc);
}

bool ses_unload_is_table(struct ses_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '_')))
            return false;
    }
    return name.len > 0 && name.len <= SES_MAX_TABLE;
}

/* True where the first character of `s` may stand in a document: XML 1.0 section 2.2, production 2.
 * Of what UTF-8 can express it leaves out most C0 controls, U+FFFE and U+FFFF. */
static bool is_allowed(struct ses_str s)
{
    unsigned char c = (unsigned char)s.ptr[0];

    if (c < ' ')
        return c == '\t' || c == '\n' || c == '\r';
    return !ses_str_starts(s, SES_STR("\xEF\xBF\xBE")) &&
           !ses_str_starts(s, SES_STR("\xEF\xBF\xBF"));
}

static void add_allowed(struct ses_buf *buf, struct ses_str text)
{
    while (text.len > 0) {
        size_t len = ses_str_utf8(text);

        if (len > 0 && is_allowed(text))
            ses_buf_add(buf, ses_str_slice(text, 0, len));
        else
            ses_buf_add(buf, SES_STR("\xEF\xBF\xBD"));
        text = ses_str_slice(text, len > 0 ? len : 1, text.len);
    }
}

/* libxml2 makes nodes without their text when memory runs out in between, so each is looked into.
 */
static bool add_text(xmlNode *parent, const char *text)
{
    xmlNode *node = xmlNewDocText(parent->doc, BAD_CAST text);
    bool whole = node && node->content && xmlAddChild(parent, node);

    if (node && !whole)
        xmlFreeNode(node);
    return whole;
}

static bool add_attribute(xmlNode *node, const char *name, const char *value)
{
    xmlAttr *attribute = xmlNewProp(node, BAD_CAST name, BAD_CAST value);

    return attribute && attribute->name && attribute->children && attribute->children->content;
}

static xmlNode *add_element(xmlNode *parent, const char *name)
{
    xmlNode *node = xmlNewDocRawNode(parent->doc, NULL, BAD_CAST name, NULL);

    if (node)
        xmlAddChild(parent, node);
    return node && node->name ? node : NULL;
}

static bool add_comment(xmlDoc *doc, const char *text)
{
    xmlNode *comment = xmlNewDocComment(doc, BAD_CAST text);
    bool whole = comment && comment->content && xmlAddChild((xmlNode *)doc, comment);

    if (comment && !whole)
        xmlFreeNode(comment);
    return whole;
}

static bool add_column(xmlNode *record, const char *name, struct ses_str value, bool is_reference)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    xmlNode *column;

    ses_buf_init(&text, value.len * 3);
    add_allowed(&text, value);
    if (ses_buf_status(&text) != 0)
        return false;
    column = add_element(record, name);
    return column && add_text(column, text.ptr) &&
           (!is_reference || add_attribute(column, "display_value", text.ptr));
}

static bool add_columns(xmlNode *record, const struct ses_unload *unload)
{
    const struct {
        const char *name;
        struct ses_str value;
        bool is_reference;
    } columns[] = {
        {"sys_id", unload->record, false},
        {"short_description", unload->short_description, false},
        {"description", unload->description, false},
        {"correlation_id", unload->correlation_id, false},
        {"correlation_display", unload->correlation_display, false},
        {"category", unload->category, false},
        {"assignment_group", unload->assignment_group, true},
    };
    bool whole = true;

    for (size_t i = 0; whole && i < sizeof(columns) / sizeof(columns[0]); i++)
        whole = columns[i].value.len == 0 ||
                add_column(record, columns[i].name, columns[i].value, columns[i].is_reference);
    return whole;
}

/* The file says when it was made, as `YYYY-MM-DD HH:MM:SS` in UTC. A clock here would make every
 * run write another file for the same request; the record itself gets its times from ServiceNow. */
#define UNLOAD_DATE "1970-01-01 00:00:00"

static bool fill(xmlDoc *doc, const struct ses_unload *unload)
{
    char table[SES_MAX_TABLE + 1];
    xmlNode *root, *record;

    snprintf(table, sizeof(table), "%.*s", SES_STR_ARG(unload->table));
    doc->encoding = xmlStrdup(BAD_CAST "UTF-8");
    if (!doc->encoding || !add_comment(doc, SKIPPED))
        return false;
    root = add_element((xmlNode *)doc, "unload");
    if (!root || !add_attribute(root, "unload_date", UNLOAD_DATE))
        return false;
    record = add_element(root, table);
    return record && add_attribute(record, "action", "INSERT_OR_UPDATE") &&
           add_columns(record, unload);
}

static int write_out(void *ctx, const char *bytes, int len)
{
    struct ses_buf *out = ctx;

    ses_buf_add(out, (struct ses_str){bytes, (size_t)len});
    return ses_buf_status(out) == 0 ? len : -1;
}

void ses_unload_init(void)
{
    xmlInitParser();
}

int ses_unload_to_xml(const struct ses_unload *unload, struct ses_buf *out)
{
    xmlDoc *doc SES_CLEANUP(doc_freep) = xmlNewDoc(BAD_CAST "1.0");
    xmlSaveCtxt *save;
    bool saved;

    if (!doc || !fill(doc, unload))
        return SES_ENOMEM;
    save = xmlSaveToIO(write_out, NULL, out, NULL, XML_SAVE_FORMAT);
    if (!save)
        return SES_ENOMEM;
    saved = xmlSaveDoc(save, doc) >= 0;
    saved = xmlSaveClose(save) >= 0 && saved;
    if (ses_buf_status(out) != 0)
        return ses_buf_status(out);
    return saved ? 0 : SES_ENOMEM;
}
