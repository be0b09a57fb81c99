/* SPDX-License-Identifier: MIT */
#include "submit/code.h"

#define MANUAL_SECTION "sesdns(1), the section on ServiceNow"

const struct ses_code ses_submit_codes[] = {
    [SES_SUBMIT_BAD_SETTING] =
        {"servicenow-bad-setting", SES_ERROR,
         "A setting of [servicenow] is missing, or does not go with the others.",
         "Where to ask, and how, is not known, and nothing is sent.",
         "Correct the setting in the config file.", MANUAL_SECTION},
    [SES_SUBMIT_NO_SECRET] =
        {"servicenow-no-secret", SES_ERROR,
         "A secret that the way of authentication needs is not there, or cannot be read.",
         "The instance would refuse every request.",
         "Give it in its variable, by password_command, in a secrets_file or in a netrc file.",
         "ServiceNow, REST API security; OAuth API request parameters"},
    [SES_SUBMIT_OPEN_SECRET] =
        {"servicenow-secret-exposed", SES_ERROR,
         "A file with a secret in it can be read by others, or belongs to somebody else.",
         "Whoever can read the secret can act as you; whoever can write the file can have you act "
         "as somebody else.",
         "Make it yours alone with chown and chmod 600, and change the secret.",
         "ssh(1), netrc(5): files with secrets that others can read are refused"},
    [SES_SUBMIT_UNREACHABLE] =
        {"servicenow-unreachable", SES_ERROR, "The instance cannot be asked.",
         "What is open already is not known, so nothing is opened.",
         "Check the name of the instance, the network, the proxy and ca_file, and run it again.",
         "ServiceNow, REST API HTTP response codes"},
    [SES_SUBMIT_REFUSED] =
        {"servicenow-refused", SES_ERROR, "The instance refuses.",
         "A second try would be refused as well: who we are, what we may do, or what we sent has "
         "to change.",
         "Look at what it says, and ask its administrator about the user's rights.",
         "ServiceNow, REST API HTTP response codes: 400, 401, 403, 404"},
    [SES_SUBMIT_FAILED] =
        {"servicenow-failed", SES_ERROR, "The instance failed, again and again.",
         "It is overloaded or broken; whether it did what was asked is looked up by the next run.",
         "Run it again later: what is open stays one ticket.",
         "ServiceNow, REST API HTTP response codes: 429, 500, 503; KB0546297"},
    [SES_SUBMIT_NOT_SERVICENOW] =
        {"servicenow-foreign-reply", SES_ERROR, "The reply is not one of ServiceNow's APIs.",
         "A sleeping developer instance and the log-in page of a proxy answer with status 200 as "
         "well; that is no ticket.",
         "Open the instance in a browser and see what answers.",
         "ServiceNow, Table API: replies are JSON or XML"},
    [SES_SUBMIT_KEY_DROPPED] =
        {"servicenow-key-ignored", SES_ERROR, "The instance answers look-ups with other tickets.",
         "A condition on a field that does not exist, or that the user may not read, is dropped "
         "and every ticket matches: what is open could not be told, and tickets would be opened "
         "twice or taken for ours. Nothing was opened.",
         "Set key_field to a field of the table that the user may query.",
         "ServiceNow, Table API: sysparm_query, invalid fields are ignored "
         "(glide.invalid_query.returns_no_rows)"},
    [SES_SUBMIT_KEY_LOST] =
        {"servicenow-key-lost", SES_ERROR, "A new ticket does not have its key.",
         "The field was dropped or changed on the way in. The next run would not find this ticket "
         "and open it again, so this run has ended.",
         "Set key_field to a field that the user may write and no business rule changes.",
         "ServiceNow, Table API: unknown and unwritable fields of a body are ignored"},
    [SES_SUBMIT_OTHER_ID] =
        {"servicenow-sys-id-ignored", SES_WARNING,
         "The instance gave a ticket another sys_id than the one that was chosen for it.",
         "The database does not keep two runs with ledgers of their own from opening a ticket "
         "twice; the look-up before each ticket still does what it can.",
         "Set send_sys_id to no and use one ledger, or ask about the property "
         "glide.rest.table_api.admin_only_sys_fields.",
         "ServiceNow, instance hardening: restrict write access on system fields to admin users"},
    [SES_SUBMIT_TWICE] =
        {"servicenow-ticket-twice", SES_ERROR, "Two tickets have the same key.",
         "The same change is asked for twice. Two runs with ledgers of their own can do this, or "
         "somebody who copied a ticket.",
         "Close one of them; use one ledger, or send_sys_id.",
         "ServiceNow, Table API: correlation_id has no unique index"},
    [SES_SUBMIT_FIELD_DROPPED] =
        {"servicenow-field-dropped", SES_ERROR, "A field did not arrive.",
         "The table has no such field, the user may not write it, or the value is not one of its "
         "choices. The ticket is open without it.",
         "Correct the field in [servicenow.fields], and complete the ticket by hand.",
         "ServiceNow, Table API: unknown fields are ignored; "
         "glide.rest.choice.allow_non_existing_value"},
    [SES_SUBMIT_FIELD_CUT] =
        {"servicenow-field-cut", SES_ERROR, "A field was cut.",
         "The field of the table is shorter than the text. The ticket is open with a part of it.",
         "Map a shorter template to the field, or a longer field, and complete the ticket by hand.",
         "ServiceNow, Change Management API: maximum length of fields"},
    [SES_SUBMIT_FIELD_CHANGED] =
        {"servicenow-field-changed", SES_WARNING, "A field arrived with another value.",
         "A business rule of the instance has the last word, as for a priority that is computed.",
         "Look whether the ticket says what was meant; leave the field out if the instance sets "
         "it.",
         "ServiceNow, Table API; business rules run after an insert"},
    [SES_SUBMIT_CHANGED_SINCE] =
        {"ticket-changed-since", SES_WARNING,
         "An earlier ticket of the same subject asks for something else.",
         "Two tickets for one domain contradict each other: the DNS team cannot tell which holds.",
         "Close or correct the earlier one; --again opens another beside it.", MANUAL_SECTION},
    [SES_SUBMIT_NOT_REVIEWED] =
        {"ticket-not-reviewed", SES_ERROR, "A ticket is not the one that was reviewed.",
         "Its digest is none of those that --expect names: what would be opened has changed.",
         "Render and review again, or give the inputs of the review.", MANUAL_SECTION},
    [SES_SUBMIT_ATTACHMENT] =
        {"servicenow-file-refused", SES_ERROR, "A file could not be attached.",
         "The ticket is open without it, and the records may be in that file.",
         "Attach it by hand; ask about glide.attachment.extensions and the right to create "
         "attachments.",
         "ServiceNow, Attachment API; glide.attachment.extensions, glide.attachment.role"},
    [SES_SUBMIT_UNSETTLED] =
        {"servicenow-unsettled", SES_ERROR,
         "It is not known whether a ticket was opened, or what is in it.",
         "The reply was lost, and the instance could not be asked afterwards.",
         "Run it again: it looks first, and opens what is missing only.",
         "ServiceNow, transaction quotas: a request may be carried out after its reply was lost"},
};
const size_t ses_submit_code_count = sizeof(ses_submit_codes) / sizeof(ses_submit_codes[0]);
