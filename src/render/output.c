/* SPDX-License-Identifier: MIT */
#include "render/output.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

enum {
    FAILED,
    DIFFERS,
};

const struct ses_code ses_output_codes[] = {
    [FAILED] = {"output-failed", SES_ERROR, "A document could not be written.",
                "The folder holds no part of it: a file is there whole or not at all.",
                "Mend what the message names (space, permissions, a name that is too long) and run "
                "again.",
                "open(2), write(2), rename(2): the system's own reason is in the message"},
    [DIFFERS] =
        {"output-differs", SES_ERROR, "A document is there already and has another text.",
         "Somebody may have edited it, or it was made from other input; it was left as it is.",
         "Compare the two, then use --force to replace it, or another folder.",
         "Meaning of -o and --force"},
};
const size_t ses_output_code_count = sizeof(ses_output_codes) / sizeof(ses_output_codes[0]);

/* `path` is what could not be written: the folder, a subject in it, or a file of the subject. */
static int report(struct ses_findings *findings, int error, const char *folder, const char *subject,
                  const char *file)
{
    struct ses_finding finding = {.code = &ses_output_codes[error == SES_EIO ? FAILED : DIFFERS]};
    const char *reason = strerror(errno);
    char path[PATH_MAX];
    int sink;

    snprintf(path, sizeof(path), "%s%s%s%s%s", folder, subject ? "/" : "", subject ? subject : "",
             file ? "/" : "", file ? file : "");
    finding.place.file = path;
    if (error == SES_EIO)
        sink = ses_finding_report(findings, finding, "cannot write: %s", reason);
    else
        sink = ses_finding_report(findings, finding,
                                  "another text is there already, not replaced without --force");
    return sink != 0 ? sink : error;
}

int ses_output_open(struct ses_output *output, const char *path, bool replace,
                    struct ses_findings *findings)
{
    int error;

    *output = (struct ses_output){.path = path, .folder = -1, .replace = replace};
    error = ses_folder_open(path, &output->folder);
    return error == SES_EIO ? report(findings, error, path, NULL, NULL) : error;
}

void ses_output_close(struct ses_output *output)
{
    ses_folder_closep(&output->folder);
}

int ses_output_enter(const struct ses_output *output, const char *name,
                     struct ses_output_subject *ret_subject, struct ses_findings *findings)
{
    int error;

    *ret_subject = (struct ses_output_subject){.output = output, .name = name, .folder = -1};
    error = ses_folder_enter(output->folder, name, &ret_subject->folder, &ret_subject->made);
    return error == SES_EIO ? report(findings, error, output->path, name, NULL) : error;
}

void ses_output_leave(struct ses_output_subject *subject)
{
    ses_folder_closep(&subject->folder);
}

int ses_output_write(const struct ses_output_subject *subject, const char *file,
                     struct ses_str bytes, struct ses_findings *findings)
{
    enum ses_file_outcome outcome;
    int error =
        subject->made
            ? ses_file_write_first(subject->folder, file, bytes, subject->output->replace, &outcome)
            : ses_file_write(subject->folder, file, bytes, subject->output->replace, &outcome);

    if (error == SES_EIO || error == SES_ECONFLICT)
        return report(findings, error, subject->output->path, subject->name, file);
    return error;
}

int ses_output_report(const struct ses_output *output, const char *file,
                      struct ses_findings *findings)
{
    return report(findings, SES_EIO, output->path, NULL, file);
}
