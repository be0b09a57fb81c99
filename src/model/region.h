/* SPDX-License-Identifier: MIT */
/* The AWS Regions that have SES, and the DKIM hosted zone that AWS's table gives each.
 *
 * Source: AWS General Reference, "Amazon SES endpoints and quotas", DKIM domains; Regions from the
 * SES endpoint list. The zone "may vary by Region and cell", so the export is the authority and a
 * difference from this table is worth a warning, never more. */
#ifndef SES_MODEL_REGION_H
#define SES_MODEL_REGION_H

#include "base/str.h"

struct ses_region {
    struct ses_str name;      /* "eu-south-1" */
    struct ses_str dkim_zone; /* "dkim.eu-south-1.amazonses.com" */
};

/* The row of Region `name`, or NULL. Static. */
const struct ses_region *ses_region_find(struct ses_str name);

/* The first row whose DKIM hosted zone is `zone`, or NULL. */
const struct ses_region *ses_region_of_dkim_zone(struct ses_str zone);

#endif
