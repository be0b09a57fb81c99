/* SPDX-License-Identifier: MIT */
#include "model/digest.h"

#include <openssl/evp.h>

#include "base/error.h"

void ses_digester_done(struct ses_digester *digester)
{
    if (!digester)
        return;
    EVP_MD_CTX_free(digester->context);
    digester->context = NULL;
}

/* A context ready for a text. EVP_DigestInit_ex(3): without a type it takes the one that it had
 * before, and does not look it up again. */
static EVP_MD_CTX *begin(struct ses_digester *digester)
{
    const EVP_MD *type = NULL;

    if (!digester->context) {
        digester->context = EVP_MD_CTX_new();
        type = EVP_sha256();
    }
    if (digester->context && EVP_DigestInit_ex(digester->context, type, NULL) == 1)
        return digester->context;
    ses_digester_done(digester);
    return NULL;
}

int ses_digester_take(struct ses_digester *digester, struct ses_str bytes,
                      char text[SES_DIGEST_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context;
    char *at = text;

    if (!digester)
        return ses_digest_of(bytes, text);
    context = begin(digester);
    if (!context || EVP_DigestUpdate(context, bytes.ptr ? bytes.ptr : "", bytes.len) != 1 ||
        EVP_DigestFinal_ex(context, digest, NULL) != 1)
        return SES_ENOMEM;
    for (size_t i = 0; i < SES_DIGEST_TEXT / 2; i++) {
        *at++ = digits[digest[i] >> 4];
        *at++ = digits[digest[i] & 0x0F];
    }
    *at = '\0';
    return 0;
}

int ses_digest_of(struct ses_str bytes, char text[SES_DIGEST_TEXT])
{
    struct ses_digester digester SES_CLEANUP(ses_digester_done) = {0};

    return ses_digester_take(&digester, bytes, text);
}
