/* SPDX-License-Identifier: MIT */
/* Requests that outlive the files they were read from. */
#include "base/error.h"
#include "model/request.h"

/* Copies texts in place, each into the arena. */
static int copy_texts(struct ses_arena *arena, struct ses_str *const *texts, size_t count)
{
    int error = 0;

    for (size_t i = 0; i < count && error == 0; i++)
        error = ses_arena_copy(arena, *texts[i], texts[i]);
    return error;
}

#define COPY_TEXTS(arena, texts) copy_texts(arena, texts, sizeof(texts) / sizeof((texts)[0]))

/* What documents say of a record; not what it was on its line. */
static int copy_record(struct ses_arena *arena, const struct ses_record *record,
                       struct ses_record **ret_copy)
{
    struct ses_record *copy = ses_arena_alloc(arena, sizeof(*copy));
    struct ses_str *const texts[] = {&copy->owner, &copy->value, &copy->token, &copy->target};

    if (!copy)
        return SES_ENOMEM;
    *copy = *record;
    copy->domain = (struct ses_str){0};
    copy->copy_of = NULL;
    copy->row_at = copy->owner_at = copy->value_at = (struct ses_place){0};
    *ret_copy = copy;
    return COPY_TEXTS(arena, texts);
}

/* Those that are published, in their order, and behind them the others. */
static int copy_records(struct ses_arena *arena, const struct ses_request *request,
                        struct ses_request *copy)
{
    struct ses_record **records =
        ses_arena_array(arena, request->record_count + 1, sizeof(struct ses_record *));
    size_t count = 0;
    int error = records ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < request->published_count && error == 0; i++)
        error = copy_record(arena, request->published[i], &records[count++]);
    for (size_t i = 0; i < request->record_count && error == 0; i++) {
        if (request->records[i]->fate != SES_PUBLISH)
            error = copy_record(arena, request->records[i], &records[count++]);
    }
    copy->records = records;
    copy->record_count = count;
    copy->published = records;
    return error;
}

static int copy_nodes(struct ses_arena *arena, struct ses_request *copy)
{
    struct ses_node *nodes = ses_arena_array(arena, copy->node_count, sizeof(*nodes));
    int error = nodes ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < copy->node_count && error == 0; i++) {
        struct ses_str *const texts[] = {&nodes[i].name_text, &nodes[i].address_text,
                                         &nodes[i].name, &nodes[i].allocation};

        nodes[i] = copy->nodes[i];
        nodes[i].place = (struct ses_place){0};
        error = COPY_TEXTS(arena, texts);
    }
    copy->nodes = nodes;
    return error;
}

static int copy_spared(struct ses_arena *arena, struct ses_request *copy)
{
    const struct ses_spared *spared = copy->spared;
    size_t count = copy->spared_count;
    int error = 0;

    copy->spared = NULL;
    copy->spared_count = copy->spared_capacity = 0;
    for (size_t i = 0; i < count && error == 0; i++)
        error = ses_request_add_spared(copy, arena, &spared[i]);
    return error;
}

static int copy_columns(struct ses_arena *arena, struct ses_request *copy)
{
    struct ses_str *values = ses_arena_array(arena, copy->extra_count, sizeof(*values));
    int error = values ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < copy->extra_count && error == 0; i++)
        error = ses_arena_copy(arena, copy->extra_values[i], &values[i]);
    copy->extra_values = values;
    return error;
}

int ses_request_copy(const struct ses_request *request, struct ses_arena *arena,
                     struct ses_request *ret_copy)
{
    struct ses_request copy = *request;
    struct ses_str *const texts[] = {
        &copy.subject, &copy.subject_unicode, &copy.zone,  &copy.contact,        &copy.purpose,
        &copy.account, &copy.region,          &copy.group, &copy.earlier.number, &copy.earlier.key};
    int error;

    copy.sources = NULL;
    copy.source_count = 0;
    copy.subject_at = copy.row_at = copy.settings_at = (struct ses_place){0};
    error = COPY_TEXTS(arena, texts);
    if (error == 0)
        error = copy_records(arena, request, &copy);
    if (error == 0)
        error = copy_nodes(arena, &copy);
    if (error == 0)
        error = copy_spared(arena, &copy);
    if (error == 0)
        error = copy_columns(arena, &copy);
    if (error == 0)
        *ret_copy = copy;
    return error;
}

int ses_request_copy_columns(struct ses_request *request, struct ses_arena *arena)
{
    struct ses_str *names = ses_arena_array(arena, request->extra_count, sizeof(*names));
    int error = names ? 0 : SES_ENOMEM;

    for (size_t i = 0; i < request->extra_count && error == 0; i++)
        error = ses_arena_copy(arena, request->extra_names[i], &names[i]);
    request->extra_names = names;
    return error;
}
