/* SPDX-License-Identifier: MIT */
#include "check/check.h"

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

static int check_table(const struct ses_rule_table *table, struct ses_check *check)
{
    int error = 0;

    for (size_t i = 0; i < table->count && error == 0; i++) {
        unsigned wanted = check->record ? SES_KIND(check->record->kind) : 0;
        bool applies =
            check->record ? (table->rules[i].kinds & wanted) != 0 : table->rules[i].kinds == 0;

        if (!applies)
            continue;
        check->rule = &table->rules[i];
        error = table->rules[i].check(check);
    }
    return error;
}

static int check_tables(struct ses_check *check)
{
    int error = 0;

    for (size_t i = 0; i < table_count && error == 0; i++)
        error = check_table(tables[i], check);
    return error;
}

int ses_check_request(const struct ses_request *request, struct ses_findings *findings)
{
    struct ses_check check = {.request = request, .findings = findings};
    int error = 0;

    for (size_t i = 0; i < request->record_count && error == 0; i++) {
        check.record = request->records[i];
        /* What is wrong with a record is said once, not for its copies too. */
        if (check.record->fate != SES_DUPLICATE)
            error = check_tables(&check);
    }
    check.record = NULL;
    return error != 0 ? error : check_tables(&check);
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
