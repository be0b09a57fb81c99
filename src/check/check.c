/* SPDX-License-Identifier: MIT */
#include "check/check.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "check/rule.h"
#include "model/name.h"

static const struct ses_rule_table *const tables[] = {
    &ses_name_rules,     &ses_target_rules,       &ses_dkim_rules,
    &ses_dkim_key_rules, &ses_verification_rules, &ses_mail_from_rules,
    &ses_policy_rules,   &ses_address_rules,      &ses_setting_rules,
};

static const size_t table_count = sizeof(tables) / sizeof(tables[0]);

/* More rules than apply to a record, or to a request. */
#define MAX_CHOSEN 64

/* The rules for a set of kinds. */
struct choice {
    unsigned kinds;
    size_t count;
    const struct ses_rule *rules[MAX_CHOSEN];
};

static bool applies(const struct ses_rule *rule, unsigned kinds)
{
    return kinds == 0 ? rule->kinds == 0 : (rule->kinds & kinds) != 0;
}

static void choose(struct choice *choice, unsigned kinds)
{
    choice->kinds = kinds;
    choice->count = 0;
    for (size_t i = 0; i < table_count; i++) {
        for (size_t k = 0; k < tables[i]->count; k++) {
            if (!applies(&tables[i]->rules[k], kinds))
                continue;
            assert(choice->count < MAX_CHOSEN);
            choice->rules[choice->count++] = &tables[i]->rules[k];
        }
    }
}

static int check_all(const struct choice *choice, struct ses_check *check)
{
    int error = 0;

    for (size_t i = 0; i < choice->count && error == 0; i++) {
        check->rule = choice->rules[i];
        error = check->rule->check(check);
    }
    return error;
}

int ses_check_request(const struct ses_request *request, struct ses_findings *findings)
{
    struct ses_check check = {.request = request, .findings = findings};
    struct choice choice = {0};
    int error = 0;

    for (size_t i = 0; i < request->record_count && error == 0; i++) {
        const struct ses_record *record = request->records[i];

        /* What is wrong with a record is said once, not for its copies too. */
        if (record->fate == SES_DUPLICATE)
            continue;
        /* Records of a kind mostly stand together. */
        if (choice.kinds != SES_KIND(record->kind))
            choose(&choice, SES_KIND(record->kind));
        check.record = record;
        error = check_all(&choice, &check);
    }
    check.record = NULL;
    choose(&choice, 0);
    return error != 0 ? error : check_all(&choice, &check);
}

const struct ses_code *ses_check_code(size_t index)
{
    for (size_t i = 0; i < table_count; i++) {
        if (index < tables[i]->count)
            return &tables[i]->rules[index].code;
        index -= tables[i]->count;
    }
    return NULL;
}

int ses_rule_report(const struct ses_check *check, struct ses_place place, struct ses_str value,
                    struct ses_str suggestion, const char *format, ...)
{
    struct ses_finding finding = {.code = &check->rule->code,
                                  .place = place,
                                  .value = value,
                                  .suggestion = suggestion,
                                  .subject = check->request->subject.ptr};
    char sentence[SES_MAX_SENTENCE];
    va_list values;

    va_start(values, format);
    vsnprintf(sentence, sizeof(sentence), format, values);
    va_end(values);
    return ses_finding_report(check->findings, finding, "%s", sentence);
}

int ses_rule_report_owner(const struct ses_check *check, struct ses_str suggestion,
                          const char *sentence)
{
    return ses_rule_report(check, check->record->owner_at, check->record->owner, suggestion, "%s",
                           sentence);
}

int ses_rule_report_value(const struct ses_check *check, struct ses_str suggestion,
                          const char *sentence)
{
    return ses_rule_report(check, check->record->value_at, check->record->value, suggestion, "%s",
                           sentence);
}

bool ses_rule_is_second(const struct ses_check *check)
{
    for (size_t i = 0; i < check->request->record_count; i++) {
        const struct ses_record *other = check->request->records[i];

        if (other == check->record)
            return false;
        if (other->fate != SES_DUPLICATE && other->kind == check->record->kind &&
            ses_str_eq(other->owner, check->record->owner))
            return true;
    }
    return false;
}

bool ses_rule_is_amazonses(struct ses_str target)
{
    return ses_name_is_in(target, SES_STR("amazonses.com"));
}
