/* SPDX-License-Identifier: MIT */
#include "model/region.h"

#define COMMON(region)                                                                             \
    {                                                                                              \
        {region, sizeof(region) - 1},                                                              \
        {                                                                                          \
            "dkim.amazonses.com", sizeof("dkim.amazonses.com") - 1                                 \
        }                                                                                          \
    }
#define OWN(region)                                                                                \
    {                                                                                              \
        {region, sizeof(region) - 1},                                                              \
        {                                                                                          \
            "dkim." region ".amazonses.com", sizeof("dkim." region ".amazonses.com") - 1           \
        }                                                                                          \
    }

static const struct ses_region regions[] = {
    OWN("af-south-1"),        COMMON("ap-northeast-1"), COMMON("ap-northeast-2"),
    OWN("ap-northeast-3"),    COMMON("ap-south-1"),     OWN("ap-south-2"),
    COMMON("ap-southeast-1"), COMMON("ap-southeast-2"), OWN("ap-southeast-3"),
    OWN("ap-southeast-5"),    COMMON("ca-central-1"),   OWN("ca-west-1"),
    COMMON("eu-central-1"),   OWN("eu-central-2"),      COMMON("eu-north-1"),
    OWN("eu-south-1"),        COMMON("eu-west-1"),      COMMON("eu-west-2"),
    COMMON("eu-west-3"),      OWN("il-central-1"),      OWN("me-central-1"),
    COMMON("me-south-1"),     COMMON("sa-east-1"),      COMMON("us-east-1"),
    COMMON("us-east-2"),      OWN("us-gov-east-1"),     COMMON("us-gov-west-1"),
    COMMON("us-west-1"),      COMMON("us-west-2"),
};

static const size_t region_count = sizeof(regions) / sizeof(regions[0]);

const struct ses_region *ses_region_find(struct ses_str name)
{
    for (size_t i = 0; i < region_count; i++) {
        if (ses_str_eq(regions[i].name, name))
            return &regions[i];
    }
    return NULL;
}

const struct ses_region *ses_region_of_dkim_zone(struct ses_str zone)
{
    for (size_t i = 0; i < region_count; i++) {
        if (ses_str_eq(regions[i].dkim_zone, zone))
            return &regions[i];
    }
    return NULL;
}
