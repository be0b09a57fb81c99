/* SPDX-License-Identifier: MIT */
#include "verify/verifier.h"

#include <stdlib.h>

#include "base/error.h"

/* How long one look for answers may take; a resolver comes back as soon as there are some. */
#define PATIENCE 1000

int ses_verifier_init(struct ses_verifier *verifier)
{
    verifier->first = verifier->count = 0;
    verifier->ring = calloc(SES_MAX_VERIFIED, sizeof(*verifier->ring));
    return verifier->ring ? 0 : SES_ENOMEM;
}

static struct ses_verification *item(struct ses_verifier *verifier, size_t index)
{
    return &verifier->ring[(verifier->first + index) % SES_MAX_VERIFIED];
}

/* Hands back those at the front that are done. */
static int deliver(struct ses_verifier *verifier)
{
    int error = 0;

    while (verifier->count > 0 && ses_verification_is_done(item(verifier, 0)) && error == 0) {
        error = verifier->done(verifier->context, item(verifier, 0));
        verifier->first = (verifier->first + 1) % SES_MAX_VERIFIED;
        verifier->count--;
    }
    return error;
}

/* Every request goes on as far as it can; those in front first. */
static int step_all(struct ses_verifier *verifier)
{
    int error = 0;

    for (size_t i = 0; i < verifier->count && error == 0; i++) {
        if (!ses_verification_is_done(item(verifier, i)))
            error = ses_verification_step(item(verifier, i), verifier->resolver);
    }
    return error == SES_ELIMIT ? 0 : error;
}

/* Until fewer than `max` are left. */
static int wait_for_room(struct ses_verifier *verifier, size_t max)
{
    int error = 0;

    while (verifier->count >= max && error == 0) {
        error = step_all(verifier);
        if (error == 0)
            error = deliver(verifier);
        if (error == 0 && verifier->count >= max)
            error = verifier->resolver->wait(verifier->resolver, PATIENCE);
    }
    return error;
}

int ses_verifier_add(struct ses_verifier *verifier, const struct ses_request *request)
{
    int error = wait_for_room(verifier, SES_MAX_VERIFIED);

    if (error == 0)
        error = ses_verification_take(item(verifier, verifier->count), request, &verifier->options);
    if (error == 0)
        verifier->count++;
    return error;
}

int ses_verifier_add_again(struct ses_verifier *verifier, struct ses_verification *verification)
{
    int error = wait_for_room(verifier, SES_MAX_VERIFIED);
    struct ses_verification *place;

    if (error != 0)
        return error;
    place = item(verifier, verifier->count++);
    ses_verification_done(place);
    *place = *verification;
    *verification = (struct ses_verification){0};
    place->options = &verifier->options;
    ses_verification_rewind(place);
    return 0;
}

int ses_verifier_finish(struct ses_verifier *verifier)
{
    return wait_for_room(verifier, 1);
}

void ses_verifier_done(struct ses_verifier *verifier)
{
    for (size_t i = 0; verifier->ring && i < SES_MAX_VERIFIED; i++)
        ses_verification_done(&verifier->ring[i]);
    free(verifier->ring);
    verifier->ring = NULL;
}
