/* SPDX-License-Identifier: MIT */
#include "ledger/state.h"

static const char *const names[SES_LEDGER_STATES] = {
    [SES_LEDGER_ASKED] = "asked",
    [SES_LEDGER_OPEN] = "open",
    [SES_LEDGER_PARTLY_LIVE] = "partly live",
    [SES_LEDGER_LIVE] = "live",
    [SES_LEDGER_EXPIRED] = "expired",
    [SES_LEDGER_REMOVED] = "removed",
};

enum ses_ledger_state ses_ledger_state(const struct ses_ledger_item *item, struct ses_date today)
{
    if (item->removed_at > 0)
        return SES_LEDGER_REMOVED;
    if (item->lifetime.kind == SES_LIFETIME_POC &&
        ses_date_to_days(item->lifetime.expires) < ses_date_to_days(today))
        return SES_LEDGER_EXPIRED;
    if (item->dns == SES_LEDGER_DNS_ALL)
        return SES_LEDGER_LIVE;
    if (item->dns == SES_LEDGER_DNS_PART)
        return SES_LEDGER_PARTLY_LIVE;
    return item->ticket.opened_at > 0 ? SES_LEDGER_OPEN : SES_LEDGER_ASKED;
}

const char *ses_ledger_state_name(enum ses_ledger_state state)
{
    return names[state];
}

static bool is_name(struct ses_str text, struct ses_str name)
{
    if (text.len != name.len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != name.ptr[i] && !(text.ptr[i] == '-' && name.ptr[i] == ' '))
            return false;
    }
    return true;
}

bool ses_ledger_state_parse(struct ses_str text, enum ses_ledger_state *ret_state)
{
    for (int state = 0; state < SES_LEDGER_STATES; state++) {
        if (is_name(text, ses_str_of(names[state]))) {
            *ret_state = (enum ses_ledger_state)state;
            return true;
        }
    }
    return false;
}
