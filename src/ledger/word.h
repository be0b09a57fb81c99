/* SPDX-License-Identifier: MIT */
/* The words of the file, and what a text in it must look like. */
#ifndef SES_LEDGER_WORD_H
#define SES_LEDGER_WORD_H

#include <stdbool.h>

#include "base/str.h"
#include "ledger/ledger.h"
#include "model/lifetime.h"
#include "model/request.h"

/* A closed set of words, indexed by an enum. */
struct ses_words {
    const char *const *names; /* static */
    int count;
};

extern const struct ses_words ses_kind_words;     /* enum ses_subject_kind: "domain", "host" */
extern const struct ses_words ses_lifetime_words; /* enum ses_lifetime_kind */
extern const struct ses_words ses_dns_words;      /* enum ses_ledger_dns */

/* The place of `word` among `words`, or -1. */
int ses_words_find(const struct ses_words *words, struct ses_str word);

/* 1 to 100 letters, digits, hyphens and underscores: what ServiceNow's correlation_id holds and its
 * query language does not read. */
bool ses_word_is_key(struct ses_str text);

/* 64 hexadecimal digits in lower case. */
bool ses_word_is_digest(struct ses_str text);

#endif
