/* SPDX-License-Identifier: MIT */
#include "verify/unbound.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unbound.h>
#include <unistd.h>

#include "base/error.h"
#include "model/name.h"
#include "verify/message.h"

#define CLASS_IN 1

#define PATIENCE 15000      /* milliseconds for a question: zones without servers take longer */
#define MAX_FIRST_SILENCE 4 /* questions without an answer after which no more is asked */

/* Where systems keep the keys of the root. */
static const char *const anchor_files[] = {"/usr/share/dns/root.key", "/etc/unbound/root.key",
                                           "/var/lib/unbound/root.key"};

/* IANA, root anchors: the keys of 2017 and of 2024. */
static const char *const root_anchors[] = {
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
};

struct slot {
    struct unbound *owner;
    char name[SES_MAX_NAME + 1];
    struct ses_question question; /* its name is the text above */
    void (*done)(void *context, const struct ses_answer *answer);
    void *context; /* borrowed */
    bool used;
    int number; /* by which libunbound knows it */
    int64_t deadline;
    struct slot *next_free;
};

struct unbound {
    struct ses_resolver resolver; /* first, so that a resolver is an unbound */
    struct ub_ctx *ctx;           /* owned */
    struct slot slots[SES_MAX_RESOLVING];
    struct slot *free;
    size_t used;
    struct ses_clock *clock; /* borrowed */
    bool answered;           /* ever */
    size_t silence;
    struct ses_arena arena; /* of one answer */
    int error;              /* of a callback, which cannot return one */
};

static int error_of(int result)
{
    return result == UB_NOERROR ? 0 : result == UB_NOMEM ? SES_ENOMEM : SES_EIO;
}

/* What a message cannot say: whether it is genuine. */
static void add_security(const struct ub_result *result, struct ses_answer *answer)
{
    answer->secure = result->secure != 0;
    if (!result->bogus)
        return;
    *answer =
        (struct ses_answer){.status = SES_ANSWER_BOGUS, .reason = ses_str_of(result->why_bogus)};
}

static int read_result(struct unbound *unbound, const struct slot *slot, struct ub_result *result,
                       struct ses_answer *ret_answer)
{
    unsigned char *packet = result->answer_packet;
    struct ses_message_head head;
    int error = 0;

    *ret_answer = (struct ses_answer){.status = SES_ANSWER_SERVFAIL};
    if (packet && result->answer_len > 3) {
        /* It asked others, whatever the message that it made of their answers says. */
        packet[3] |= 0x80;
        error =
            ses_message_read((struct ses_str){result->answer_packet, (size_t)result->answer_len},
                             &slot->question, &unbound->arena, &head, ret_answer);
    }
    add_security(result, ret_answer);
    return error;
}

static void release(struct unbound *unbound, struct slot *slot)
{
    slot->used = false;
    slot->next_free = unbound->free;
    unbound->free = slot;
    unbound->used--;
}

static void take_result(void *context, int failure, struct ub_result *result)
{
    struct slot *slot = context;
    struct unbound *unbound = slot->owner;
    struct ses_answer answer = {.status = SES_ANSWER_SERVFAIL,
                                .reason = ses_str_of(failure ? ub_strerror(failure) : NULL)};
    int error = 0;

    ses_arena_clear(&unbound->arena);
    if (failure == 0)
        error = read_result(unbound, slot, result, &answer);
    if (unbound->error == 0)
        unbound->error = error;
    /* What failed may have been answered by nobody. */
    unbound->answered |= !ses_answer_is_unknown(&answer);
    release(unbound, slot);
    if (error == 0)
        slot->done(slot->context, &answer);
    ub_resolve_free(result);
}

static bool is_given_up(const struct unbound *unbound)
{
    return !unbound->answered && unbound->silence >= MAX_FIRST_SILENCE;
}

static int ask(struct ses_resolver *resolver, const struct ses_question *question,
               void (*done)(void *context, const struct ses_answer *answer), void *context)
{
    struct unbound *unbound = (struct unbound *)resolver;
    struct slot *slot = unbound->free;
    int error = 0;

    if (!slot)
        return SES_ELIMIT;
    memcpy(slot->name, question->name.ptr, question->name.len);
    slot->name[question->name.len] = '\0';
    slot->question = (struct ses_question){{slot->name, question->name.len}, question->type};
    slot->done = done;
    slot->context = context;
    slot->deadline = unbound->clock->now(unbound->clock) + PATIENCE;
    if (is_given_up(unbound))
        slot->deadline = slot->number = 0;
    else
        error = error_of(ub_resolve_async(unbound->ctx, slot->name, (int)question->type, CLASS_IN,
                                          slot, take_result, &slot->number));
    if (error != 0)
        return error;
    slot->used = true;
    unbound->free = slot->next_free;
    unbound->used++;
    return 0;
}

