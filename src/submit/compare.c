/* SPDX-License-Identifier: MIT */
/* What arrived, beside what was sent: a create that answers 201 may have dropped a field that the
 * table does not have, cut one, or had it changed by a rule (reference: 1.5). */
#include "base/error.h"
#include "submit/submit_part.h"

static struct ses_str trim_end(struct ses_str text)
{
    while (text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r' ||
                            text.ptr[text.len - 1] == ' '))
        text.len--;
    return text;
}

/* Equal but for CR before LF and for what stands at the end: forms store text so. */
static bool is_same_text(struct ses_str sent, struct ses_str got)
{
    size_t i = 0;
    size_t k = 0;

    sent = trim_end(sent);
    got = trim_end(got);
    while (i < sent.len && k < got.len) {
        if (got.ptr[k] == '\r' && sent.ptr[i] == '\n')
            k++;
        else if (sent.ptr[i++] != got.ptr[k++])
            return false;
    }
    return i == sent.len && k == got.len;
}

/* A day that went into a field with a time comes back as midnight. */
static bool is_same_day(struct ses_str sent, struct ses_str got)
{
    return sent.len == SES_DATE_TEXT - 1 && ses_str_starts(got, sent) &&
           ses_str_eq(ses_str_slice(got, sent.len, got.len), SES_STR(" 00:00:00"));
}

/* How much of a value a finding shows. */
static struct ses_str shown(struct ses_str value)
{
    return ses_str_slice(value, 0, 60);
}

static int compare(struct ses_worker *worker, struct ses_ticket *ticket, struct ses_str name,
                   struct ses_str sent, const struct ses_reply_row *row)
{
    struct ses_str got = ses_reply_text(row, name.ptr);

    if (sent.len == 0 || is_same_text(sent, got) || is_same_day(sent, got))
        return 0;
    if (trim_end(got).len == 0)
        return ses_worker_tell(worker, ticket, SES_SUBMIT_FIELD_DROPPED, name,
                               "the field did not arrive");
    if (ses_str_starts(sent, trim_end(got)))
        return ses_worker_tell(worker, ticket, SES_SUBMIT_FIELD_CUT, name,
                               "the field was cut to %zu of %zu bytes", got.len, sent.len);
    return ses_worker_tell(worker, ticket, SES_SUBMIT_FIELD_CHANGED, name,
                           "the field was changed to '%.*s'", SES_STR_ARG(shown(got)));
}

int ses_worker_compare(struct ses_worker *worker, struct ses_ticket *ticket,
                       const struct ses_reply_row *row, bool *ret_has_key)
{
    const struct ses_instance *instance = worker->act->submit->options.instance;
    struct ses_str key = ses_instance_stored(instance, SES_INSTANCE_KEY_FIELD);
    int error = 0;

    *ret_has_key = ses_str_eq(ses_reply_text(row, key.ptr), ses_str_of(ticket->key.text));
    for (size_t i = 0; i < ticket->field_count && error == 0; i++)
        error = compare(worker, ticket, ticket->fields[i].stored, ticket->fields[i].value, row);
    return error;
}
