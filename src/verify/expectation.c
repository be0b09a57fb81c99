/* SPDX-License-Identifier: MIT */
#include "verify/expectation.h"

#include "base/error.h"

const char *ses_verdict_name(enum ses_verdict verdict)
{
    static const char *const names[] = {
        [SES_VERDICT_OK] = "ok",
        [SES_VERDICT_MISSING] = "missing",
        [SES_VERDICT_DIFFERENT] = "different",
        [SES_VERDICT_BOGUS] = "bogus",
        [SES_VERDICT_UNKNOWN] = "unknown",
        [SES_VERDICT_SKIPPED] = "skipped",
    };

    return names[verdict];
}

static int add(struct ses_expectations *expectations, const struct ses_expectation *expectation,
               struct ses_arena *arena)
{
    struct ses_expectation copy = *expectation;
    int error = ses_arena_grow(arena, &expectations->items, expectations->count,
                               &expectations->capacity, sizeof(*expectations->items));

    if (error == 0)
        error = ses_arena_copy(arena, expectation->question.name, &copy.question.name);
    if (error == 0)
        error = ses_arena_copy(arena, expectation->value, &copy.value);
    if (error == 0)
        error = ses_arena_copy(arena, expectation->target, &copy.target);
    if (error == 0)
        expectations->items[expectations->count++] = copy;
    return error;
}

static int add_record(struct ses_expectations *expectations, const struct ses_record *record,
                      struct ses_arena *arena)
{
    static const struct {
        enum ses_expectation_kind kind;
        enum ses_qtype type;
    } types[SES_RRTYPES] = {[SES_CNAME] = {SES_EXPECT_CNAME, SES_QTYPE_CNAME},
                            [SES_TXT] = {SES_EXPECT_TXT, SES_QTYPE_TXT},
                            [SES_MX] = {SES_EXPECT_MX, SES_QTYPE_MX}};
    struct ses_expectation expectation = {
        .kind = types[record->type].kind,
        .record = record->kind,
        .question = {record->owner, types[record->type].type},
        .value = record->value,
        .target = record->target,
        .preference = record->preference,
    };
    int error = add(expectations, &expectation, arena);

    if (error != 0 || record->kind != SES_RECORD_DKIM)
        return error;
    expectation.kind = SES_EXPECT_KEY;
    expectation.question.type = SES_QTYPE_TXT;
    return add(expectations, &expectation, arena);
}

static int add_node(struct ses_expectations *expectations, const struct ses_node *node,
                    struct ses_arena *arena)
{
    char reverse[SES_MAX_REVERSE_TEXT];
    struct ses_expectation expectation = {
        .kind = SES_EXPECT_FORWARD,
        .record = SES_RECORD_OTHER,
        .question = {node->name, node->address.version == 4 ? SES_QTYPE_A : SES_QTYPE_AAAA},
        .value = ses_str_of(node->address.text),
        .address = node->address,
    };
    int error;

    /* What is no name or address was reported when it was read. */
    if (node->name.len == 0 || node->address.version == 0)
        return 0;
    error = add(expectations, &expectation, arena);
    if (error != 0)
        return error;
    ses_address_reverse(&node->address, reverse);
    expectation.kind = SES_EXPECT_REVERSE;
    expectation.question = (struct ses_question){ses_str_of(reverse), SES_QTYPE_PTR};
    expectation.value = expectation.target = node->name;
    return add(expectations, &expectation, arena);
}

int ses_expectations_add(struct ses_expectations *expectations, const struct ses_request *request,
                         struct ses_arena *arena)
{
    int error = 0;

    for (size_t i = 0; i < request->published_count && error == 0; i++)
        error = add_record(expectations, request->published[i], arena);
    for (size_t i = 0; i < request->node_count && error == 0; i++)
        error = add_node(expectations, &request->nodes[i], arena);
    return error;
}