static void time_out(struct unbound *unbound, struct slot *slot)
{
    const struct ses_answer answer = {
        .status = SES_ANSWER_TIMEOUT,
        .reason =
            is_given_up(unbound)
                ? SES_STR("nobody answers here, as behind a firewall; --server asks a resolver")
                : (struct ses_str){0},
    };

    /* One that is not known any more is no harm. */
    if (slot->number != 0)
        (void)ub_cancel(unbound->ctx, slot->number);
    release(unbound, slot);
    slot->done(slot->context, &answer);
}

static void expire(struct unbound *unbound)
{
    int64_t now = unbound->clock->now(unbound->clock);

    for (size_t i = 0; i < SES_MAX_RESOLVING; i++) {
        if (!unbound->slots[i].used || (unbound->slots[i].deadline > now && !is_given_up(unbound)))
            continue;
        unbound->silence++;
        time_out(unbound, &unbound->slots[i]);
    }
}

static int wait_answers(struct ses_resolver *resolver, int milliseconds)
{
    struct unbound *unbound = (struct unbound *)resolver;
    struct pollfd fd = {.fd = ub_fd(unbound->ctx), .events = POLLIN};
    int error;

    if (unbound->used == 0)
        return 0;
    expire(unbound);
    if (unbound->used == 0)
        return 0;
    if (poll(&fd, 1, milliseconds) < 0)
        return errno == EINTR ? 0 : SES_EIO;
    error = error_of(ub_process(unbound->ctx));
    return error != 0 ? error : unbound->error;
}

static void free_unbound(struct ses_resolver *resolver)
{
    struct unbound *unbound = (struct unbound *)resolver;

    ub_ctx_delete(unbound->ctx);
    ses_arena_done(&unbound->arena);
    free(unbound);
}

static bool set_anchors(struct ub_ctx *ctx, const char *file)
{
    bool good = true;

    if (file)
        return ub_ctx_add_ta_file(ctx, file) == 0;
    for (size_t i = 0; i < sizeof(anchor_files) / sizeof(anchor_files[0]); i++) {
        if (access(anchor_files[i], R_OK) == 0)
            return ub_ctx_add_ta_file(ctx, anchor_files[i]) == 0;
    }
    for (size_t i = 0; i < sizeof(root_anchors) / sizeof(root_anchors[0]); i++)
        good = good && ub_ctx_add_ta(ctx, root_anchors[i]) == 0;
    return good;
}

/* A tree of one's own may be on this machine, or in networks that the public DNS does not have. */
static bool set_own_tree(struct ub_ctx *ctx, const struct ses_unbound_options *options)
{
    return ub_ctx_set_option(ctx, "do-not-query-localhost:", "no") == 0 &&
           ub_ctx_set_option(ctx, "unblock-lan-zones:", "yes") == 0 &&
           (!options->root_hints ||
            ub_ctx_set_option(ctx, "root-hints:", options->root_hints) == 0) &&
           (!options->server || ub_ctx_set_fwd(ctx, options->server) == 0);
}

static bool set_options(struct ub_ctx *ctx, const struct ses_unbound_options *options)
{
    static const char *const settings[][2] = {
        /* A socket for each question on its way, and for those that it leads to. */
        {"outgoing-range:", "512"},
        {"num-queries-per-thread:", "512"},
        {"so-rcvbuf:", "1m"},
    };
    bool good = true;

    /* A library does not print. */
    ub_ctx_debugout(ctx, NULL);
    ub_ctx_debuglevel(ctx, 0);
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
        good = good && ub_ctx_set_option(ctx, settings[i][0], settings[i][1]) == 0;
    if (options->root_hints || options->server)
        good = good && set_own_tree(ctx, options);
    /* A thread of its own, and not a copy of the process. */
    return good && ub_ctx_async(ctx, 1) == 0 && set_anchors(ctx, options->trust_anchor);
}

/* The options are read with the first question: this one is answered without asking anybody (RFC
 * 6761 section 6.3). */
static bool read_options(struct ub_ctx *ctx)
{
    struct ub_result *result = NULL;
    bool good = ub_resolve(ctx, "localhost", SES_QTYPE_A, CLASS_IN, &result) == 0;

    ub_resolve_free(result);
    return good;
}

int ses_unbound_new(const struct ses_unbound_options *options, struct ses_resolver **ret_resolver)
{
    struct unbound *unbound = calloc(1, sizeof(*unbound));

    if (!unbound)
        return SES_ENOMEM;
    unbound->resolver = (struct ses_resolver){ask, wait_answers, free_unbound};
    unbound->clock = options->clock;
    unbound->ctx = ub_ctx_create();
    for (size_t i = 0; i < SES_MAX_RESOLVING; i++) {
        unbound->slots[i].owner = unbound;
        unbound->slots[i].next_free = unbound->free;
        unbound->free = &unbound->slots[i];
    }
    if (!unbound->ctx || !set_options(unbound->ctx, options) || !read_options(unbound->ctx)) {
        int error = unbound->ctx ? SES_EINVALID : SES_ENOMEM;

        free_unbound(&unbound->resolver);
        return error;
    }
    *ret_resolver = &unbound->resolver;
    return 0;
}
