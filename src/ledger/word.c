/* SPDX-License-Identifier: MIT */
#include "ledger/word.h"

#define MAX_KEY 100 /* ServiceNow, Change Management API: correlation_id */

#define WORDS(names)                                                                               \
    {                                                                                              \
        names, (int)(sizeof(names) / sizeof((names)[0]))                                           \
    }

static const char *const kinds[] = {
    [SES_SUBJECT_DOMAIN] = "domain",
    [SES_SUBJECT_HOST] = "host",
};

static const char *const lifetimes[] = {
    [SES_LIFETIME_NONE] = "none",
    [SES_LIFETIME_POC] = "poc",
    [SES_LIFETIME_PRODUCTION] = "production",
};

static const char *const dns[] = {
    [SES_LEDGER_DNS_UNKNOWN] = "unknown",
    [SES_LEDGER_DNS_NONE] = "none",
    [SES_LEDGER_DNS_PART] = "part",
    [SES_LEDGER_DNS_ALL] = "all",
};

const struct ses_words ses_kind_words = WORDS(kinds);
const struct ses_words ses_lifetime_words = WORDS(lifetimes);
const struct ses_words ses_dns_words = WORDS(dns);

int ses_words_find(const struct ses_words *words, struct ses_str word)
{
    for (int i = 0; i < words->count; i++) {
        if (ses_str_eq(word, ses_str_of(words->names[i])))
            return i;
    }
    return -1;
}

static bool is_in(char c, char first, char last)
{
    return c >= first && c <= last;
}

bool ses_word_is_key(struct ses_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!is_in(c, 'a', 'z') && !is_in(c, 'A', 'Z') && !is_in(c, '0', '9') && c != '-' &&
            c != '_')
            return false;
    }
    return text.len > 0 && text.len <= MAX_KEY;
}

bool ses_word_is_digest(struct ses_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_in(text.ptr[i], '0', '9') && !is_in(text.ptr[i], 'a', 'f'))
            return false;
    }
    return text.len == SES_DIGEST_TEXT - 1;
}
