/* SPDX-License-Identifier: MIT */
/* The Attachment API (servicenow.md 3). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servicenow_exchange.h"
#include "servicenow_list.h"
#include "servicenow_query.h"
#include "servicenow_record.h"
#include "servicenow_route.h"
#include "servicenow_view.h"

#define ATTACHMENTS "sys_attachment"

/* "pending" right after the upload; a little later a job of the system has made it "available". */
static json_t *show(const struct sn_exchange *exchange, const json_t *row)
{
    json_int_t pending =
        sn_instance_number(&exchange->core->instance, "fake.attachment_pending_ms");
    json_int_t made = json_integer_value(json_object_get(row, "made_ms"));
    json_t *seen = json_copy((json_t *)row), *result;

    if (sn_now_ms() - made >= pending) {
        sn_set(seen, "state", "available");
        sn_set(seen, "sys_mod_count", "1");
        sn_set(seen, "sys_updated_by", "system");
    }
    result = sn_view_row(exchange, seen);
    json_object_del(result, "sys_class_name");
    json_decref(seen);
    return result;
}

static void refuse_missing(struct sn_exchange *exchange)
{
    sn_refuse(exchange, 404, "No Record found",
              "Record doesn't exist or ACL restricts the record retrieval");
}

static json_t *row_of(struct sn_exchange *exchange)
{
    json_t *row = sn_store_row(&exchange->core->store, ATTACHMENTS, sn_segment(exchange, 0));

    if (!row)
        refuse_missing(exchange);
    return row;
}

void sn_attachment_list(struct sn_exchange *exchange)
{
    json_t *rows = sn_list_page(exchange, ATTACHMENTS, 1000), *result, *row;
    size_t i;

    if (!rows)
        return;
    result = json_array();
    json_array_foreach (rows, i, row)
        json_array_append_new(result, show(exchange, row));
    sn_reply_result(exchange, 200, result);
    json_decref(rows);
}

void sn_attachment_read(struct sn_exchange *exchange)
{
    json_t *row = row_of(exchange);

    if (row)
        sn_reply_result(exchange, 200, show(exchange, row));
}

void sn_attachment_download(struct sn_exchange *exchange)
{
    json_t *row = row_of(exchange);

    if (!row)
        return;
    if (!sn_store_get_file(&exchange->core->store, sn_text(row, "sys_id"), &exchange->reply)) {
        refuse_missing(exchange);
        return;
    }
    exchange->status = 200;
    sn_reply_header(exchange, "Content-Type", "%s", sn_text(row, "content_type"));
    sn_reply_header(exchange, "Content-Disposition", "attachment;filename=%s",
                    sn_text(row, "file_name"));
}

void sn_attachment_delete(struct sn_exchange *exchange)
{
    json_t *row = row_of(exchange);

    if (!row)
        return;
    sn_keep_delete(exchange, ATTACHMENTS, sn_text(row, "sys_id"));
    exchange->status = 204;
}

/* glide.attachment.extensions: a list, empty for any. The status and the words are ours. */
static bool extension_is_allowed(const struct sn_exchange *exchange, const char *name)
{
    const char *allowed =
        sn_instance_text(&exchange->core->instance, "glide.attachment.extensions");
    const char *dot = strrchr(name, '.');
    size_t len = dot ? strlen(dot + 1) : 0;

    if (!*allowed)
        return true;
    for (const char *at = allowed; *at && len > 0; at += strcspn(at, ","), at += *at == ',') {
        if (strcspn(at, ",") == len && strncasecmp(at, dot + 1, len) == 0)
            return true;
    }
    return false;
}

/* True where the upload was refused for what was sent, whatever it is to be attached to. */
static bool refused(struct sn_exchange *exchange)
{
    static const char *const needed[] = {"table_name", "table_sys_id", "file_name"};
    char detail[64];

    for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
        if (!*sn_parameter(exchange, needed[i])) {
            snprintf(detail, sizeof(detail), "%s", needed[i]);
            sn_refuse(exchange, 400, "Required parameter is missing", detail);
            return true;
        }
    }
    if (!*sn_header(exchange, "content-type"))
        sn_refuse(exchange, 400, "Requested media type is not supported", "Content-Type");
    else if (exchange->too_large)
        sn_refuse(exchange, 400, "Attachment is too large", NULL);
    else if (exchange->body.len == 0)
        sn_refuse(exchange, 400, "Attachment is empty", NULL);
    else if (!extension_is_allowed(exchange, sn_parameter(exchange, "file_name")))
        sn_refuse(exchange, 400, "File type is not allowed", NULL);
    return exchange->status != 0;
}

static json_t *make_row(struct sn_exchange *exchange)
{
    char hash[65], size[24], id[SN_ID];
    char *base = sn_base(exchange);
    json_t *row;

    sn_sha256(exchange->body.ptr, exchange->body.len, hash);
    snprintf(size, sizeof(size), "%zu", exchange->body.len);
    sn_id(id);
    row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "sys_id", id,
                    "table_name", sn_parameter(exchange, "table_name"), "table_sys_id",
                    sn_parameter(exchange, "table_sys_id"), "content_type",
                    sn_header(exchange, "content-type"), "hash", hash, "size_bytes", size,
                    "size_compressed", size, "compressed", "true", "chunk_size_bytes", "700000",
                    "state", "pending", "made_ms", sn_now_ms());
    /* 100 characters is from memory (servicenow.md 1.8). */
    json_object_set_new(row, "file_name",
                        json_sprintf("%.100s", sn_parameter(exchange, "file_name")));
    json_object_set_new(row, "download_link",
                        json_sprintf("%s/api/now/attachment/%s/file", base, id));
    free(base);
    return sn_record_keep(exchange, ATTACHMENTS, row);
}

/* There is no look for a file of the same name or bytes: sent twice, it is there twice. And the
 * table must be the row's own class, not one that it inherits from. */
void sn_attachment_create(struct sn_exchange *exchange)
{
    const char *table = sn_parameter(exchange, "table_name");
    const json_t *parent =
        sn_store_row(&exchange->core->store, table, sn_parameter(exchange, "table_sys_id"));
    const json_t *row;
    char *base;

    if (refused(exchange))
        return;
    if (!parent || !sn_view_admits(exchange, parent)) {
        refuse_missing(exchange);
        return;
    }
    row = make_row(exchange);
    sn_store_put_file(&exchange->core->store, sn_text(row, "sys_id"), &exchange->body);
    base = sn_base(exchange);
    sn_reply_header(exchange, "Location", "%s/api/now/attachment/%s", base, sn_text(row, "sys_id"));
    free(base);
    sn_reply_result(exchange, 201, show(exchange, row));
}
