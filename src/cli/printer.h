/* SPDX-License-Identifier: MIT */
/* Documents of requests, as -t and -o want them: for standard output, or in files below a folder.
 */
#ifndef CLI_PRINTER_H
#define CLI_PRINTER_H

#include "base/attribute.h"
#include "base/finding.h"
#include "cli/job.h"
#include "cli/option.h"
#include "render/document.h"
#include "render/output.h"

/* All zero is one that was never opened. */
struct cli_printer {
    const struct cli_options *options;
    const struct ses_documents *documents; /* borrowed */
    struct ses_output output;              /* open where -o was given */
};

/* Opens the folder of -o. Returns 0, or what ses_output_open does. */
int cli_printer_open(struct cli_printer *printer, const struct cli_options *options,
                     const struct ses_documents *documents,
                     struct ses_findings *findings) SES_MUSTCHECK;
void cli_printer_done(struct cli_printer *printer);

/* Makes the documents of a good job: in its `out`, or as files, which it then lists. May be called
 * on any thread. Returns 0, or an error that ends the run. */
int cli_printer_process(const struct cli_printer *printer, struct cli_job *job) SES_MUSTCHECK;

#endif
