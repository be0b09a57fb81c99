/* SPDX-License-Identifier: MIT */
/* Documents as files: DIR/<subject>/<file>, whole or not at all, never over somebody's edits. */
#ifndef SES_RENDER_OUTPUT_H
#define SES_RENDER_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"

/* The folder that -o names. Several threads may write to it, each to subjects of its own. */
struct ses_output {
    const char *path; /* borrowed */
    int folder;       /* owned: a descriptor */
    bool replace;     /* files that hold something else */
};

/* Opens the folder, made where it is missing. Returns 0; SES_ENOMEM; or SES_EIO after a finding. */
int ses_output_open(struct ses_output *output, const char *path, bool replace,
                    struct ses_findings *findings) SES_MUSTCHECK;
void ses_output_close(struct ses_output *output);

/* The folder of one subject. */
struct ses_output_subject {
    const struct ses_output *output; /* borrowed */
    const char *name;                /* borrowed */
    int folder;                      /* owned: a descriptor */
    bool made;                       /* the folder was not there before */
};

/* Returns 0, or SES_EIO after a finding. */
int ses_output_enter(const struct ses_output *output, const char *name,
                     struct ses_output_subject *ret_subject,
                     struct ses_findings *findings) SES_MUSTCHECK;
void ses_output_leave(struct ses_output_subject *subject);

/* Makes `file` hold `bytes`. Returns 0; SES_ENOMEM; SES_EIO or SES_ECONFLICT after a finding. */
int ses_output_write(const struct ses_output_subject *subject, const char *file,
                     struct ses_str bytes, struct ses_findings *findings) SES_MUSTCHECK;

/* Reports that `file` in the folder of the output could not be written, for the reason in errno.
 * Returns SES_EIO, or what the sink returned. */
int ses_output_report(const struct ses_output *output, const char *file,
                      struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_output_codes[];
extern const size_t ses_output_code_count;

#endif
