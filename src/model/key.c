/* SPDX-License-Identifier: MIT */
#include "model/key.h"

#include <stdio.h>

#include "base/buf.h"
#include "model/digest.h"

static const char *const names[SES_OPERATIONS] = {
    [SES_ADD] = "add",
    [SES_RENEW] = "renew",
    [SES_REMOVE] = "remove",
};

const char *ses_operation_name(enum ses_operation operation)
{
    return names[operation];
}

bool ses_operation_parse(struct ses_str text, enum ses_operation *ret_operation)
{
    for (int i = 0; i < SES_OPERATIONS; i++) {
        if (ses_str_eq(text, ses_str_of(names[i]))) {
            *ret_operation = (enum ses_operation)i;
            return true;
        }
    }
    return false;
}

int ses_key_make(enum ses_operation operation, struct ses_str subject, struct ses_str digest,
                 struct ses_key *ret_key)
{
    struct ses_buf text SES_CLEANUP(ses_buf_done);
    char hash[SES_DIGEST_TEXT];
    int error;

    ses_buf_init(&text, subject.len + digest.len + 64);
    ses_buf_printf(&text, "%s\n%.*s\n%.*s\n", names[operation], SES_STR_ARG(subject),
                   SES_STR_ARG(digest));
    error = ses_buf_status(&text);
    if (error == 0)
        error = ses_digest_of(ses_buf_str(&text), hash);
    if (error != 0)
        return error;
    snprintf(ret_key->record, sizeof(ret_key->record), "%.32s", hash);
    snprintf(ret_key->text, sizeof(ret_key->text), SES_KEY_PREFIX "%s-%.32s", names[operation],
             hash);
    return 0;
}

int ses_key_label(enum ses_operation operation, struct ses_str subject, struct ses_arena *arena,
                  struct ses_str *ret_label)
{
    char digest[SES_DIGEST_TEXT];
    struct ses_str label;
    int error =
        ses_arena_printf(arena, &label, "sesdns %s %.*s", names[operation], SES_STR_ARG(subject));

    if (error == 0 && label.len > SES_MAX_LABEL_TEXT) {
        error = ses_digest_of(subject, digest);
        if (error == 0)
            error =
                ses_arena_printf(arena, &label, "sesdns %s sha256:%s", names[operation], digest);
    }
    if (error == 0)
        *ret_label = label;
    return error;
}
