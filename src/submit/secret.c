/* SPDX-License-Identifier: MIT */
#include "submit/secret.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define ROW(key, variable)                                                                         \
    {                                                                                              \
#key, variable, offsetof(struct ses_secrets, key)                                          \
    }

const struct ses_secret_row ses_secret_rows[] = {
    ROW(password, "SESDNS_PASSWORD"),           ROW(client_secret, "SESDNS_CLIENT_SECRET"),
    ROW(refresh_token, "SESDNS_REFRESH_TOKEN"), ROW(api_key, "SESDNS_API_KEY"),
    ROW(key_password, "SESDNS_KEY_PASSWORD"),
};
const size_t ses_secret_count = sizeof(ses_secret_rows) / sizeof(ses_secret_rows[0]);

char **ses_secret_slot(struct ses_secrets *secrets, const struct ses_secret_row *row)
{
    return (char **)(void *)((char *)secrets + row->offset);
}

void ses_secret_wipe(void *bytes, size_t len)
{
    OPENSSL_cleanse(bytes, len);
}

void ses_secret_free(char *secret)
{
    if (secret)
        ses_secret_wipe(secret, strlen(secret));
    free(secret);
}

void ses_secret_buf_init(struct ses_buf *buf, size_t room)
{
    ses_buf_init(buf, room);
    ses_buf_printf(buf, "%*s", (int)room, "");
    if (ses_buf_status(buf) == 0)
        ses_buf_clear(buf);
}

void ses_secret_buf_done(struct ses_buf *buf)
{
    if (buf->ptr)
        ses_secret_wipe(buf->ptr, buf->cap);
    ses_buf_done(buf);
}

void ses_secrets_done(struct ses_secrets *secrets)
{
    for (size_t i = 0; secrets && i < ses_secret_count; i++) {
        char **slot = ses_secret_slot(secrets, &ses_secret_rows[i]);

        ses_secret_free(*slot);
        *slot = NULL;
    }
    if (secrets) {
        free(secrets->user);
        secrets->user = NULL;
    }
}

const char *ses_secret_refusal(struct ses_str value)
{
    if (value.len == 0)
        return "is empty";
    if (value.len > SES_MAX_SECRET)
        return "is longer than any secret";
    for (size_t i = 0; i < value.len; i++) {
        if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7F)
            return "has control characters";
    }
    return NULL;
}
