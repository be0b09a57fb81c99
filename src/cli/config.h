/* SPDX-License-Identifier: MIT */
/* The config file (INI) and the SESDNS_* variables. */
#ifndef CLI_CONFIG_H
#define CLI_CONFIG_H

#include <stdbool.h>

#include "cli/option.h"

/* Fills the site and those values of `options` that no flag gave. Without --config a missing file
 * is no error. Returns false after messages on standard error. */
bool cli_config_read(struct cli_options *options);

#endif
