/* SPDX-License-Identifier: MIT */
/* What a rule is: a row of a table in one of the files of this room.
 *
 * To add a rule, write its function above the table of the file whose subject it shares, add the
 * row, and add a golden case under tests/golden/check/. Nothing else knows how many rules there
 * are. */
#ifndef SES_CHECK_RULE_H
#define SES_CHECK_RULE_H

#include <stddef.h>

#include "base/attribute.h"
#include "base/finding.h"
#include "model/request.h"

/* The set of record kinds that a rule wants to see. */
#define SES_KIND(kind) (1U << (kind))
#define SES_ALL_KINDS ((1U << SES_RECORD_KINDS) - 1)

struct ses_rule;

/* What a rule is called with. */
struct ses_check {
    const struct ses_rule *rule;
    const struct ses_request *request;
    const struct ses_record *record; /* NULL for a rule about the request */
    struct ses_findings *findings;
};

struct ses_rule {
    struct ses_code code;
    unsigned
        kinds; /* called for each record of these kinds that is no duplicate; 0: once a request */
    int (*check)(const struct ses_check *check);
};

struct ses_rule_table {
    const struct ses_rule *rules;
    size_t count;
};

extern const struct ses_rule_table ses_address_rules;
extern const struct ses_rule_table ses_dkim_rules;
extern const struct ses_rule_table ses_dkim_key_rules;
extern const struct ses_rule_table ses_mail_from_rules;
extern const struct ses_rule_table ses_name_rules;
extern const struct ses_rule_table ses_policy_rules;
extern const struct ses_rule_table ses_setting_rules;
extern const struct ses_rule_table ses_target_rules;
extern const struct ses_rule_table ses_verification_rules;

/* Reports the rule's finding at `place`. `value` is what was found and `suggestion` what is likely
 * meant; either may be empty. Returns what the sink returned. */
int ses_rule_report(const struct ses_check *check, struct ses_place place, struct ses_str value,
                    struct ses_str suggestion, const char *format, ...)
    SES_PRINTF(5, 6) SES_MUSTCHECK;

/* The same at the owner or the value of the record. */
int ses_rule_report_owner(const struct ses_check *check, struct ses_str suggestion,
                          const char *sentence) SES_MUSTCHECK;
int ses_rule_report_value(const struct ses_check *check, struct ses_str suggestion,
                          const char *sentence) SES_MUSTCHECK;

/* True where a record before `check->record` in the input has its kind and owner: a rule
 * about "more than one" reports the second. */
bool ses_rule_is_second(const struct ses_check *check);

/* True where `target` is below amazonses.com. */
bool ses_rule_is_amazonses(struct ses_str target);

#endif
