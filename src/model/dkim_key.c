/* SPDX-License-Identifier: MIT */
#include "model/dkim_key.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "model/record.h"

static const struct ses_str placeholder = {"customerProvidedPublicKey", 25};

/* The value of tag `name` in a tag list (RFC 6376 section 3.2); false where it is not there. */
static bool find_tag(struct ses_str list, char name, struct ses_str *ret_value)
{
    struct ses_str tag;

    while (ses_str_split(&list, ';', &tag)) {
        tag = ses_str_trim(tag);
        if (tag.len >= 2 && tag.ptr[0] == name &&
            ses_str_starts(ses_str_trim(ses_str_slice(tag, 1, tag.len)), SES_STR("="))) {
            size_t equals = ses_str_find(tag, '=');

            *ret_value = ses_str_trim(ses_str_slice(tag, equals + 1, tag.len));
            return true;
        }
    }
    return false;
}

static bool is_placeholder(struct ses_str value)
{
    return ses_str_contains(value, placeholder);
}

static bool is_pem(struct ses_str value)
{
    return ses_str_contains(value, SES_STR("-----"));
}

static bool is_cname_value(struct ses_str value)
{
    return !ses_str_contains(value, SES_STR("=")) &&
           (ses_str_ends_nocase(value, SES_STR("amazonses.com")) ||
            ses_str_ends_nocase(value, SES_STR("amazonses.com.")));
}

static EVP_PKEY *decode_key(struct ses_str base64, enum ses_dkim_key_state *ret_state)
{
    unsigned char bytes[SES_MAX_TXT_VALUE];
    const unsigned char *at = bytes;
    EVP_PKEY *key;
    int len;

    *ret_state = SES_DKIM_KEY_NOT_BASE64;
    if (base64.len % 4 != 0 || base64.len > SES_MAX_TXT_VALUE)
        return NULL;
    len = EVP_DecodeBlock(bytes, (const unsigned char *)base64.ptr, (int)base64.len);
    if (len < 0)
        return NULL;
    *ret_state = SES_DKIM_KEY_NOT_A_KEY;
    key = d2i_PUBKEY(NULL, &at, len);
    /* EVP_DecodeBlock counts the padding as zero bytes; more than those behind the key is damage.
     */
    if (key && bytes + len - at > 2) {
        EVP_PKEY_free(key);
        return NULL;
    }
    return key;
}

/* What can be seen without reading the key. */
static enum ses_dkim_key_state look_at_text(struct ses_str value, struct ses_str *ret_base64)
{
    struct ses_str type;

    if (is_placeholder(value))
        return SES_DKIM_KEY_PLACEHOLDER;
    if (is_pem(value))
        return SES_DKIM_KEY_PEM;
    if (is_cname_value(value))
        return SES_DKIM_KEY_IS_CNAME;
    if (find_tag(value, 'k', &type) && !ses_str_eq_nocase(type, SES_STR("rsa")))
        return SES_DKIM_KEY_NOT_RSA;
    if (!find_tag(value, 'p', ret_base64))
        return SES_DKIM_KEY_NO_TAG;
    if (ret_base64->len == 0)
        return SES_DKIM_KEY_REVOKED;
    return ses_str_contains(*ret_base64, SES_STR(" ")) ? SES_DKIM_KEY_BLANK : SES_DKIM_KEY_GOOD;
}

struct ses_dkim_key ses_dkim_key_parse(struct ses_str value)
{
    struct ses_dkim_key key = {0};
    struct ses_str base64 = {0};
    EVP_PKEY *decoded;

    key.state = look_at_text(value, &base64);
    if (key.state != SES_DKIM_KEY_GOOD)
        return key;
    decoded = decode_key(base64, &key.state);
    if (!decoded)
        return key;
    key.bits = EVP_PKEY_get_bits(decoded);
    key.state = EVP_PKEY_get_base_id(decoded) != EVP_PKEY_RSA ? SES_DKIM_KEY_NOT_RSA
                : key.bits < SES_MIN_DKIM_BITS || key.bits > SES_MAX_DKIM_BITS ? SES_DKIM_KEY_BITS
                                                                               : SES_DKIM_KEY_GOOD;
    EVP_PKEY_free(decoded);
    return key;
}
