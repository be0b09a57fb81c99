/* SPDX-License-Identifier: MIT */
#include "render/output.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/buf.h"
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

static int report(struct ses_findings *findings, int error, const char *path)
{
    struct ses_finding finding = {.code = &ses_output_codes[error == SES_EIO ? FAILED : DIFFERS],
                                  .place = {.file = path}};
    const char *reason = strerror(errno);
    int sink;

    if (error == SES_EIO)
        sink = ses_finding_report(findings, finding, "cannot write the document: %s", reason);
    else
        sink = ses_finding_report(findings, finding,
                                  "another text is there already, not replaced without --force");
    return sink != 0 ? sink : error;
}

int ses_output_write(const char *folder, struct ses_str subject, const char *file,
                     struct ses_str bytes, bool replace, struct ses_findings *findings)
{
    struct ses_buf path SES_CLEANUP(ses_buf_done);
    enum ses_file_outcome outcome;
    int error;

    ses_buf_init(&path, PATH_MAX);
    ses_buf_printf(&path, "%s/", folder);
    ses_buf_add(&path, subject);
    error = ses_buf_status(&path);
    if (error == 0)
        error = ses_file_make_folder(path.ptr);
    if (error == 0) {
        ses_buf_printf(&path, "/%s", file);
        error = ses_buf_status(&path);
    }
    if (error == 0)
        error = ses_file_write(path.ptr, bytes, replace, &outcome);
    if (error == SES_ELIMIT) {
        errno = ENAMETOOLONG;
        error = SES_EIO;
    }
    if (error == 0 || error == SES_ENOMEM)
        return error;
    return report(findings, error, path.ptr ? path.ptr : folder);
}
