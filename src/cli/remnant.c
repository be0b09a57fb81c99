/* SPDX-License-Identifier: MIT */
#include "cli/remnant.h"

#include <stdio.h>

#include "base/error.h"
#include "cli/clock.h"
#include "cli/resolver.h"
#include "verify/verifier.h"

struct run {
    struct cli_choices *choices;
    struct ses_verifier verifier;
    size_t next; /* choice that comes back */
};

/* The same record, written as an export or as DNS writes it: with a final dot or without. */
static bool is_same(const struct ses_spared *spared, const struct ses_neighbour *neighbour)
{
    struct ses_str value = spared->value;

    if (ses_str_ends(value, SES_STR(".")) && !ses_str_eq(spared->type, SES_STR("TXT")))
        value = ses_str_slice(value, 0, value.len - 1);
    return ses_str_eq(spared->owner, neighbour->question.name) &&
           ses_str_eq(spared->type, ses_str_of(ses_qtype_name(neighbour->question.type))) &&
           ses_str_eq_nocase(value, neighbour->text);
}

static bool is_spared(const struct ses_request *request, const struct ses_neighbour *neighbour)
{
    bool spared = false;

    for (size_t i = 0; i < request->spared_count && !spared; i++)
        spared = is_same(&request->spared[i], neighbour);
    return spared;
}

static int add_neighbours(struct ses_request *request, struct ses_arena *arena,
                          const struct ses_neighbours *neighbours)
{
    int error = 0;

    for (size_t i = 0; i < neighbours->count && error == 0; i++) {
        const struct ses_neighbour *neighbour = &neighbours->items[i];
        const struct ses_spared spared = {
            .reason = SES_SPARED_FOREIGN,
            .owner = neighbour->question.name,
            .type = ses_str_of(ses_qtype_name(neighbour->question.type)),
            .value = neighbour->text,
        };

        if (!is_spared(request, neighbour))
            error = ses_request_add_spared(request, arena, &spared);
    }
    return error;
}

/* The expectations are those of the records and then of the nodes, in their order; some bring along
 * one of another kind. */
static int spare_gone(struct ses_request *request, struct ses_arena *arena,
                      const struct ses_expectations *expectations, size_t *ret_unknown)
{
    const struct ses_str nobody = {0};
    size_t record = 0;
    size_t node = 0;
    int error = 0;

    for (size_t i = 0; i < expectations->count && error == 0; i++) {
        const struct ses_expectation *expectation = &expectations->items[i];
        bool is_node = expectation->kind == SES_EXPECT_FORWARD;

        if (expectation->verdict == SES_VERDICT_SKIPPED)
            continue;
        *ret_unknown +=
            expectation->verdict != SES_VERDICT_OK && expectation->verdict != SES_VERDICT_MISSING;
        if (expectation->verdict != SES_VERDICT_MISSING)
            *(is_node ? &node : &record) += 1;
        else if (is_node)
            error = ses_request_spare_node(request, arena, node, SES_SPARED_GONE, nobody);
        else
            error = ses_request_spare_record(request, arena, record, SES_SPARED_GONE, nobody);
    }
    return error;
}

static int verified(void *context, struct ses_verification *verification)
{
    struct run *run = context;
    struct cli_choices *choices = run->choices;
    struct ses_request *request;
    size_t unknown = 0;
    int error;

    while (!cli_choice_has_work(&choices->items[run->next]))
        run->next++;
    request = choices->items[run->next++].request;
    error = spare_gone(request, &choices->arena, &verification->expectations, &unknown);
    if (unknown > 0)
        fprintf(stderr,
                "sesdns %s: %s: DNS does not tell whether %zu of it are still there: the request "
                "takes them for being there\n",
                choices->options->verb, request->subject.ptr, unknown);
    return error != 0 ? error : add_neighbours(request, &choices->arena, &verification->neighbours);
}

int cli_remnants_find(struct cli_choices *choices)
{
    struct run run = {.choices = choices,
                      .verifier = {.done = verified, .options = {.remains = true}}};
    struct ses_resolver *resolver SES_CLEANUP(ses_resolver_freep) = NULL;
    struct ses_clock clock = cli_clock();
    int error;

    run.verifier.context = &run;
    error = cli_resolver_open(choices->options, &clock, &resolver);
    run.verifier.resolver = resolver;
    if (error == 0)
        error = ses_verifier_init(&run.verifier);
    for (size_t i = 0; i < choices->count && error == 0; i++) {
        if (cli_choice_has_work(&choices->items[i]))
            error = ses_verifier_add(&run.verifier, choices->items[i].request);
    }
    if (error == 0)
        error = ses_verifier_finish(&run.verifier);
    ses_resolver_freep(&resolver);
    resolver = NULL;
    ses_verifier_done(&run.verifier);
    return error;
}
