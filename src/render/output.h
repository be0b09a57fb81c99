/* SPDX-License-Identifier: MIT */
/* Documents as files: DIR/<subject>/<file>, whole or not at all, never over somebody's edits. */
#ifndef SES_RENDER_OUTPUT_H
#define SES_RENDER_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attribute.h"
#include "base/finding.h"
#include "base/str.h"

/* Makes `folder`/`subject`/`file` hold `bytes`, and the folders where they are missing. A file that
 * holds something else is replaced only if `replace`. Returns 0; SES_ENOMEM; SES_EIO or
 * SES_ECONFLICT after a finding. */
int ses_output_write(const char *folder, struct ses_str subject, const char *file,
                     struct ses_str bytes, bool replace,
                     struct ses_findings *findings) SES_MUSTCHECK;

extern const struct ses_code ses_output_codes[];
extern const size_t ses_output_code_count;

#endif
