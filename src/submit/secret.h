/* SPDX-License-Identifier: MIT */
/* What nobody else may see: held in one struct, wiped when it is done with. */
#ifndef SES_SUBMIT_SECRET_H
#define SES_SUBMIT_SECRET_H

#include <stddef.h>

#include "base/attribute.h"
#include "base/buf.h"
#include "base/str.h"

/* Bytes of a secret. OAuth tokens that are signed are the longest, some kilobytes. */
#define SES_MAX_SECRET 8192

/* NULL where it is not known. */
struct ses_secrets {
    char *password;      /* owned: of the user */
    char *client_secret; /* owned */
    char *refresh_token; /* owned */
    char *api_key;       /* owned */
    char *key_password;  /* owned: of the client certificate's key */
    char *user;          /* owned: no secret, but what a netrc file has beside a password */
};

/* Wipes and releases. */
void ses_secrets_done(struct ses_secrets *secrets);

/* Overwrites in a way that a compiler does not leave out. */
void ses_secret_wipe(void *bytes, size_t len);

/* Wipes all up to the NUL, and frees. */
void ses_secret_free(char *secret);

/* A buffer for `room` bytes of secrets: it has them from the beginning, so that none stay behind
 * where it was before it grew. */
void ses_secret_buf_init(struct ses_buf *buf, size_t room);

/* Wipes all that it ever held, and releases. */
void ses_secret_buf_done(struct ses_buf *buf);

/* A setting that is a secret, with its variable. */
struct ses_secret_row {
    const char *key;
    const char *variable; /* "SESDNS_PASSWORD" */
    size_t offset;        /* in struct ses_secrets */
};

/* "password", "client_secret", "refresh_token", "api_key", "key_password". */
extern const struct ses_secret_row ses_secret_rows[];
extern const size_t ses_secret_count;

/* Where the secret of a row is held. */
char **ses_secret_slot(struct ses_secrets *secrets, const struct ses_secret_row *row);

/* NULL, or why `value` cannot be a secret: a static lower-case phrase. A line break would end a
 * header, and nobody types one (RFC 9110 section 5.5). */
const char *ses_secret_refusal(struct ses_str value);

#endif
