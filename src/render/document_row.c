/* SPDX-License-Identifier: MIT */
/* What documents there are, and what can be wrong with one. The tables stand apart from what
 * renders, so that a program which only names documents and findings is not linked to the libraries
 * for it. */
#include "render/document.h"
#include "render/document_part.h"

/* The files of a document that looks the same whatever is asked for; of one that says "add". */
#define ALWAYS(file)                                                                               \
    {                                                                                              \
        file, "renew-" file, "remove-" file                                                        \
    }
#define ADD_ONLY(file)                                                                             \
    {                                                                                              \
        file                                                                                       \
    }

/* To add a document: a row here, and a file of each of its names in templates/. */
const struct ses_document ses_document_rows[] = {
    {"summary", ALWAYS("ticket-summary.txt"), "One line: the ticket's short description.",
     SES_BUILD_TEMPLATE, true, true, SES_MAX_SUMMARY_CHARACTERS, false},
    {"ticket", ALWAYS("ticket.txt"),
     "The ticket's text: what DNS is to hold, why, and for how long.", SES_BUILD_TEMPLATE, true,
     true, SES_MAX_TICKET_CHARACTERS, true},
    {"netdb", ALWAYS("netdb-node.txt"), "The NetDB records, field by field, to type in.",
     SES_BUILD_TEMPLATE, true, true, 0, false},
    {"netdb-cli", ALWAYS("netdb-node.sh"), "The same as a script of netdb commands.",
     SES_BUILD_TEMPLATE, true, true, 0, false},
    {"aws-rdns", ADD_ONLY("aws-rdns.txt"),
     "What to ask AWS for, so that the Elastic IP has a PTR record.", SES_BUILD_TEMPLATE, false,
     true, 0, false},
    {"zone", ALWAYS("records.zone"), "The records as a fragment of a zone file.",
     SES_BUILD_TEMPLATE, true, false, 0, false},
    {"records", ALWAYS("records.csv"), "The records as a table, for spreadsheets and imports.",
     SES_BUILD_TEMPLATE, true, false, 0, false},
    {"html", ADD_ONLY("ticket.html"), "The ticket as a page to look at.", SES_BUILD_TEMPLATE, true,
     true, 0, false},
    {"json", ALWAYS("request.json"), "The request itself, for other programs.", SES_BUILD_JSON,
     true, true, 0, false},
    {"servicenow-xml", ALWAYS("servicenow.xml"),
     "The ticket as a ServiceNow record file, for an instance without API access.",
     SES_BUILD_UNLOAD_XML, true, true, 0, false},
};
const size_t ses_document_count = sizeof(ses_document_rows) / sizeof(ses_document_rows[0]);

_Static_assert(sizeof(ses_document_rows) / sizeof(ses_document_rows[0]) <= SES_MAX_DOCUMENTS,
               "SES_MAX_DOCUMENTS is too small");

const struct ses_code ses_document_codes[] = {
    [SES_DOCUMENT_WITHOUT_LIFETIME] = {"document-without-lifetime", SES_ERROR,
                                       "A document was asked for a request that has no lifetime.",
                                       "Nobody would know whether the records are to stay.",
                                       "Say --poc --expires DATE, or --production.",
                                       "the process: proof of concept or production"},
    [SES_DOCUMENT_RECORDS_ATTACHED] =
        {"document-records-attached", SES_NOTE, "The ticket has no room for its list of records.",
         "ServiceNow cuts a description at 4000 characters, silently.",
         "Attach the documents records and zone to the ticket; it names both.",
         "ServiceNow, Change Management API: description"},
    [SES_DOCUMENT_TOO_LONG] =
        {"document-too-long", SES_ERROR, "A document exceeds the field it is for.",
         "ServiceNow cuts what is too long, silently: the end would be lost.",
         "Shorten the wordings of the config, or the template that was overridden.",
         "ServiceNow, Change Management API: description, short_description"},
    [SES_DOCUMENT_BAD_TABLE] = {"document-bad-table", SES_ERROR,
                                "The setting ticket.table is not the name of a table.",
                                "ServiceNow could not import the file.",
                                "Set it to a task table, such as incident or change_request.",
                                "ServiceNow, XML records from lists"},
    [SES_DOCUMENT_UNREADABLE] = {"template-unreadable", SES_ERROR,
                                 "A template, or the folder of templates, cannot be read.",
                                 "The document would silently be made from the shipped template.",
                                 "Check the path and its permissions.", "open(2)"},
};
const size_t ses_document_code_count = sizeof(ses_document_codes) / sizeof(ses_document_codes[0]);

const struct ses_document *ses_document_find(struct ses_str name)
{
    for (size_t i = 0; i < ses_document_count; i++) {
        if (ses_str_eq(name, ses_str_of(ses_document_rows[i].name)))
            return &ses_document_rows[i];
    }
    return NULL;
}

bool ses_document_applies(const struct ses_document *document, const struct ses_request *request)
{
    return document->files[request->operation] &&
           (request->kind == SES_SUBJECT_HOST ? document->for_host : document->for_domain);
}

const char *ses_document_file(const struct ses_document *document,
                              const struct ses_request *request)
{
    return document->files[request->operation];
}
