/* SPDX-License-Identifier: MIT */
#include "verify/verify.h"

#include "base/error.h"
#include "model/name.h"
#include "verify/judge.h"

/* A question of a verification, and its answer once it came. */
struct ses_asked {
    struct ses_verification *owner;
    struct ses_question question; /* arena */
    struct ses_answer answer;     /* arena */
    bool answered;
};

const char *ses_live_name(enum ses_live live)
{
    static const char *const names[] = {
        [SES_LIVE] = "live",
        [SES_LIVE_PART] = "partly",
        [SES_LIVE_NONE] = "none",
        [SES_LIVE_UNKNOWN] = "unknown",
    };

    return names[live];
}

int ses_verification_take(struct ses_verification *verification, const struct ses_request *request,
                          const struct ses_verify_options *options)
{
    struct ses_verification fresh = {.kind = request->kind,
                                     .arena = verification->arena,
                                     .answers = verification->answers,
                                     .options = options};
    int error;

    ses_arena_clear(&fresh.arena);
    ses_arena_clear(&fresh.answers);
    *verification = fresh;
    error = ses_arena_copy(&verification->arena, request->subject, &verification->subject);
    if (error == 0)
        error = ses_arena_copy(&verification->arena, request->subject_unicode,
                               &verification->subject_unicode);
    if (error == 0)
        error = ses_arena_copy(&verification->arena, request->zone, &verification->zone);
    if (error == 0)
        error = ses_arena_copy(&verification->arena, ses_str_of(request->digest),
                               &verification->digest);
    if (error == 0)
        error = ses_expectations_add(&verification->expectations, request, &verification->arena);
    return error;
}

void ses_verification_rewind(struct ses_verification *verification)
{
    ses_arena_clear(&verification->answers);
    verification->asked = (struct ses_map){0};
    verification->asked_list = NULL;
    verification->asked_count = verification->asked_capacity = 0;
    verification->sent = verification->open = 0;
    verification->done = false;
}

/* The key of a question in the map: its type as one byte, and its name. */
static struct ses_str key_of(struct ses_str name, enum ses_qtype type, char key[SES_MAX_NAME + 1])
{
    key[0] = (char)type;
    memcpy(key + 1, name.ptr, name.len);
    return (struct ses_str){key, name.len + 1};
}

static int note_question(struct ses_verification *verification, struct ses_str key)
{
    struct ses_arena *arena = &verification->answers;
    struct ses_asked *asked = ses_arena_alloc(arena, sizeof(*asked));
    struct ses_str kept;
    int error = asked ? 0 : SES_ENOMEM;

    if (error == 0)
        error = ses_arena_copy(arena, key, &kept);
    if (error == 0)
        error = ses_arena_grow(arena, &verification->asked_list, verification->asked_count,
                               &verification->asked_capacity, sizeof(*verification->asked_list));
    if (error == 0)
        error = ses_map_set(&verification->asked, arena, kept, asked);
    if (error != 0)
        return error;
    asked->owner = verification;
    asked->question = (struct ses_question){ses_str_slice(kept, 1, kept.len),
                                            (enum ses_qtype)(unsigned char)kept.ptr[0]};
    verification->asked_list[verification->asked_count++] = asked;
    return 0;
}

const struct ses_answer *ses_look(struct ses_verification *verification, struct ses_str name,
                                  enum ses_qtype type)
{
    char bytes[SES_MAX_NAME + 1];
    struct ses_str key = key_of(name, type, bytes);
    struct ses_asked *asked = ses_map_find(&verification->asked, key);

    if (asked)
        return asked->answered ? &asked->answer : NULL;
    if (verification->error == 0)
        verification->error = note_question(verification, key);
    return NULL;
}

static void take_answer(void *context, const struct ses_answer *answer)
{
    struct ses_asked *asked = context;
    struct ses_verification *verification = asked->owner;
    int error = ses_answer_copy(answer, &verification->answers, &asked->answer);

    asked->answered = true;
    verification->open--;
    if (verification->error == 0)
        verification->error = error;
}

static bool judge(struct ses_verification *verification, struct ses_expectation *expectation)
{
    if (verification->options->remains)
        return ses_judge_remains(verification, expectation);
    switch (expectation->kind) {
    case SES_EXPECT_CNAME:
        return ses_judge_cname(verification, expectation);
    case SES_EXPECT_KEY:
        return ses_judge_key(verification, expectation);
    case SES_EXPECT_TXT:
        return ses_judge_txt(verification, expectation);
    case SES_EXPECT_MX:
        return ses_judge_mx(verification, expectation);
    case SES_EXPECT_FORWARD:
        return ses_judge_forward(verification, expectation);
    case SES_EXPECT_REVERSE:
        return ses_judge_reverse(verification, expectation);
    }
    return true;
}

/* A finished judge is called again too, where another one needs a further round: it looks the same
 * answers up. All are called, so that a round has as many questions as it can. */
static bool judge_all(struct ses_verification *verification)
{
    struct ses_expectations *expectations = &verification->expectations;
    bool judged = true;

    for (size_t i = 0; i < expectations->count && verification->error == 0; i++)
        judged &= judge(verification, &expectations->items[i]);
    return judged && verification->error == 0;
}

static enum ses_live sum_up(const struct ses_expectations *expectations)
{
    size_t counts[SES_VERDICT_SKIPPED + 1] = {0};
    size_t bad;

    for (size_t i = 0; i < expectations->count; i++)
        counts[expectations->items[i].verdict]++;
    bad = counts[SES_VERDICT_MISSING] + counts[SES_VERDICT_DIFFERENT] + counts[SES_VERDICT_BOGUS];
    if (bad > 0)
        return counts[SES_VERDICT_OK] > 0 ? SES_LIVE_PART : SES_LIVE_NONE;
    return counts[SES_VERDICT_UNKNOWN] > 0 || counts[SES_VERDICT_OK] == 0 ? SES_LIVE_UNKNOWN
                                                                          : SES_LIVE;
}

/* All that was asked has been answered: the verdicts, or another round. */
static void judge_round(struct ses_verification *verification)
{
    bool judged = judge_all(verification);

    if (judged)
        verification->live = sum_up(&verification->expectations);
    if (judged && verification->options->before)
        judged = ses_judge_before(verification);
    if (judged && verification->options->remains)
        judged = ses_judge_neighbours(verification);
    /* A judge without a verdict has noted a question, so a round without one is the last. */
    verification->done = judged && verification->error == 0;
}

static int send_questions(struct ses_verification *verification, struct ses_resolver *resolver)
{
    while (verification->sent < verification->asked_count) {
        struct ses_asked *asked = verification->asked_list[verification->sent];
        int error = resolver->ask(resolver, &asked->question, take_answer, asked);

        if (error != 0)
            return error;
        verification->sent++;
        verification->open++;
    }
    return 0;
}

int ses_verification_step(struct ses_verification *verification, struct ses_resolver *resolver)
{
    bool waiting = verification->open > 0 || verification->sent < verification->asked_count;

    if (verification->error == 0 && !verification->done && !waiting)
        judge_round(verification);
    if (verification->error != 0)
        return verification->error;
    return send_questions(verification, resolver);
}

bool ses_verification_is_done(const struct ses_verification *verification)
{
    return verification->done;
}

void ses_verification_done(struct ses_verification *verification)
{
    if (!verification)
        return;
    ses_arena_done(&verification->answers);
    ses_arena_done(&verification->arena);
}
