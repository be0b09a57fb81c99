/* SPDX-License-Identifier: MIT */
/* What a removal leaves alone. */
#include "base/error.h"
#include "model/request.h"

int ses_request_add_spared(struct ses_request *request, struct ses_arena *arena,
                           const struct ses_spared *spared)
{
    struct ses_spared copy = *spared;
    int error = ses_arena_copy(arena, spared->owner, &copy.owner);

    if (error == 0)
        error = ses_arena_copy(arena, spared->type, &copy.type);
    if (error == 0)
        error = ses_arena_copy(arena, spared->value, &copy.value);
    if (error == 0)
        error = ses_arena_copy(arena, spared->by, &copy.by);
    if (error == 0)
        error = ses_arena_grow(arena, &request->spared, request->spared_count,
                               &request->spared_capacity, sizeof(*request->spared));
    if (error == 0)
        request->spared[request->spared_count++] = copy;
    return error;
}

/* Copies and alternatives go with it: what is left is what a ledger keeps of the removal, and there
 * they would take the place of what they stood behind. */
static void drop_record(struct ses_request *request, size_t index)
{
    request->published_count--;
    for (size_t i = index; i < request->published_count; i++)
        request->published[i] = request->published[i + 1];
    request->records = request->published;
    request->record_count = request->record_capacity = request->published_count;
}

static int format_value(const struct ses_record *record, struct ses_arena *arena,
                        struct ses_str *ret_text)
{
    if (record->type == SES_TXT || record->target.len == 0) {
        *ret_text = record->value;
        return 0;
    }
    if (record->type == SES_MX && record->has_preference)
        return ses_arena_printf(arena, ret_text, "%u %.*s.", record->preference,
                                SES_STR_ARG(record->target));
    return ses_arena_join(arena, record->target, SES_STR("."), ret_text);
}

int ses_request_spare_record(struct ses_request *request, struct ses_arena *arena, size_t index,
                             enum ses_spared_reason reason, struct ses_str by)
{
    const struct ses_record *record = request->published[index];
    struct ses_spared spared = {.reason = reason,
                                .owner = record->owner,
                                .type = ses_str_of(ses_rrtype_name(record->type)),
                                .by = by};
    int error = format_value(record, arena, &spared.value);

    if (error == 0)
        error = ses_request_add_spared(request, arena, &spared);
    if (error == 0)
        drop_record(request, index);
    return error;
}

int ses_request_spare_node(struct ses_request *request, struct ses_arena *arena, size_t index,
                           enum ses_spared_reason reason, struct ses_str by)
{
    const struct ses_node *node = &request->nodes[index];
    struct ses_spared spared = {.reason = reason,
                                .owner = node->name.len > 0 ? node->name : node->name_text,
                                .type = node->address.version == 6 ? SES_STR("AAAA") : SES_STR("A"),
                                .value = ses_str_of(node->address.text),
                                .by = by};
    int error = ses_request_add_spared(request, arena, &spared);

    if (error != 0)
        return error;
    request->node_count--;
    for (size_t i = index; i < request->node_count; i++)
        request->nodes[i] = request->nodes[i + 1];
    return 0;
}
