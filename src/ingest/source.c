/* SPDX-License-Identifier: MIT */
#include "ingest/source.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

enum {
    UNREADABLE,
    TOO_LARGE,
};

const struct ses_code ses_source_codes[] = {
    [UNREADABLE] = {"file-unreadable", SES_ERROR, "A file that was named cannot be read.",
                    "Its records are missing from the request.",
                    "Check the name and the permissions of the file.",
                    "open(2), read(2): the system's own reason is in the message"},
    [TOO_LARGE] = {"file-too-large", SES_ERROR, "A file is larger than any export.",
                   "It is not what the SES console gives for download.",
                   "Give the CSV files from the SES console.",
                   "Ceiling of this program: 64 MiB a file"},
};
const size_t ses_source_code_count = sizeof(ses_source_codes) / sizeof(ses_source_codes[0]);

int ses_source_read(const char *path, const struct ses_place *named_at, struct ses_arena *arena,
                    struct ses_source **ret_source, struct ses_findings *findings)
{
    struct ses_finding finding = {.place = {.file = path}};
    struct ses_source *source = ses_arena_alloc(arena, sizeof(*source));
    int error;

    if (!source)
        return SES_ENOMEM;
    error = ses_file_read(path, SES_MAX_SOURCE, arena, &source->bytes);
    if (error == SES_ENOMEM)
        return error;
    if (error != 0) {
        const char *reason = error == SES_ELIMIT ? "file of more than 64 MiB" : strerror(errno);

        if (named_at) {
            finding.place = *named_at;
            finding.value = ses_str_of(path);
        }
        finding.code = &ses_source_codes[error == SES_ELIMIT ? TOO_LARGE : UNREADABLE];
        error = ses_finding_report(findings, finding, "cannot read the file: %s", reason);
        return error != 0 ? error : SES_EIO;
    }
    source->path = path;
    *ret_source = source;
    return 0;
}
